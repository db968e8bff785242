/** From what a node returned to what the journal keeps: plain JSON, item links filled in, size bounded. */
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

/**
 * @param links how to link an item that has no `pairedItem`: the index of its input item, or undefined for none.
 * @throws NODE_OUTPUT_INVALID, NODE_OUTPUT_TOO_LARGE, NODE_VALUE_INVALID
 */
export function encodeOutputs(
  nodeName: string,
  known: KnownJson,
  outputs: PortItems,
  links: (item: Item, position: number, count: number) => PairedItem | undefined,
): PortItems {
  let bytes = 0;
  const encoded: PortItems = {};
  for (const port of Object.keys(outputs)) {
    const items: unknown = outputs[port];
    if (!Array.isArray(items)) throw invalid(nodeName, `output "${port}" is not a list`);
    encoded[port] = items.map((item: unknown, position) => {
      if (!isRecord(item) || !isRecord(item.json)) {
        throw invalid(nodeName, `item ${position} of output "${port}" has no json object`);
      }
      const [json, size] = encodeJson(item.json, known);
      bytes += size;
      if (bytes > outputLimitBytes) {
        throw engineErrors.create('NODE_OUTPUT_TOO_LARGE', {
          params: { node: nodeName, limitMiB: outputLimitBytes / 1024 / 1024 },
        });
      }
      return encodeItem(
        item as unknown as Item,
        json,
        links(item as unknown as Item, position, items.length),
      );
    });
  }
  return encoded;
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
export function linkByCount(
  inputs: readonly Item[],
): (item: Item, position: number, count: number) => PairedItem | undefined {
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

function invalid(node: string, detail: string) {
  return engineErrors.create('NODE_OUTPUT_INVALID', { params: { node, detail } });
}
