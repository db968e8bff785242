import type { Item } from '@navette/contracts';
import type { Json } from '@navette/kit/portable';

const sampleSize = 200;
export const columnLimit = 40;

/** The fields of a list of items in the order they first appear. Items after the first 200 rarely bring new ones. */
export function toColumns(items: readonly Item[]): string[] {
  const columns = new Set<string>();
  for (const item of items.slice(0, sampleSize)) {
    for (const name of Object.keys(item.json)) {
      if (columns.size >= columnLimit) return [...columns];
      columns.add(name);
    }
  }
  return [...columns];
}

const cellLimit = 300;

/** What a cell shows: text as it is, other values as short JSON. */
export function toCellText(value: Json | undefined): string {
  if (value === undefined) return '';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > cellLimit ? `${text.slice(0, cellLimit)}…` : text;
}
