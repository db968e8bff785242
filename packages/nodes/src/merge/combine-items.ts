import type { Item } from '@navette/contracts';
import { passItem } from '../fields/paired-items.ts';
import { mergeErrors } from './errors.ts';
import { type MergePart, mergeItems } from './merge-objects.ts';
import type { MergeParameters } from './parameters.ts';

/** The lists one after the other, input by input. */
export function appendItems(lists: readonly (readonly Item[])[]): Item[] {
  return lists.flatMap((list, at) => list.map((item, index) => passItem(item, index, `input-${at + 1}`)));
}

/** First with first, second with second; as long as the shortest list, or the longest where unpaired ones stay. */
export function zipItems(lists: readonly (readonly Item[])[], parameters: MergeParameters): Item[] {
  const lengths = lists.map((list) => list.length);
  const count = parameters.includeUnpaired ? Math.max(...lengths) : Math.min(...lengths);
  return Array.from({ length: count }, (_, index) => {
    const parts = lists.flatMap<MergePart>((list, at) =>
      index < list.length ? [{ item: list[index]!, index, input: at + 1 }] : [],
    );
    return parts.length === 1
      ? passItem(parts[0]!.item, index, `input-${parts[0]!.input}`)
      : mergeItems(parts, parameters);
  });
}

/** Each item of input 1 with each of input 2. Throws NODE_MERGE_TOO_LARGE before it starts. */
export function crossItems(
  left: readonly Item[],
  right: readonly Item[],
  parameters: MergeParameters,
): Item[] {
  if (left.length * right.length > parameters.maxItems) {
    throw mergeErrors.create('NODE_MERGE_TOO_LARGE', {
      params: { limit: parameters.maxItems, left: left.length, right: right.length },
    });
  }
  return left.flatMap((first, l) =>
    right.map((second, r) =>
      mergeItems(
        [
          { item: first, index: l, input: 1 },
          { item: second, index: r, input: 2 },
        ],
        parameters,
      ),
    ),
  );
}

/** The items of one branch, or one empty item. */
export function chooseBranch(lists: readonly (readonly Item[])[], parameters: MergeParameters): Item[] {
  if (parameters.choose === 'empty') {
    return [
      {
        json: {},
        pairedItem: lists.flatMap((list, at) =>
          list.length > 0 ? [{ item: 0, input: `input-${at + 1}` }] : [],
        ),
      },
    ];
  }
  const withData = lists.findIndex((list) => list.length > 0);
  const at = parameters.choose === 'input' ? parameters.chosenInput - 1 : Math.max(0, withData);
  return lists[at]!.map((item, index) => passItem(item, index, `input-${at + 1}`));
}
