/**
 * Takes the large values out of a list of records, so that the journal stays small: lists and live events read it often,
 * and the values seldom. Pure.
 *
 * O1. What stays and the parts together are the same records again (join-parts.ts), however often this is done.
 * O2. A part is at most `partBytes` of JSON, unless a single item is larger. So neither writing nor reading a long list
 *     needs one text of all of it.
 */
import { hash } from 'node:crypto';
import type { JournalRecord, OffloadedValue, PortItems, StoredRecord } from '@navette/contracts';

/** Records of one commit whose JSON is longer give up their large values. */
export const journalLimitBytes = 32 * 1024;
/** A value below this stays where it is: a hash in its place would save little. */
const valueLimitBytes = 4 * 1024;
const partBytes = 1024 * 1024;

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

export function offloadRecords(records: readonly JournalRecord[]): OffloadedRecords {
  const parts = new Map<string, string>();
  const stored = records.map((record): StoredRecord => {
    const large: Pick<StoredRecord, 'outputsAt' | 'responseAt' | 'inputsAt'> = {};
    const left: Record<string, unknown> = { ...record };
    if ('outputs' in record && record.outputs !== undefined) {
      const split = splitItems(record.outputs);
      if (split.sizeBytes >= valueLimitBytes) {
        delete left['outputs'];
        large.outputsAt = keepParts(split, parts);
      }
    }
    if ('response' in record && record.response !== undefined) {
      const text = JSON.stringify(record.response);
      const sizeBytes = Buffer.byteLength(text);
      if (sizeBytes >= valueLimitBytes) {
        delete left['response'];
        large.responseAt = keepParts({ texts: [text], sizeBytes }, parts);
      }
    }
    if (record.type === 'execution-prepared' && record.inputs !== undefined) {
      const splits = record.inputs.map(({ path, inputs }) => ({ path, split: splitItems(inputs) }));
      if (splits.some(({ split }) => split.sizeBytes >= valueLimitBytes)) {
        delete left['inputs'];
        large.inputsAt = splits.map(({ path, split }) => ({ path, ...keepParts(split, parts) }));
      }
    }
    return { ...(left as unknown as JournalRecord), ...large };
  });
  return { records: stored, parts };
}

interface SplitValue {
  texts: string[];
  sizeBytes: number;
  counts?: Record<string, number>;
}

function keepParts({ texts, sizeBytes, counts }: SplitValue, parts: Map<string, string>): OffloadedValue {
  const names = texts.map((text) => {
    const name = hash('sha256', text, 'hex');
    parts.set(name, text);
    return name;
  });
  return counts === undefined ? { parts: names, sizeBytes } : { parts: names, sizeBytes, counts };
}

/** Texts of PortItems that give the whole when they are joined port by port. */
function splitItems(outputs: PortItems): SplitValue {
  const texts: string[] = [];
  const counts: [string, number][] = [];
  let sizeBytes = 0;
  let ports: string[] = [];
  let bytes = 0;
  const endPart = () => {
    const text = `{${ports.join(',')}}`;
    sizeBytes += Buffer.byteLength(text);
    texts.push(text);
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
      }
      itemTexts.push(text);
      bytes += text.length;
    }
    endPort();
  }
  endPart();
  return { texts, sizeBytes, counts: Object.fromEntries(counts) };
}
