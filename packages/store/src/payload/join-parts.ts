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
    for (const { outputsAt, responseAt } of records) {
      for (const part of outputsAt?.parts ?? []) parts.add(part);
      for (const part of responseAt?.parts ?? []) parts.add(part);
    }
  }
  return [...parts];
}

/** The whole records. `read` gives the JSON of a part; what it throws is thrown. */
export function joinParts(chunks: readonly StoredChunk[], read: (part: string) => string): JournalChunk[] {
  return mapOffloaded(chunks, ({ outputsAt, responseAt }) => ({
    ...(outputsAt ? { outputs: joinOutputs(outputsAt, read) } : {}),
    ...(responseAt ? { response: JSON.parse(read(responseAt.parts[0]!)) } : {}),
  }));
}

/**
 * For readers that want to know how many items there were, and not the items: the lists have their length and no items,
 * a response is left out.
 */
export function hollowParts(chunks: readonly StoredChunk[]): JournalChunk[] {
  return mapOffloaded(chunks, ({ outputsAt }) => (outputsAt ? { outputs: hollowOutputs(outputsAt) } : {}));
}

function mapOffloaded(
  chunks: readonly StoredChunk[],
  fill: (record: StoredRecord) => object,
): JournalChunk[] {
  return chunks.map(({ seq, records }) => ({
    seq,
    records: records.map((record): JournalRecord => {
      if (record.outputsAt === undefined && record.responseAt === undefined) return record;
      const { outputsAt: _, responseAt: __, ...rest } = record;
      return { ...rest, ...fill(record) } as JournalRecord;
    }),
  }));
}

function joinOutputs({ parts }: OffloadedValue, read: (part: string) => string): PortItems {
  const [first, ...others] = parts.map((part) => JSON.parse(read(part)) as PortItems);
  const outputs = first ?? {};
  for (const other of others) {
    for (const port of Object.keys(other)) {
      if (!Object.hasOwn(outputs, port)) outputs[port] = other[port]!;
      else for (const item of other[port]!) outputs[port]!.push(item);
    }
  }
  return outputs;
}

function hollowOutputs({ counts = {} }: OffloadedValue): PortItems {
  return Object.fromEntries(Object.entries(counts).map(([port, count]) => [port, new Array<Item>(count)]));
}
