import type { BinaryRef, Item } from '@navette/contracts';
import type { Json, JsonObject } from '@navette/kit';
import { readField } from '../fields/field-path.ts';
import { takeIncluded } from '../fields/include-fields.ts';
import { linkItems } from '../fields/paired-items.ts';
import { writeField, writeFieldAs } from '../fields/write-field.ts';
import type { AggregateParameters } from './index.ts';

/** One item made of many; the values inside are shared with the input, not copied. */
export function aggregateItems(items: readonly Item[], parameters: AggregateParameters): Item {
  const made: Item = {
    json: parameters.mode === 'items' ? gatherItems(items, parameters) : gatherFields(items, parameters),
    pairedItem: linkItems(items.map((_, index) => index)),
  };
  if (parameters.includeBinary) {
    const binary = gatherBinary(items);
    if (binary) made.binary = binary;
  }
  return made;
}

function gatherItems(
  items: readonly Item[],
  { as, include, includeFields }: AggregateParameters,
): JsonObject {
  const json: JsonObject = {};
  writeField(
    json,
    as,
    items.map((item) => (include === 'all' ? item.json : takeIncluded(item.json, include, includeFields))),
  );
  return json;
}

function gatherFields(
  items: readonly Item[],
  { fields, keepMissing, mergeLists }: AggregateParameters,
): JsonObject {
  const json: JsonObject = {};
  for (const { field, as } of fields) {
    const list: Json[] = [];
    for (const item of items) {
      const value = readField(item.json, field) ?? null;
      if (value === null && !keepMissing) continue;
      if (mergeLists && Array.isArray(value)) for (const element of value) list.push(element);
      else list.push(value);
    }
    if (as === '') writeFieldAs(items[0]?.json, json, field, list);
    else writeField(json, as, list);
  }
  return json;
}

function gatherBinary(items: readonly Item[]): Record<string, BinaryRef> | undefined {
  const files = new Map<string, BinaryRef>();
  const counts = new Map<string, number>();
  for (const { binary } of items) {
    for (const [name, ref] of Object.entries(binary ?? {})) {
      let count = (counts.get(name) ?? 0) + 1;
      let free = count === 1 ? name : numberName(name, count);
      while (files.has(free)) free = numberName(name, ++count);
      counts.set(name, count);
      files.set(free, ref);
    }
  }
  return files.size === 0 ? undefined : Object.fromEntries(files);
}

/** "photo" and 2 give "photo_2", within the length that file names on items may have. */
function numberName(name: string, count: number): string {
  return `${name.slice(0, 56)}_${count}`;
}
