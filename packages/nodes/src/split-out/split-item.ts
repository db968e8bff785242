import type { Item } from '@navette/contracts';
import type { Json, JsonObject } from '@navette/kit';
import { isRecord } from '@navette/kit';
import { nodeErrors } from '@navette/node-sdk';
import { readField, withoutField } from '../fields/field-path.ts';
import { takeIncluded } from '../fields/include-fields.ts';
import { writeField, writeFieldAs } from '../fields/write-field.ts';
import type { SplitOutParameters } from './index.ts';

/** Appends to `made` what one item becomes. Throws NODE_INPUT_INVALID for nothing to split, where so asked. */
export function splitItem(item: Item, index: number, parameters: SplitOutParameters, made: Item[]): void {
  const { fields, include, missing, keepBinary } = parameters;
  const lists = fields.map(({ field }) => toList(readField(item.json, field)));
  const count = lists.reduce((longest, list) => Math.max(longest, list.length), 0);
  const base = baseOf(item.json, parameters);
  if (count === 0) {
    if (missing === 'error') {
      const names = fields.map(({ field }) => `"${field}"`).join(', ');
      throw nodeErrors.create('NODE_INPUT_INVALID', {
        params: { detail: `item ${index} has nothing to split in ${names}` },
      });
    }
    if (missing === 'keep') push(made, item, index, withoutLists(item.json, fields), keepBinary);
    return;
  }
  const wholeItem = fields.length === 1 && include === 'none' && fields[0]!.as === '';
  for (let at = 0; at < count; at += 1) {
    const element = lists[0]![at];
    const json =
      wholeItem && isRecord(element) ? { ...element } : elementsAt(base, item.json, parameters, lists, at);
    push(made, item, index, json, keepBinary);
  }
}

/** The other fields that go along, without the lists. */
function baseOf(json: JsonObject, { fields, include, includeFields }: SplitOutParameters): JsonObject {
  return withoutLists(takeIncluded(json, include, includeFields), fields);
}

function withoutLists(json: JsonObject, fields: SplitOutParameters['fields']): JsonObject {
  return fields.reduce((rest, { field }) => withoutField(rest, field), json);
}

function elementsAt(
  base: JsonObject,
  source: JsonObject,
  { fields }: SplitOutParameters,
  lists: readonly Json[][],
  at: number,
): JsonObject {
  const json = { ...base };
  for (const [position, { field, as }] of fields.entries()) {
    const list = lists[position]!;
    if (at >= list.length) continue;
    if (as === '') writeFieldAs(source, json, field, list[at]!);
    else writeField(json, as, list[at]!);
  }
  return json;
}

function push(made: Item[], item: Item, index: number, json: JsonObject, keepBinary: boolean): void {
  const next: Item = { json, pairedItem: { item: index } };
  if (keepBinary && item.binary !== undefined) next.binary = item.binary;
  made.push(next);
}

function toList(value: Json | undefined): Json[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value;
  return typeof value === 'object' ? Object.values(value) : [value];
}
