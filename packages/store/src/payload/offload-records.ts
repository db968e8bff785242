/**
 * Takes the large values out of a list of records, so that the journal stays small: lists and live events read it often,
 * and the values seldom.
 *
 * O1. What stays and the parts together are the same records again (join-parts.ts), however often this is done.
 * O2. A part is at most `partBytes` of JSON, unless a single item is larger. So neither writing nor reading a long list
 *     needs one text of all of it.
 * O3. Others have their turn after each part: a long list does not hold up the process.
 */
import { hash } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { JournalRecord, OffloadedValue, PortItems, StoredRecord } from '@navette/contracts';

/** Records of one commit whose JSON is longer give up their large values. */
export const journalLimitBytes = 32 * 1024;
/** A value below this stays where it is: a hash in its place would save little. */
const valueLimitBytes = 4 * 1024;
const partBytes = 1024 * 1024;
/** Shorter lists are encoded as they are before anybody asks how long their JSON is. */
const longListItems = 32;

export interface OffloadedRecords {
  records: StoredRecord[];
  /** JSON text by its hash in hex. */
  parts: ReadonlyMap<string, string>;
}

/** Whether JSON text is too long for the journal. Costs one comparison when it is far from it. */
export function isOverLimit(text: string): boolean {
  // A character is at most three bytes of UTF-8.
  return text.length * 3 > journalLimitBytes && Buffer.byteLength(text) > journalLimitBytes;
}

/**
 * Whether the JSON of records with lists of items is too long for the journal, at the cost of about as much JSON as the
 * journal takes. Of other records it does not tell.
 */
export function holdsLongList(records: readonly JournalRecord[]): boolean {
  let length = 0;
  for (const record of records) {
    if (!('outputs' in record) || record.outputs === undefined) continue;
    for (const items of Object.values(record.outputs)) {
      if (items.length < longListItems) continue;
      for (const item of items) {
        length += JSON.stringify(item).length;
        if (length > journalLimitBytes) return true;
      }
    }
  }
  return false;
}

export async function offloadRecords(records: readonly JournalRecord[]): Promise<OffloadedRecords> {
  const parts = new Map<string, string>();
  const stored: StoredRecord[] = [];
  for (const record of records) stored.push(await offloadRecord(record, parts));
  return { records: stored, parts };
}

async function offloadRecord(record: JournalRecord, parts: Map<string, string>): Promise<StoredRecord> {
  const large: Pick<StoredRecord, 'outputsAt' | 'responseAt' | 'inputsAt'> = {};
  const left: Record<string, unknown> = { ...record };
  if ('outputs' in record && record.outputs !== undefined) {
    const split = await splitItems(record.outputs);
    if (split.sizeBytes >= valueLimitBytes) {
      delete left['outputs'];
      large.outputsAt = keepParts(split, parts);
    }
  }
  if ('response' in record && record.response !== undefined) {
    const text = JSON.stringify(record.response);
    const split = { parts: [toPart(text)], sizeBytes: Buffer.byteLength(text) };
    if (split.sizeBytes >= valueLimitBytes) {
      delete left['response'];
      large.responseAt = keepParts(split, parts);
    }
  }
  if (record.type === 'execution-prepared' && record.inputs !== undefined) {
    const splits: { path: string; split: SplitValue }[] = [];
    for (const { path, inputs } of record.inputs) splits.push({ path, split: await splitItems(inputs) });
    if (splits.some(({ split }) => split.sizeBytes >= valueLimitBytes)) {
      delete left['inputs'];
      large.inputsAt = splits.map(({ path, split }) => ({ path, ...keepParts(split, parts) }));
    }
  }
  return { ...(left as unknown as JournalRecord), ...large };
}

interface Part {
  name: string;
  text: string;
}

interface SplitValue {
  parts: Part[];
  sizeBytes: number;
  counts?: Record<string, number>;
}

function toPart(text: string): Part {
  return { name: hash('sha256', text, 'hex'), text };
}

function keepParts(split: SplitValue, kept: Map<string, string>): OffloadedValue {
  const { counts, sizeBytes } = split;
  for (const { name, text } of split.parts) kept.set(name, text);
  const parts = split.parts.map(({ name }) => name);
  return counts === undefined ? { parts, sizeBytes } : { parts, sizeBytes, counts };
}

/** Texts of PortItems that give the whole when they are joined port by port. */
async function splitItems(outputs: PortItems): Promise<SplitValue> {
  const parts: Part[] = [];
  const counts: [string, number][] = [];
  let sizeBytes = 0;
  let ports: string[] = [];
  let bytes = 0;
  const endPart = () => {
    const text = `{${ports.join(',')}}`;
    sizeBytes += Buffer.byteLength(text);
    parts.push(toPart(text));
    ports = [];
    bytes = 0;
  };
  for (const port of Object.keys(outputs)) {
    const items = outputs[port]!;
    counts.push([port, items.length]);
    let itemTexts: string[] = [];
    const endPort = () => ports.push(`${JSON.stringify(port)}:[${itemTexts.join(',')}]`);
    for (const item of items) {
      const text = JSON.stringify(item);
      if (bytes > 0 && bytes + text.length > partBytes) {
        endPort();
        endPart();
        itemTexts = [];
        await nextTurn();
      }
      itemTexts.push(text);
      bytes += text.length;
    }
    endPort();
  }
  endPart();
  return { parts, sizeBytes, counts: Object.fromEntries(counts) };
}
