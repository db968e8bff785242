import type { Item } from '@navette/contracts';
import type { Json, JsonObject } from '@navette/kit';
import { keyOfAll } from '../fields/deep-equal.ts';
import { assignKey, readField } from '../fields/field-path.ts';
import { linkItems } from '../fields/paired-items.ts';
import { writeField, writeFieldAs } from '../fields/write-field.ts';
import { compareKeys, toSortKey } from '../sort/sort-key.ts';
import { type Accumulator, createAccumulator } from './accumulator.ts';
import type { SummarizeParameters, Summary } from './parameters.ts';

interface Group {
  /** Values of the group fields; null where missing. */
  values: Json[];
  accumulators: Accumulator[];
  indexes: number[];
}

/** One item per group. Without group fields one item for everything, also when nothing came in. */
export function summarizeItems(
  items: readonly Item[],
  parameters: SummarizeParameters,
  timeZone: string,
): Item[] {
  const { groupBy, summaries } = parameters;
  const groups = new Map<string, Group>();
  const start = (values: Json[]): Group => ({
    values,
    accumulators: summaries.map((summary) =>
      createAccumulator(summary, { skipNotNumbers: parameters.notNumbers === 'skip', timeZone }),
    ),
    indexes: [],
  });
  if (groupBy.length === 0) groups.set(keyOfAll([]), start([]));
  for (const [index, { json }] of items.entries()) {
    const values = groupBy.map((field) => readField(json, field) ?? null);
    if (parameters.missingGroups === 'skip' && values.length > 0 && values.every((value) => value === null))
      continue;
    const key = keyOfAll(values);
    let group = groups.get(key);
    if (!group) {
      group = start(values);
      groups.set(key, group);
    }
    group.indexes.push(index);
    for (const [at, { field }] of summaries.entries())
      group.accumulators[at]!.add(field === '' ? undefined : readField(json, field), index);
  }
  const found = [...groups.values()];
  if (parameters.order === 'sorted') sortGroups(found, timeZone);
  return found.map((group) => ({
    json: buildJson(group, items[group.indexes[0]!]?.json, parameters),
    pairedItem: linkItems(group.indexes),
  }));
}

/** "sum_total" for the sum of "total"; "sum_customer_age" for that of "customer.age"; "count" for items. */
export function nameOf({ operation, field, as }: Summary): string {
  if (as !== '') return as;
  return field === '' ? operation : `${operation}_${field.replace(/[.[\]]+/g, '_').replace(/_$/, '')}`;
}

function buildJson(
  group: Group,
  first: JsonObject | undefined,
  { groupBy, summaries }: SummarizeParameters,
): JsonObject {
  const json: JsonObject = {};
  for (const [at, field] of groupBy.entries()) writeFieldAs(first, json, field, group.values[at]!);
  for (const [at, summary] of summaries.entries()) {
    const result = group.accumulators[at]!.result();
    if (summary.as === '') assignKey(json, nameOf(summary), result);
    else writeField(json, summary.as, result);
  }
  return json;
}

function sortGroups(groups: Group[], timeZone: string): void {
  const rules = { type: 'auto', caseSensitive: false, timeZone } as const;
  const rows = groups.map((group) => ({ group, keys: group.values.map((value) => toSortKey(value, rules)) }));
  rows.sort((a, b) => {
    for (const [at, key] of a.keys.entries()) {
      const order = compareKeys(key, b.keys[at]!, false);
      if (order !== 0) return order;
    }
    return 0;
  });
  groups.splice(0, groups.length, ...rows.map(({ group }) => group));
}
