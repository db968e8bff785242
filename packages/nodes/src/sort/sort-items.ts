import type { Item } from '@navette/contracts';
import { readField } from '../fields/field-path.ts';
import { passItem } from '../fields/paired-items.ts';
import { compareKeys, isMissingKey, type SortKey, type SortType, toSortKey } from './sort-key.ts';

export interface SortField {
  field: string;
  direction: 'asc' | 'desc';
  type: SortType;
  caseSensitive: boolean;
  missing: 'first' | 'last';
}

/** A new list in order; items that are equal in every field keep the order they had. */
export function sortItems(items: readonly Item[], fields: readonly SortField[], timeZone: string): Item[] {
  const rows = items.map((item, index) => ({
    index,
    keys: fields.map((field) => toSortKey(readField(item.json, field.field), { ...field, timeZone })),
  }));
  rows.sort((a, b) => compareRows(a.keys, b.keys, fields) || a.index - b.index);
  return rows.map(({ index }) => passItem(items[index]!, index));
}

/** A new list in random order (Fisher–Yates); `random` gives numbers in [0, 1). */
export function shuffleItems(items: readonly Item[], random: () => number): Item[] {
  const order = items.map((_, index) => index);
  for (let last = order.length - 1; last > 0; last -= 1) {
    const other = Math.floor(random() * (last + 1));
    [order[last], order[other]] = [order[other]!, order[last]!];
  }
  return order.map((index) => passItem(items[index]!, index));
}

function compareRows(a: readonly SortKey[], b: readonly SortKey[], fields: readonly SortField[]): number {
  for (const [at, field] of fields.entries()) {
    const left = a[at]!;
    const right = b[at]!;
    const order = compareKeys(left, right, field.caseSensitive);
    if (order === 0) continue;
    // Where missing values go does not depend on the direction.
    if (isMissingKey(left) !== isMissingKey(right)) return field.missing === 'last' ? order : -order;
    return field.direction === 'asc' ? order : -order;
  }
  return 0;
}
