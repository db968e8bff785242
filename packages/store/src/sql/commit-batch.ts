/**
 * Writes many executions' journal chunks and state changes of one worker in one statement, so that they share a commit.
 *
 * Parameters: arrays, one entry per write. Creates carry their final state when the execution ended in the same write.
 * Locks: the worker's row FOR SHARE (whoever declares the worker dead waits for this commit, and every later batch finds
 * it dead); the rows of executions whose state changes.
 * Fence: an append counts only while its execution is running under the writer's fence; a state change likewise. Both
 * read the same snapshot, and no other process can raise the fence of a live worker's execution.
 * Indexes: executions_pkey, journal_pkey.
 * Returns one row per write that took effect: id, and the status where it changed.
 */
import type { Handover, JournalWrite, NewExecution } from '@navette/engine';
import type { ClientBase } from 'pg';
import { textOf } from '../payload/write-encoder.ts';
import { encodePriority } from './priority.ts';

const textFor = (places: number) => `
WITH alive AS MATERIALIZED (
  SELECT 1 AS one FROM workers WHERE id = $1 AND state = 'alive' FOR SHARE
), created AS (
  INSERT INTO executions (id, project_id, workflow_id, version_id, mode, trigger_node_id, created_at, deadline_at,
    idempotency_key, retry_of, root_id, parent_id, parent_path, depth,
    status, owner, fence, started_at, finished_at, wake_at, reason, error, why, priority)
  SELECT c.id, c.project_id, c.workflow_id, c.version_id, c.mode, c.trigger_node_id, to_timestamp(c.created_at / 1000),
    to_timestamp(c.deadline_at / 1000), c.idempotency_key, c.retry_of, c.root_id, c.parent_id, c.parent_path, c.depth,
    c.status, CASE WHEN c.status = 'running' THEN $1::uuid END, 1, to_timestamp(c.created_at / 1000),
    to_timestamp(c.finished_at / 1000), to_timestamp(c.wake_at / 1000), c.reason, c.error, c.why,
    c.priority
  FROM unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::uuid[], $6::text[], $7::text[], $8::float8[], $9::float8[],
    $10::text[], $11::uuid[], $12::uuid[], $13::uuid[], $14::text[], $15::int[],
    $16::text[], $17::float8[], $18::float8[], $19::text[], $20::json[], $34::json[], $36::int[])
    AS c(id, project_id, workflow_id, version_id, mode, trigger_node_id, created_at, deadline_at,
      idempotency_key, retry_of, root_id, parent_id, parent_path, depth,
      status, finished_at, wake_at, reason, error, why, priority),
    alive
  ON CONFLICT DO NOTHING
  RETURNING id, status
), owned AS (
  SELECT u.id
  FROM unnest($21::uuid[], $22::bigint[]) AS u(id, fence)
  JOIN executions e ON e.id = u.id AND e.fence = u.fence AND e.status = 'running', alive
), written AS (
  INSERT INTO journal (execution_id, seq, project_id, fence, records)
  SELECT j.execution_id, j.seq, j.project_id, j.fence, j.records
  FROM unnest($23::uuid[], $24::int[], $25::uuid[], $26::bigint[],
    ARRAY[${Array.from({ length: places }, (_, i) => `$${37 + i}`).join(', ')}]::text[])
    AS j(execution_id, seq, project_id, fence, records)
  WHERE j.execution_id IN (SELECT id FROM created UNION ALL SELECT id FROM owned)
), moved AS (
  UPDATE executions e SET
    status = CASE WHEN m.status = 'waiting' AND (e.wake_requested OR e.cancel_requested_at IS NOT NULL)
      THEN 'queued' ELSE m.status END,
    owner = NULL,
    wake_requested = false,
    finished_at = to_timestamp(m.finished_at / 1000),
    wake_at = CASE WHEN m.status = 'waiting' THEN to_timestamp(m.wake_at / 1000) END,
    -- Who parks gives back its place in the limit (0005_limits.sql).
    held_by = CASE WHEN m.status = 'waiting' AND NOT e.wake_requested AND e.cancel_requested_at IS NULL
      THEN e.concurrency_id END,
    reason = m.reason,
    error = m.error,
    why = m.why
  FROM unnest($27::uuid[], $28::bigint[], $29::text[], $30::float8[], $31::float8[], $32::text[], $33::json[],
    $35::json[])
    AS m(id, fence, status, finished_at, wake_at, reason, error, why), alive
  WHERE e.id = m.id AND e.fence = m.fence AND e.status = 'running'
  RETURNING e.id, e.status, CASE WHEN e.status <> 'queued' THEN e.concurrency_id END AS freed
)
SELECT id, status, NULL::uuid AS freed FROM created
UNION ALL
SELECT o.id, m.status, m.freed FROM owned o LEFT JOIN moved m ON m.id = o.id`;

export interface CommittedRow {
  id: string;
  /** Null where the status did not change. */
  status: string | null;
  /** The concurrency limit that got a place back. */
  freed?: string | null;
}

