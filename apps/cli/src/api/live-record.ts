import { type JournalRecord, type PortItems, parseEventId } from '@navette/contracts';
import { isRecord } from '@navette/kit';

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
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isRecord(data) || typeof data['id'] !== 'string' || !isRecord(data['record'])) return undefined;
  const record = data['record'];
  if (typeof record['type'] !== 'string' || typeof record['at'] !== 'number') return undefined;
  return { id: data['id'], record: record as unknown as LiveRecord };
}

/** Negative, zero or positive, as `a` is before, at or after `b`. A malformed id is before everything. */
export function compareEventIds(a: string, b: string): number {
  const [seqA, indexA] = parseEventId(a) ?? [-1, -1];
  const [seqB, indexB] = parseEventId(b) ?? [-1, -1];
  return seqA - seqB || indexA - indexB;
}
