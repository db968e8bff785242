import type pg from 'pg';

const batchSize = 100_000;
/** Small enough that retention leaves them alone. */
const days = 5;

/**
 * Executions of the first project as a busy week would leave them: 95 % succeeded, 3 % failed, 1.5 % cancelled, 0.4 %
 * waiting for months; 90 % by webhook, 5 % scheduled, 2 % by hand, 3 % by program; a fifth of the first workflow, the
 * others of 20 that need no definition here; a tenth belongs to another project.
 */
export async function fillExecutions(store: pg.Client, rows: number): Promise<void> {
  const { rows: found } = await store.query<{ project_id: string; workflow_id: string; version_id: string }>(
    'SELECT project_id, workflow_id, id AS version_id FROM workflow_versions LIMIT 1',
  );
  const [first] = found;
  if (!first) throw new Error('There is no workflow');
  for (let from = 0; from < rows; from += batchSize) {
    const count = Math.min(batchSize, rows - from);
    console.error(`list: making rows, ${Math.round(((from + count) / rows) * 100)} %`);
    await store.query(text, [first.project_id, first.workflow_id, first.version_id, from, count, rows, days]);
  }
  await store.query('VACUUM ANALYZE executions');
}

const text = `
  INSERT INTO executions (id, project_id, workflow_id, version_id, status, mode, trigger_node_id, fence, created_at,
    started_at, finished_at, wake_at, reason, error, root_id)
  SELECT id,
    CASE WHEN n % 10 = 9 THEN md5('project')::uuid ELSE $1::uuid END,
    CASE WHEN n % 5 = 0 THEN $2::uuid ELSE md5('workflow' || n % 20)::uuid END,
    $3::uuid, status,
    CASE WHEN r2 < 0.9 THEN 'webhook' WHEN r2 < 0.95 THEN 'schedule' WHEN r2 < 0.97 THEN 'manual' ELSE 'api' END,
    'start', 1, at, at,
    CASE WHEN status <> 'waiting' THEN at + interval '20 ms' END,
    CASE WHEN status = 'waiting' THEN now() + interval '90 days' END,
    CASE WHEN status = 'waiting' THEN 'Waits' END,
    CASE WHEN status = 'failed' THEN
      '{"code":"HTTP_CONNECT","message":"Nobody answers","kind":"operational","retryable":true,"nodeId":"call"}'::json END,
    id
  FROM (
    SELECT n, at, r2, uuidv7(at - clock_timestamp()) AS id,
      CASE WHEN r1 < 0.95 THEN 'succeeded' WHEN r1 < 0.98 THEN 'failed' WHEN r1 < 0.996 THEN 'cancelled'
        ELSE 'waiting' END AS status
    FROM (
      SELECT n, now() - make_interval(secs => $7::float8 * 86400 * (1 - n::float8 / $6::float8)) AS at,
        random() AS r1, random() AS r2
      FROM generate_series($4::int, $4::int + $5::int - 1) AS n
    ) AS numbered
  ) AS made`;