/**
 * Records travel as a parameter each: the driver sends a parameter as it is, but escapes every quote of an element of an
 * array (6 % of the process at full load). The statement is prepared for a few numbers of places; the rest stay null.
 */
export const recordPlaces = [1, 4, 16, 64, 256, 1_024] as const;
const statements = new Map(
  recordPlaces.map((count) => [count, { name: `commit-batch-${count}`, text: textFor(count) }]),
);

/** The most writes of one call. */
export const maxBatchSize = 1_024;

export async function commitBatch(
  client: ClientBase,
  workerId: string,
  writes: readonly JournalWrite[],
): Promise<CommittedRow[]> {
  const chunks = writes.filter((write) => write.records.length > 0);
  const { places, records } = padRecords(chunks);
  const result = await client.query<CommittedRow>({
    ...statements.get(places)!,
    values: [
      workerId,
      ...encodeCreates(writes),
      ...encodeOwned(writes),
      ...encodeChunks(chunks),
      ...encodeMoves(writes),
      encodeWhy(writes.filter((write) => write.create !== undefined)),
      encodeWhy(listMoves(writes)),
      writes
        .filter((write) => write.create !== undefined)
        .map((write) => encodePriority(write.create!.priority)),
      ...records,
    ],
  });
  return result.rows;
}

/** The records of each write as text, with nulls up to a number of places that a statement is prepared for. */
export function padRecords(writes: readonly JournalWrite[]): {
  places: (typeof recordPlaces)[number];
  records: (string | null)[];
} {
  const places = recordPlaces.find((count) => count >= writes.length);
  if (places === undefined) throw new Error(`A batch of ${writes.length} chunks is too large`);
  const records: (string | null)[] = writes.map((write) => textOf(write));
  while (records.length < places) records.push(null);
  return { places, records };
}

function encodeCreates(writes: readonly JournalWrite[]): unknown[] {
  const rows = writes.filter((write) => write.create !== undefined);
  const column = <T>(pick: (execution: NewExecution) => T) => rows.map((write) => pick(write.create!));
  const state = rows.map((write) => describeHandover(write.handover));
  return [
    ...encodeExecutionColumns(column),
    state.map((s) => s.status),
    state.map((s) => s.finishedAt),
    state.map((s) => s.wakeAt),
    state.map((s) => s.reason),
    state.map((s) => s.error),
  ];
}

/** The fourteen columns that are fixed at creation, in the order of the statements that insert executions. */
export function encodeExecutionColumns(column: <T>(pick: (execution: NewExecution) => T) => T[]): unknown[] {
  return [
    column((e) => e.id),
    column((e) => e.projectId),
    column((e) => e.workflowId),
    column((e) => e.versionId),
    column((e) => e.mode),
    column((e) => e.triggerNodeId),
    column((e) => e.createdAt),
    column((e) => e.deadlineAt),
    column((e) => e.idempotencyKey),
    column((e) => e.retryOf),
    column((e) => e.rootId),
    column((e) => e.parentId),
    column((e) => e.parentPath),
    column((e) => e.depth),
  ];
}

function encodeOwned(writes: readonly JournalWrite[]): unknown[] {
  const rows = writes.filter((write) => write.create === undefined);
  return [rows.map((write) => write.executionId), rows.map((write) => write.fence)];
}

function encodeChunks(chunks: readonly JournalWrite[]): unknown[] {
  return [
    chunks.map((write) => write.executionId),
    chunks.map((write) => write.seq),
    chunks.map((write) => write.projectId),
    chunks.map((write) => write.fence),
  ];
}

function encodeMoves(writes: readonly JournalWrite[]): unknown[] {
  const rows = listMoves(writes);
  const state = rows.map((write) => describeHandover(write.handover));
  return [
    rows.map((write) => write.executionId),
    rows.map((write) => write.fence),
    state.map((s) => s.status),
    state.map((s) => s.finishedAt),
    state.map((s) => s.wakeAt),
    state.map((s) => s.reason),
    state.map((s) => s.error),
  ];
}

function listMoves(writes: readonly JournalWrite[]): JournalWrite[] {
  return writes.filter((write) => write.create === undefined && write.handover !== undefined);
}

function encodeWhy(writes: readonly JournalWrite[]): (string | null)[] {
  return writes.map(({ handover }) =>
    handover?.kind === 'wait' && handover.why ? JSON.stringify(handover.why) : null,
  );
}

function describeHandover(handover: Handover | undefined) {
  const none = { finishedAt: null, wakeAt: null, reason: null, error: null };
  switch (handover?.kind) {
    case undefined:
      return { ...none, status: 'running' };
    case 'finish': {
      const error = handover.error ? JSON.stringify(handover.error) : null;
      return { ...none, status: handover.status, finishedAt: handover.at, error };
    }
    case 'wait':
      return { ...none, status: 'waiting', wakeAt: handover.wakeAt, reason: handover.reason };
    case 'release':
      return { ...none, status: 'queued', reason: handover.reason };
  }
}
