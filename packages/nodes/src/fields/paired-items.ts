import type { Item, PairedItem } from '@navette/contracts';
import type { JsonObject } from '@navette/kit';

/** The most links that one item may carry (contracts/item.ts). */
const maxLinks = 10_000;

/** Links to many input items; of very long lists the first ten thousand are kept. */
export function linkItems(indexes: readonly number[]): PairedItem[] {
  return indexes.slice(0, maxLinks).map((item) => ({ item }));
}

/** The same item, linked to where it came from; binary files go along. */
export function passItem(item: Item, index: number, input?: string): Item {
  return withBinary({ json: item.json, pairedItem: linkTo(index, input) }, item);
}

/** New JSON for an item; its binary files go along. */
export function replaceJson(item: Item, index: number, json: JsonObject): Item {
  return withBinary({ json, pairedItem: { item: index } }, item);
}

export function linkTo(item: number, input?: string): PairedItem {
  return input === undefined ? { item } : { item, input };
}

function withBinary(made: Item, source: Item): Item {
  if (source.binary !== undefined) made.binary = source.binary;
  return made;
}
