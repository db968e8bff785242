import type pg from 'pg';

const batchSize = 50_000;

export interface WaitTimes {
  /** Unix milliseconds of the first end. */
  fromMs: number;
  /** Ends are spread evenly at random over so long. */
  spreadMs: number;
}

/**
 * Executions of the one workflow (see `wait-workflow.ts`) that have come to their wait, as the engine leaves them: a row
 * and one chunk of journal each. Made by SQL, since running a million of them to this point is another benchmark.
 */
export async function fillWaits(
  store: pg.Client,
  { count, name, times }: { count: number; name: string; times: WaitTimes },
): Promise<void> {
  const { rows } = await store.query<{ project_id: string; workflow_id: string; version_id: string }>(
    'SELECT project_id, workflow_id, id AS version_id FROM workflow_versions LIMIT 1',
  );
  const [version] = rows;
  if (!version) throw new Error('There is no workflow');
  for (let made = 0; made < count; made += batchSize) {
    const batch = Math.min(batchSize, count - made);
    console.error(`${name}: making waits, ${Math.round(((made + batch) / count) * 100)} %`);
    const { project_id, workflow_id, version_id } = version;
    await store.query(text, [project_id, workflow_id, version_id, batch, times.fromMs, times.spreadMs]);
  }
  await store.query('VACUUM ANALYZE executions');
  await store.query('VACUUM ANALYZE journal');
}

const text = `
  WITH made AS MATERIALIZED (
    SELECT uuidv7() AS id, ($5::float8 + floor(random() * $6::float8))::bigint AS wake_ms,
      floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint AS now_ms
    FROM generate_series(1, $4::int)
  ), parked AS (
    INSERT INTO executions (id, project_id, workflow_id, version_id, status, mode, trigger_node_id, fence, created_at,
      started_at, wake_at, reason, root_id)
    SELECT id, $1, $2, $3, 'waiting', 'api', 'start', 1, now(), now(), to_timestamp(wake_ms / 1000.0), 'Waits', id
    FROM made
  )
  INSERT INTO journal (execution_id, seq, project_id, fence, records)
  SELECT id, 1, $1, 1, json_build_array(
    json_build_object('type', 'execution-started', 'at', now_ms, 'fence', 1, 'worker', id),
    json_build_object('type', 'step-completed', 'at', now_ms, 'path', 'start', 'startedAt', now_ms, 'attempts', 1,
      'outputs', '{"main":[{"json":{"order":1}}]}'::json),
    json_build_object('type', 'step-waiting', 'at', now_ms, 'path', 'wait', 'startedAt', now_ms, 'attempt', 1,
      'wakeAt', wake_ms, 'outputs', '{"main":[{"json":{"order":1},"pairedItem":{"item":0}}]}'::json),
    json_build_object('type', 'execution-waiting', 'at', now_ms, 'wakeAt', wake_ms, 'reason', 'Waits'))
  FROM made`;
