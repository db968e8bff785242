import type { JournalRecord, PortItems } from '@navette/contracts';
import { isRecord } from '@navette/kit/portable';

/** A journal record as the live stream sends it: lists of items are replaced by how many there are per port. */
type WithoutItems<R> = R extends { outputs: PortItems }
  ? Omit<R, 'outputs'> & { outputCounts: Record<string, number> }
  : R;

export type LiveRecord = WithoutItems<JournalRecord>;

export interface LiveEvent {
  /** "<seq>.<index>". */
  id: string;
  record: LiveRecord;
}

/** The event in a message of the stream, or undefined when it is none of ours (a newer server's, a comment). */
export function parseLiveEvent(data: unknown): LiveEvent | undefined {
  if (!isRecord(data) || typeof data['id'] !== 'string' || !isRecord(data['record'])) return undefined;
  const record = data['record'];
  if (typeof record['type'] !== 'string' || typeof record['at'] !== 'number') return undefined;
  return { id: data['id'], record: record as unknown as LiveRecord };
}
