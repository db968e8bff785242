/** Puts records together again that offload-records.ts took apart. Pure. */
import type {
  Item,
  JournalChunk,
  JournalRecord,
  OffloadedValue,
  PortItems,
  StoredRecord,
} from '@navette/contracts';

/** A chunk as it lies in the database. */
export interface StoredChunk {
  seq: number;
  records: StoredRecord[];
}

/** The hashes of all parts that the records lack. */
export function listParts(chunks: readonly StoredChunk[]): string[] {
  const parts = new Set<string>();
  for (const { records } of chunks) {
    for (const { outputsAt, responseAt, inputsAt = [] } of records) {
      for (const value of [outputsAt, responseAt, ...inputsAt])
        for (const part of value?.parts ?? []) parts.add(part);
    }
  }
  return [...parts];
}

/** The whole records. `read` gives the value of a part, which stays as it is; what it throws is thrown. */
export function joinParts(chunks: readonly StoredChunk[], read: (part: string) => unknown): JournalChunk[] {
  return mapOffloaded(chunks, ({ outputsAt, responseAt, inputsAt }) => ({
    ...(outputsAt ? { outputs: joinItems(outputsAt, read) } : {}),
    ...(responseAt ? { response: read(responseAt.parts[0]!) } : {}),
    ...(inputsAt ? { inputs: inputsAt.map((at) => ({ path: at.path, inputs: joinItems(at, read) })) } : {}),
  }));
}

/** Stands for an item whose content was left out. */
const hollowItem: Item = Object.freeze({ json: Object.freeze({}) });

/**
 * For readers that want to know how many items there were, and not the items: the lists have their length, all items are
 * the same empty one, and a response is left out.
 */
export function hollowParts(chunks: readonly StoredChunk[]): JournalChunk[] {
  return mapOffloaded(chunks, ({ outputsAt, inputsAt }) => ({
    ...(outputsAt ? { outputs: hollowItems(outputsAt) } : {}),
    ...(inputsAt ? { inputs: inputsAt.map((at) => ({ path: at.path, inputs: hollowItems(at) })) } : {}),
  }));
}

/**
 * For readers that want some of the items: of outputs the first part, where `read` has it, else nothing. Other values are
 * left out.
 */
export function sampleParts(
  chunks: readonly StoredChunk[],
  read: (part: string) => string | undefined,
): JournalChunk[] {
  return mapOffloaded(chunks, ({ outputsAt, inputsAt }) => {
    const text = outputsAt && read(outputsAt.parts[0]!);
    return {
      ...(outputsAt ? { outputs: text === undefined ? {} : (JSON.parse(text) as PortItems) } : {}),
      ...(inputsAt ? { inputs: [] } : {}),
    };
  });
}

function mapOffloaded(
  chunks: readonly StoredChunk[],
  fill: (record: StoredRecord) => object,
): JournalChunk[] {
  return chunks.map(({ seq, records }) => ({
    seq,
    records: records.map((record): JournalRecord => {
      const { outputsAt, responseAt, inputsAt, ...rest } = record;
      return outputsAt || responseAt || inputsAt ? ({ ...rest, ...fill(record) } as JournalRecord) : record;
    }),
  }));
}

function joinItems({ parts }: OffloadedValue, read: (part: string) => unknown): PortItems {
  const lists = new Map<string, Item[][]>();
  for (const part of parts) {
    for (const [port, items] of Object.entries(read(part) as PortItems)) {
      const list = lists.get(port);
      if (list) list.push(items);
      else lists.set(port, [items]);
    }
  }
  return Object.fromEntries([...lists].map(([port, list]) => [port, list.flat()]));
}

function hollowItems({ counts = {} }: OffloadedValue): PortItems {
  const lists = Object.entries(counts).map(
    ([port, count]) => [port, new Array<Item>(count).fill(hollowItem)] as const,
  );
  return Object.fromEntries(lists);
}
