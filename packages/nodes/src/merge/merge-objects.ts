import type { Item } from '@navette/contracts';
import { isRecord, type Json, type JsonObject } from '@navette/kit';
import { assignKey } from '../fields/field-path.ts';

export interface MergeRules {
  clash: 'prefer-last' | 'prefer-first' | 'suffix';
  nested: 'deep' | 'shallow';
  preferFilled: boolean;
}

/** One side of a merge: an item and the number of its input, from 1. */
export interface MergePart {
  item: Item;
  index: number;
  input: number;
}

/** One item made of several, linked to all of them. Later inputs win, unless the rules say otherwise. */
export function mergeItems(parts: readonly MergePart[], rules: MergeRules): Item {
  const json = rules.clash === 'suffix' ? mergeWithSuffix(parts) : mergeInto(parts, rules);
  const made: Item = {
    json,
    pairedItem: parts.map(({ index, input }) => ({ item: index, input: `input-${input}` })),
  };
  const withFiles = parts.filter(({ item }) => item.binary !== undefined);
  if (withFiles.length > 0) {
    const ordered = rules.clash === 'prefer-first' ? withFiles.toReversed() : withFiles;
    made.binary = Object.fromEntries(ordered.flatMap(({ item }) => Object.entries(item.binary!)));
  }
  return made;
}

function mergeInto(parts: readonly MergePart[], rules: MergeRules): JsonObject {
  let json: JsonObject = { ...parts[0]!.item.json };
  for (const { item } of parts.slice(1)) json = mergeObjects(json, item.json, rules);
  return json;
}

function mergeObjects(first: JsonObject, second: JsonObject, rules: MergeRules): JsonObject {
  const merged: JsonObject = { ...first };
  for (const key of Object.keys(second)) {
    const value = second[key]!;
    assignKey(merged, key, Object.hasOwn(first, key) ? mergeValues(first[key]!, value, rules) : value);
  }
  return merged;
}

function mergeValues(first: Json, second: Json, rules: MergeRules): Json {
  if (rules.nested === 'deep' && isRecord(first) && isRecord(second))
    return mergeObjects(first, second, rules);
  const [winner, other] = rules.clash === 'prefer-first' ? [first, second] : [second, first];
  return rules.preferFilled && (winner === null || winner === '') ? other : winner;
}

/** Names that several inputs have get the number of the input; the others stay as they are. */
function mergeWithSuffix(parts: readonly MergePart[]): JsonObject {
  const counts = new Map<string, number>();
  for (const { item } of parts) {
    for (const key of Object.keys(item.json)) counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const json: JsonObject = {};
  for (const { item, input } of parts) {
    for (const key of Object.keys(item.json))
      assignKey(json, counts.get(key)! > 1 ? `${key}_${input}` : key, item.json[key]!);
  }
  return json;
}
