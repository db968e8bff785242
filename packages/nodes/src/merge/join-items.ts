import type { Item } from '@navette/contracts';
import { isRecord, type Json } from '@navette/kit';
import { keyOfAll } from '../fields/deep-equal.ts';
import { readField } from '../fields/field-path.ts';
import { passItem } from '../fields/paired-items.ts';
import { mergeErrors } from './errors.ts';
import { mergeItems } from './merge-objects.ts';
import type { MergeParameters } from './parameters.ts';

/**
 * A hash join of two lists. Items whose key has a missing or null field match nothing, as in SQL. The order is that of
 * input 1, then of what only input 2 has; a right join keeps the order of input 2. Throws NODE_MERGE_TOO_LARGE.
 */
export function joinItems(
  left: readonly Item[],
  right: readonly Item[],
  parameters: MergeParameters,
): Item[] {
  const { fields, join, outputFrom, maxItems } = parameters;
  const loose = parameters.looseCompare;
  const leftKeys = left.map((item) =>
    joinKeyOf(
      item,
      fields.map((field) => field.left),
      loose,
    ),
  );
  const rightKeys = right.map((item) =>
    joinKeyOf(
      item,
      fields.map((field) => field.right || field.left),
      loose,
    ),
  );
  if (join === 'anti') return listUnmatched({ left, right, leftKeys, rightKeys, outputFrom });
  if (join === 'inner' && outputFrom !== 'both') {
    return outputFrom === 'input-1'
      ? selectItems(left, leftKeys, new Set(rightKeys), { input: 1, matching: true })
      : selectItems(right, rightKeys, new Set(leftKeys), { input: 2, matching: true });
  }
  const output: Item[] = [];
  const add = (item: Item): void => {
    if (output.length >= maxItems) {
      throw mergeErrors.create('NODE_MERGE_TOO_LARGE', {
        params: { limit: maxItems, left: left.length, right: right.length },
      });
    }
    output.push(item);
  };
  const combine = (l: number, r: number): Item =>
    mergeItems(
      [
        { item: left[l]!, index: l, input: 1 },
        { item: right[r]!, index: r, input: 2 },
      ],
      parameters,
    );
  // The driving side is walked in order; the other is looked up.
  const byRight = join === 'right';
  const driving = byRight ? rightKeys : leftKeys;
  const positions = indexKeys(byRight ? leftKeys : rightKeys);
  for (const [at, key] of driving.entries()) {
    const matches = (key !== undefined && positions.get(key)) || [];
    const taken = parameters.multipleMatches === 'first' ? matches.slice(0, 1) : matches;
    for (const other of taken) add(byRight ? combine(other, at) : combine(at, other));
    if (taken.length === 0 && join !== 'inner')
      add(byRight ? passItem(right[at]!, at, 'input-2') : passItem(left[at]!, at, 'input-1'));
  }
  if (join === 'outer')
    for (const item of selectItems(right, rightKeys, new Set(leftKeys), { input: 2, matching: false }))
      add(item);
  return output;
}

interface UnmatchedTask {
  left: readonly Item[];
  right: readonly Item[];
  leftKeys: readonly (string | undefined)[];
  rightKeys: readonly (string | undefined)[];
  outputFrom: MergeParameters['outputFrom'];
}

function listUnmatched({ left, right, leftKeys, rightKeys, outputFrom }: UnmatchedTask): Item[] {
  const only = { matching: false } as const;
  const fromLeft =
    outputFrom === 'input-2' ? [] : selectItems(left, leftKeys, new Set(rightKeys), { ...only, input: 1 });
  const fromRight =
    outputFrom === 'input-1' ? [] : selectItems(right, rightKeys, new Set(leftKeys), { ...only, input: 2 });
  return [...fromLeft, ...fromRight];
}

/** Items of one side that have, or have not, a match on the other. */
function selectItems(
  items: readonly Item[],
  keys: readonly (string | undefined)[],
  others: ReadonlySet<string | undefined>,
  { input, matching }: { input: 1 | 2; matching: boolean },
): Item[] {
  return items.flatMap((item, index) => {
    const key = keys[index];
    const hasMatch = key !== undefined && others.has(key);
    return hasMatch === matching ? [passItem(item, index, `input-${input}`)] : [];
  });
}

function indexKeys(keys: readonly (string | undefined)[]): Map<string, number[]> {
  const positions = new Map<string, number[]>();
  for (const [index, key] of keys.entries()) {
    if (key === undefined) continue;
    const list = positions.get(key);
    if (list) list.push(index);
    else positions.set(key, [index]);
  }
  return positions;
}

/** Undefined when a field is missing or null: that equals nothing. */
function joinKeyOf(item: Item, fields: readonly string[], loose: boolean): string | undefined {
  const values: Json[] = [];
  for (const field of fields) {
    const value = readField(item.json, field);
    if (value === undefined || value === null) return undefined;
    values.push(loose ? loosen(value) : value);
  }
  return keyOfAll(values);
}

/** Numbers, true and false as the text they print; texts without case and outer spaces; inside structures too. */
function loosen(value: Json): Json {
  if (Array.isArray(value)) return value.map(loosen);
  if (isRecord(value)) {
    const entries = Object.entries(value as Record<string, Json>);
    return Object.fromEntries(entries.map(([key, inner]) => [key, loosen(inner)]));
  }
  if (value === null) return null;
  const text = String(value).trim().toLowerCase();
  // "5.0" and 5 are the same number.
  return text !== '' && Number.isFinite(Number(text)) ? String(Number(text)) : text;
}
