/**
 * The rows that stand for limits. Whoever changes who holds a place of a limit holds its row locked, so that the count of
 * places and the change are one.
 * Locks: the rows, in one order everywhere: triggers, concurrency, rates, and by id within each.
 */
import type { ExecutionLimits, NewExecution } from '@navette/engine';
import type { ClientBase } from 'pg';

type Queryable = Pick<ClientBase, 'query'>;

interface NewLimitKey {
  id: string;
  projectId: string;
  workflowId: string;
  kind: 'trigger' | 'concurrency' | 'rate';
  label: string | null;
  capacity: number;
  intervalMs: number | null;
  overflow: string;
}

/** Makes or renews the rows of what the executions fall under, and locks them. What was said last counts. */
export async function lockLimitsOf(client: Queryable, executions: readonly NewExecution[]): Promise<void> {
  const keys = [...new Map(executions.flatMap(listKeys).map((key) => [key.id, key])).values()];
  const column = <T>(pick: (key: NewLimitKey) => T) => keys.map(pick);
  await client.query({
    name: 'lock-limits-of',
    text: `
      INSERT INTO limit_keys (id, project_id, workflow_id, kind, label, capacity, interval_ms, overflow, used_at)
      SELECT k.*, clock_timestamp()
      FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::int[], $7::bigint[], $8::text[])
        AS k(id, project_id, workflow_id, kind, label, capacity, interval_ms, overflow)
      ORDER BY array_position(ARRAY['trigger', 'concurrency', 'rate'], k.kind), k.id
      ON CONFLICT (id) DO UPDATE SET label = excluded.label, capacity = excluded.capacity,
        interval_ms = excluded.interval_ms, overflow = excluded.overflow, used_at = excluded.used_at`,
    values: [
      column((key) => key.id),
      column((key) => key.projectId),
      column((key) => key.workflowId),
      column((key) => key.kind),
      column((key) => key.label),
      column((key) => key.capacity),
      column((key) => key.intervalMs),
      column((key) => key.overflow),
    ],
  });
}

function listKeys({ projectId, workflowId, limits = {} }: NewExecution): NewLimitKey[] {
  const { concurrency, rate, trigger }: ExecutionLimits = limits;
  const owner = { projectId, workflowId };
  const keys: NewLimitKey[] = [];
  if (trigger) {
    const intervalMs = trigger.kind === 'debounce' ? trigger.debounceMs : trigger.throttleMs;
    const { id, label } = trigger;
    keys.push({ ...owner, id, label, kind: 'trigger', capacity: 1, intervalMs, overflow: 'queue' });
  }
  if (concurrency) {
    const { id, label, limit: capacity, onOverflow: overflow } = concurrency;
    keys.push({ ...owner, id, label, kind: 'concurrency', capacity, intervalMs: null, overflow });
  }
  if (rate) {
    const { id, label, limit: capacity, intervalMs, onOverflow: overflow } = rate;
    keys.push({ ...owner, id, label, kind: 'rate', capacity, intervalMs, overflow });
  }
  return keys;
}

export interface LockedLimit {
  id: string;
  kind: 'concurrency' | 'rate';
  capacity: number;
  overflow: 'queue' | 'skip' | 'cancel-oldest';
}

export async function lockLimits(client: Queryable, ids: readonly string[]): Promise<LockedLimit[]> {
  const result = await client.query<LockedLimit>({
    name: 'lock-limits',
    text: `SELECT id, kind, capacity, overflow FROM limit_keys
           WHERE id = ANY ($1::uuid[]) AND kind IN ('concurrency', 'rate') ORDER BY kind, id FOR UPDATE`,
    values: [[...ids]],
  });
  return result.rows;
}

/**
 * Deletes limits that nobody has come under for longer than any trigger can be put off, and that nobody is under now. Gives
 * how many.
 */
export async function deleteIdleLimits(client: Queryable, limit: number): Promise<number> {
  const result = await client.query(
    `DELETE FROM limit_keys WHERE id IN (
       SELECT k.id FROM limit_keys k
       WHERE k.used_at < now() - interval '8 days'
         AND NOT EXISTS (SELECT FROM executions e
           WHERE e.concurrency_id = k.id AND e.status IN ('queued', 'running', 'waiting'))
         AND NOT EXISTS (SELECT FROM executions e WHERE e.held_by = k.id AND e.status = 'queued')
       ORDER BY k.used_at LIMIT $1 FOR UPDATE SKIP LOCKED)`,
    [limit],
  );
  return result.rowCount ?? 0;
}
