import { formatEventId, type JournalChunk, parseEventId } from '@navette/contracts';
import { type ExecutionRepository, retryWhileAway } from '@navette/store';
import type { EventConnection } from './event-connection.ts';
import type { EventHub } from './event-hub.ts';
import { toLiveRecord } from './live-record.ts';

/** How many chunks are read at once: a long journal is sent in pieces. */
const pageSize = 200;
/** Commits of other processes are found by looking. */
const pollMs = 1_000;

/** The last record that the client has: chunk and index. */
export interface StreamPosition {
  seq: number;
  index: number;
}

/** Where a stream goes on: after an event id, or from the start. Undefined when the id is malformed. */
export function parsePosition(eventId: string | undefined): StreamPosition | undefined {
  if (eventId === undefined || eventId === '') return { seq: 0, index: 0 };
  const parsed = parseEventId(eventId);
  return parsed && { seq: parsed[0], index: parsed[1] };
}

/**
 * Sends every record of the journal after a position, in the stored order and under its stored id, then those to come,
 * and closes after the last.
 */
export async function streamExecution(options: {
  connection: EventConnection;
  hub: EventHub;
  executions: ExecutionRepository;
  projectId: string;
  executionId: string;
  position: StreamPosition;
}): Promise<void> {
  const { connection, hub, executions, projectId, executionId, position } = options;
  // The chunk of the position is read again: the client may have only part of it.
  let afterSeq = position.seq - 1;
  const watch = hub.watchExecution(executionId);
  const stop = () => watch.notify();
  connection.signal.addEventListener('abort', stop, { once: true });
  try {
    while (connection.isOpen) {
      await watch.next(pollMs);
      let count = pageSize;
      while (count === pageSize && connection.isOpen) {
        // A stream outlives a database that is away: a browser whose stream was refused would not come back.
        const chunks = await retryWhileAway(
          () => executions.listChunks(projectId, executionId, { afterSeq, limit: pageSize }),
          connection.signal,
        );
        for (const chunk of chunks) {
          if (await sendChunk(connection, chunk, position)) return;
          afterSeq = chunk.seq;
        }
        count = chunks.length;
      }
    }
  } catch (error) {
    // Whoever has gone waits for nothing any more.
    if (connection.isOpen) throw error;
  } finally {
    connection.signal.removeEventListener('abort', stop);
    watch.close();
    connection.close();
  }
}

/** Whether the chunk held the end of the execution. */
async function sendChunk(
  connection: EventConnection,
  { seq, records }: JournalChunk,
  position: StreamPosition,
): Promise<boolean> {
  for (const [index, record] of records.entries()) {
    if (seq === position.seq && index <= position.index) continue;
    const id = formatEventId(seq, index);
    await connection.send({ id, data: { id, record: toLiveRecord(record) } });
  }
  return records.some((record) => record.type === 'execution-finished');
}
