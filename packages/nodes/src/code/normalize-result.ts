/**
 * Turns what code returned into items, by the rules that users of the field know: a list of items, a list of plain objects
 * that become the data of items, or one of either.
 */
import {
  type BinaryRef,
  binaryRefSchema,
  type Item,
  type PairedItem,
  pairedItemSchema,
} from '@navette/contracts';
import { isRecord, type JsonObject } from '@navette/kit';
import { z } from 'zod';
import { codeErrors } from './errors.ts';

/** Members that make an object an item, and all that an item may have. */
const itemKeys = new Set(['json', 'binary', 'pairedItem', 'error', 'index']);
const linksSchema = z.union([pairedItemSchema, z.array(pairedItemSchema).max(10_000)]);
const binarySchema = z.record(z.string().max(64), binaryRefSchema);

const returnList =
  'Return a list with an object for each item, such as return [{ name: "Ada" }], or [{ json: { name: "Ada" } }].';
const returnObject = 'In this mode, return one object for the item; null drops it.';

export interface ResultContext {
  /** Input items, for links. */
  count: number;
  isKnownFile(ref: BinaryRef): boolean;
}

/** For the mode `all`. `links[i]` is the input item that result i came from, where the sandbox saw it. */
export function normalizeAll(
  value: unknown,
  links: readonly (number | null)[] | undefined,
  context: ResultContext,
): Item[] {
  if (value === undefined || value === null) throw refuse(`nothing was returned`, returnList);
  if (typeof value !== 'object') throw refuse(`${describe(value)} was returned`, returnList);
  const list: unknown[] = Array.isArray(value) ? value : [value];
  const some = list.some(isItemLike);
  return list.map((entry, index) => {
    const item = toItem(entry, index, some, context);
    const link = links?.[index];
    if (typeof link === 'number' && item.pairedItem === undefined) item.pairedItem = { item: link };
    return item;
  });
}

/** For the mode `each`: `missing` are the positions that returned nothing. */
export function normalizeEach(
  values: readonly unknown[],
  missing: readonly number[],
  context: ResultContext,
): Item[] {
  if (missing.length > 0) throw refuse(`nothing was returned [item ${missing[0]}]`, returnObject);
  return values.flatMap((value, index) => {
    if (value === null) return [];
    if (Array.isArray(value)) {
      throw refuse(
        `a list was returned [item ${index}]`,
        'To give several items, run the code once with all items.',
      );
    }
    if (typeof value !== 'object')
      throw refuse(`${describe(value)} was returned [item ${index}]`, returnObject);
    return [{ ...toItem(value, index, isItemLike(value), context), pairedItem: { item: index } }];
  });
}

function isItemLike(value: unknown): boolean {
  return (
    isRecord(value) &&
    Object.keys(value).some((key) => itemKeys.has(key) && key !== 'index' && key !== 'error')
  );
}

function toItem(entry: unknown, index: number, asItem: boolean, context: ResultContext): Item {
  const place = `[item ${index}]`;
  if (!isRecord(entry)) throw refuse(`${describe(entry)} is in the list ${place}`, returnList);
  if (!asItem) return { json: entry as JsonObject };
  const { binary, json = {}, pairedItem } = entry;
  if (entry['json'] === undefined && binary === undefined) {
    throw refuse(`some have "json" and this one has not ${place}`, 'Give all of them the same form.');
  }
  if (!isRecord(json)) throw refuse(`A 'json' property isn't an object ${place}`, returnList);
  const unknown = Object.keys(entry).find((key) => !itemKeys.has(key));
  if (unknown !== undefined) {
    throw refuse(`Unknown top-level item key: ${unknown} ${place}`, `Put "${unknown}" inside of "json".`);
  }
  const item: Item = { json: json as JsonObject };
  if (binary !== undefined) item.binary = readFiles(binary, index, context);
  const link = readLink(pairedItem, index, context);
  if (link !== undefined) item.pairedItem = link;
  return item;
}

function readFiles(
  binary: unknown,
  index: number,
  { isKnownFile }: ResultContext,
): Record<string, BinaryRef> {
  const parsed = binarySchema.safeParse(binary);
  const place = (key: PropertyKey) => `binary.${String(key)} of item ${index}`;
  if (!parsed.success) {
    const key = parsed.error.issues[0]?.path[0] ?? '?';
    throw codeErrors.create('CODE_FILE_UNKNOWN', { params: { place: place(key) } });
  }
  for (const [key, ref] of Object.entries(parsed.data)) {
    if (!isKnownFile(ref)) throw codeErrors.create('CODE_FILE_UNKNOWN', { params: { place: place(key) } });
  }
  return parsed.data;
}

/** A number stands for the position, as in other tools. */
function readLink(given: unknown, index: number, { count }: ResultContext): Item['pairedItem'] {
  if (given === undefined || given === null) return undefined;
  const link = typeof given === 'number' ? { item: given } : given;
  const parsed = linksSchema.safeParse(link);
  const positions: PairedItem[] = parsed.success ? [parsed.data].flat() : [];
  if (!parsed.success || positions.some(({ item }) => item >= Math.max(count, 1))) {
    throw refuse(
      `"pairedItem" names no input item [item ${index}]`,
      'Give { item: 0 } for the first input item, and so on.',
    );
  }
  return parsed.data;
}

function describe(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'string' ? 'a text' : `a ${typeof value}`;
}

function refuse(detail: string, advice: string) {
  return codeErrors.create('CODE_RESULT_INVALID', { params: { detail, advice } });
}
