/**
 * Triggers that come close together: at most one execution of a key gathers them, parked until its time, with the input
 * of the last one.
 *
 * The caller holds the row of the key (lockLimitsOf) since an earlier statement of its transaction. The gathering
 * execution has not begun: its first chunk, which no worker has read, is replaced as a whole.
 * Locks: the gathering execution. Indexes: executions_pkey, journal_pkey. All times are the database's.
 */
import type { NewExecution, TriggerGate } from '@navette/engine';
import type { ClientBase } from 'pg';
import { copyHolds } from '../payload/copy-holds.ts';
import { type EncodedRecords, textOf } from '../payload/write-encoder.ts';

type Queryable = Pick<ClientBase, 'query'>;

export type Gathered =
  | { kind: 'now' }
  /** Parked until then (Unix milliseconds); those that follow go into it. */
  | { kind: 'delayed'; wakeAt: number }
  | { kind: 'merged'; executionId: string };

export async function gatherTrigger(
  client: Queryable,
  create: EncodedRecords & { execution: NewExecution },
  gate: TriggerGate,
): Promise<Gathered> {
  const executionId = await replaceInput(client, create, gate);
  if (executionId !== undefined) return { kind: 'merged', executionId };
  const { id } = create.execution;
  const start = await (gate.kind === 'debounce' ? putOff(client, gate, id) : takeTurn(client, gate, id));
  return start.delayed ? { kind: 'delayed', wakeAt: start.at } : { kind: 'now' };
}

/** Gives the execution that gathers, if one does. */
async function replaceInput(
  client: Queryable,
  create: EncodedRecords & { execution: NewExecution },
  gate: TriggerGate,
): Promise<string | undefined> {
  const { execution } = create;
  const { limits = {} } = execution;
  const gathering = await client.query<{ id: string }>({
    name: 'gather-trigger',
    text: `
      UPDATE executions e SET version_id = $2, concurrency_id = $3::uuid, rate_id = $4::uuid,
        held_by = coalesce($3::uuid, $4::uuid),
        wake_at = CASE WHEN $5::float8 IS NULL THEN e.wake_at ELSE least(
          e.created_at + make_interval(secs => $6::float8 / 1000),
          clock_timestamp() + make_interval(secs => $5::float8 / 1000)) END
      FROM limit_keys k
      WHERE k.id = $1 AND e.id = k.gathering_id AND e.status = 'waiting' AND e.started_at IS NULL
      RETURNING e.id`,
    values: [
      gate.id,
      execution.versionId,
      limits.concurrency?.id ?? null,
      limits.rate?.id ?? null,
      gate.kind === 'debounce' ? gate.debounceMs : null,
      gate.kind === 'debounce' ? gate.maxWaitMs : null,
    ],
  });
  const id = gathering.rows[0]?.id;
  if (id === undefined) return undefined;
  await client.query('UPDATE journal SET records = $2 WHERE execution_id = $1 AND seq = 1', [
    id,
    textOf(create),
  ]);
  if (create.hasHolds) await copyHolds(client, { fromId: execution.id, toId: id });
  return id;
}

interface Start {
  /** Unix milliseconds. */
  at: number;
  delayed: boolean;
}

/** When it is quiet until then, it starts. */
async function putOff(
  client: Queryable,
  { id, debounceMs }: Extract<TriggerGate, { kind: 'debounce' }>,
  executionId: string,
): Promise<Start> {
  const result = await client.query<{ now: number }>({
    name: 'put-off-trigger',
    text: `UPDATE limit_keys SET gathering_id = $2 WHERE id = $1
           RETURNING (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS now`,
    values: [id, executionId],
  });
  return { at: result.rows[0]!.now + debounceMs, delayed: true };
}

/** The next moment at which an execution of the key may start; from then on it is the throttle's time later. */
async function takeTurn(
  client: Queryable,
  { id, throttleMs }: Extract<TriggerGate, { kind: 'throttle' }>,
  executionId: string,
): Promise<Start> {
  const result = await client.query<Start>({
    name: 'take-throttled-turn',
    text: `
      UPDATE limit_keys k
      SET next_at = greatest(o.next_at, c.now) + make_interval(secs => $2::float8 / 1000),
        gathering_id = CASE WHEN o.next_at > c.now THEN $3::uuid END
      FROM (SELECT next_at FROM limit_keys WHERE id = $1) o, (SELECT clock_timestamp() AS now) c
      WHERE k.id = $1
      RETURNING (extract(epoch FROM greatest(o.next_at, c.now)) * 1000)::float8 AS at,
        coalesce(o.next_at > c.now, false) AS delayed`,
    values: [id, throttleMs, executionId],
  });
  return result.rows[0]!;
}
