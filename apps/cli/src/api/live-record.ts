import { type JournalRecord, type PortItems, parseEventId, type StepLog } from '@navette/contracts';
import { isRecord } from '@navette/kit';
import type { ConsolePart } from '../progress/console-lines.ts';

type WithoutItems<R> = R extends { outputs: PortItems }
  ? Omit<R, 'outputs'> & { outputCounts: Record<string, number> }
  : R;

/** A journal record as the live stream sends it: how many items per port in place of the items. */
export type LiveRecord = WithoutItems<JournalRecord>;

export interface LiveEvent {
  /** "<seq>.<index>". */
  id: string;
  record: LiveRecord;
}

/** The event in a message of the stream; undefined when it is none that this command knows. */
export function parseLiveEvent(text: string): LiveEvent | undefined {
  const data = parseJson(text);
  if (!isRecord(data) || typeof data['id'] !== 'string' || !isRecord(data['record'])) return undefined;
  const record = data['record'];
  if (typeof record['type'] !== 'string' || typeof record['at'] !== 'number') return undefined;
  return { id: data['id'], record: record as unknown as LiveRecord };
}

/** Lines in a message of the stream named "console"; undefined when it has another form. */
export function parseConsolePart(text: string): ConsolePart | undefined {
  const data = parseJson(text);
  if (!isRecord(data) || typeof data['path'] !== 'string' || typeof data['from'] !== 'number')
    return undefined;
  const { from, lines, path, skipped } = data;
  const areLines = Array.isArray(lines) && lines.every(isLine);
  if (!areLines) return undefined;
  return { path, from, lines: lines as StepLog[], ...(typeof skipped === 'number' ? { skipped } : {}) };
}

function isLine(line: unknown): boolean {
  return isRecord(line) && typeof line['at'] === 'number' && typeof line['message'] === 'string';
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Negative, zero or positive, as `a` is before, at or after `b`. A malformed id is before everything. */
export function compareEventIds(a: string, b: string): number {
  const [seqA, indexA] = parseEventId(a) ?? [-1, -1];
  const [seqB, indexB] = parseEventId(b) ?? [-1, -1];
  return seqA - seqB || indexA - indexB;
}
