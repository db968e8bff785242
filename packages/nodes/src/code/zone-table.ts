import { IANAZone } from 'luxon';

const tables = new Map<string, readonly (readonly [number, number])[]>();
const monthMs = 30 * 86_400_000;
const first = Date.UTC(1970, 0, 1);
const last = Date.UTC(2100, 0, 1);

/**
 * When the offset of a zone changes, from 1970 to 2100: `[since when in Unix milliseconds, minutes east of UTC]`. For
 * engines that know no zones. Kept, since a zone costs some milliseconds.
 */
export function readZoneTable(zone: string): readonly (readonly [number, number])[] {
  const known = tables.get(zone);
  if (known) return known;
  const rules = IANAZone.create(zone);
  const table: [number, number][] = [[first, rules.offset(first)]];
  for (let from = first; from < last; from += monthMs) {
    const [before, after] = [rules.offset(from), rules.offset(from + monthMs)];
    if (before !== after) table.push([findChange(rules, from, from + monthMs), after]);
  }
  tables.set(zone, table);
  return table;
}

/** The first millisecond with another offset than at `low`. */
function findChange(rules: IANAZone, low: number, high: number): number {
  const offset = rules.offset(low);
  let [before, after] = [low, high];
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (rules.offset(middle) === offset) before = middle;
    else after = middle;
  }
  return after;
}

/** Zones that the source names as texts. */
export function listNamedZones(source: string): string[] {
  const names = [...source.matchAll(/['"`]([A-Za-z_]+(?:\/[A-Za-z_+-]+\d{0,2}){1,2})['"`]/g)].map(
    (match) => match[1]!,
  );
  return [...new Set(names)].filter((name) => IANAZone.isValidZone(name)).slice(0, 20);
}
