/** From what a node returned to what the journal keeps: plain JSON, item links filled in, size bounded. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Item, PairedItem, PortItems } from '@navette/contracts';
import { isRecord, type JsonObject } from '@navette/kit';
import { engineErrors } from '../errors.ts';
import { toJson } from '../json-value.ts';
import { outputLimitBytes } from '../output-limit.ts';

/**
 * Objects of one execution that are known to be plain JSON, with their size in about bytes: items that pass through many
 * steps are walked once. A Map that goes with its execution: a WeakMap for all of them costs the collector dearly.
 */
export type KnownJson = Map<object, number>;

/** How to link an item that has no `pairedItem`: the index of its input item, or undefined for none. */
export type ItemLinks = (item: Item, position: number, count: number) => PairedItem | undefined;

/** Longer outputs are encoded in turns with what else the process has to do. */
const itemsPerTurn = 4_096;

/** Whether outputs should be encoded by `encodeOutputsInTurns`. */
export function areLong(outputs: PortItems): boolean {
  for (const port of Object.keys(outputs)) if ((outputs[port]?.length ?? 0) > itemsPerTurn) return true;
  return false;
}

/** @throws NODE_OUTPUT_INVALID, NODE_OUTPUT_TOO_LARGE, NODE_VALUE_INVALID */
export function encodeOutputs(
  nodeName: string,
  known: KnownJson,
  outputs: PortItems,
  links: ItemLinks,
): PortItems {
  const encoder = new OutputEncoder(nodeName, known, links);
  const encoded: PortItems = {};
  for (const port of Object.keys(outputs)) {
    const items = encoder.readList(port, outputs[port]);
    encoded[port] = encoder.encode(port, items, 0, items.length);
  }
  return encoded;
}

/** The same, with turns for others in between. @throws NODE_OUTPUT_INVALID, NODE_OUTPUT_TOO_LARGE, NODE_VALUE_INVALID */
export async function encodeOutputsInTurns(
  nodeName: string,
  known: KnownJson,
  outputs: PortItems,
  links: ItemLinks,
): Promise<PortItems> {
  const encoder = new OutputEncoder(nodeName, known, links);
  const encoded: PortItems = {};
  for (const port of Object.keys(outputs)) {
    const items = encoder.readList(port, outputs[port]);
    const slices: Item[][] = [];
    for (let from = 0; from < items.length; from += itemsPerTurn) {
      slices.push(encoder.encode(port, items, from, Math.min(items.length, from + itemsPerTurn)));
      await nextTurn();
    }
    encoded[port] = slices.flat();
  }
  return encoded;
}

/** The outputs of one step, of which it keeps the size. */
class OutputEncoder {
  readonly #node: string;
  readonly #known: KnownJson;
  readonly #links: ItemLinks;
  #bytes = 0;

  constructor(node: string, known: KnownJson, links: ItemLinks) {
    this.#node = node;
    this.#known = known;
    this.#links = links;
  }

  readList(port: string, items: unknown): readonly unknown[] {
    if (!Array.isArray(items)) throw this.#refuse(`output "${port}" is not a list`);
    return items;
  }

  encode(port: string, items: readonly unknown[], from: number, to: number): Item[] {
    const encoded: Item[] = [];
    for (let position = from; position < to; position++) {
      const item = items[position];
      if (!isRecord(item) || !isRecord(item.json)) {
        throw this.#refuse(`item ${position} of output "${port}" has no json object`);
      }
      const [json, size] = encodeJson(item.json, this.#known);
      this.#bytes += size;
      if (this.#bytes > outputLimitBytes) {
        throw engineErrors.create('NODE_OUTPUT_TOO_LARGE', {
          params: { node: this.#node, limitMiB: outputLimitBytes / 1024 / 1024 },
        });
      }
      const given = item as unknown as Item;
      encoded.push(encodeItem(given, json, this.#links(given, position, items.length)));
    }
    return encoded;
  }

  #refuse(detail: string) {
    return engineErrors.create('NODE_OUTPUT_INVALID', { params: { node: this.#node, detail } });
  }
}

function encodeJson(value: Record<string, unknown>, known: KnownJson): [JsonObject, number] {
  const size = known.get(value);
  if (size !== undefined) return [value as JsonObject, size];
  const count = { bytes: 0 };
  const json = toJson(value, count) as JsonObject;
  known.set(json, count.bytes);
  return [json, count.bytes];
}

function encodeItem(item: Item, json: JsonObject, link: PairedItem | undefined): Item {
  const encoded: Item = { json };
  if (item.binary && Object.keys(item.binary).length > 0) encoded.binary = item.binary;
  if (link) encoded.pairedItem = link;
  else if (item.pairedItem !== undefined) encoded.pairedItem = item.pairedItem;
  return encoded;
}

/**
 * Links for a node that works on all items at once. An item that the node handed on as it was comes from itself; one
 * that the node linked keeps its link; for the others: a single input item is everyone's source, equal counts pair by
 * position, and a single output comes from the first.
 */
export function linkByCount(inputs: readonly Item[]): ItemLinks {
  let positions: Map<Item, number> | undefined;
  return (item, position, count) => {
    if (item === inputs[position]) return { item: position };
    if (item.pairedItem !== undefined) {
      positions ??= new Map(inputs.map((input, index) => [input, index]));
      const passed = positions.get(item);
      return passed === undefined ? undefined : { item: passed };
    }
    if (inputs.length === 0) return undefined;
    if (inputs.length === 1 || count === 1) return { item: 0 };
    return inputs.length === count ? { item: position } : undefined;
  };
}
