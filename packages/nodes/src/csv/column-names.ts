import { isForbiddenKey } from '@navette/kit';

/**
 * Names for the columns of a header row: unnamed ones become "column_3" by position, repeated ones get "_2", "_3", and
 * names that objects must not have are prefixed.
 */
export function createColumnNames(header: readonly string[]): string[] {
  const taken = new Set<string>();
  return header.map((cell, index) => {
    const trimmed = cell.trim();
    const wanted =
      trimmed === '' ? `column_${index + 1}` : isForbiddenKey(trimmed) ? `column_${trimmed}` : trimmed;
    let name = wanted;
    for (let copy = 2; taken.has(name); copy++) name = `${wanted}_${copy}`;
    taken.add(name);
    return name;
  });
}
