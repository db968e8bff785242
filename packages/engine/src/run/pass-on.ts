/** Items of a step that did no work of its own on them: linked to those that it got. */
import type { Item } from '@navette/contracts';
import { linkByCount } from './step-output.ts';

/** An item as it came, at a position among those that go on. */
export function passOn({ json, binary }: Item, index: number): Item {
  return { json, ...(binary ? { binary } : {}), pairedItem: { item: index } };
}

/** Items that came from outside. */
export function linkItems(items: readonly Item[], inputs: readonly Item[]): Item[] {
  const link = linkByCount(inputs);
  return items.map(({ json, binary }, position) => {
    const pairedItem = link({ json }, position, items.length);
    return { json, ...(binary ? { binary } : {}), ...(pairedItem ? { pairedItem } : {}) };
  });
}
