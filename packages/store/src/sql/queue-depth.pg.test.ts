import { createUuid } from '@navette/kit';
import { createTestDatabase } from '@navette/testing';
import { expect, test } from 'vitest';
import { openDatabase } from '../database.ts';
import { readQueueDepth } from './queue-depth.ts';
import { registerWorker } from './workers.ts';

test('open executions are counted by status, and the latest wait by how late it is', async () => {
  await using testDatabase = await createTestDatabase();
  const database = await openDatabase({ connectionString: testDatabase.connectionString });
  try {
    const { pool } = database;
    expect(await readQueueDepth(pool)).toEqual({
      queued: 0,
      running: 0,
      waiting: 0,
      overdueMs: 0,
      aliveWorkers: 0,
    });
    const workerId = createUuid();
    await registerWorker(pool, { id: workerId, instance: 'x', version: 'x', pid: 1, host: 'x' });
    const add = async (status: string, times: { wakeIn?: string; finished?: boolean } = {}) =>
      pool.query(
        `INSERT INTO executions (id, project_id, workflow_id, version_id, status, mode, trigger_node_id, created_at,
           root_id, owner, wake_at, finished_at)
         VALUES ($1, $1, $1, $1, $2, 'api', 'start', now(), $1, $3, now() + $4::interval, $5)`,
        [
          createUuid(),
          status,
          status === 'running' ? workerId : null,
          times.wakeIn ?? null,
          times.finished ? new Date() : null,
        ],
      );
    await add('queued');
    await add('queued');
    await add('running');
    await add('waiting', { wakeIn: '1 hour' });
    await add('waiting', { wakeIn: '-1 minute' });
    await add('waiting', { wakeIn: '-1 hour' });
    await add('waiting');
    await add('succeeded', { finished: true });
    const depth = await readQueueDepth(pool);
    expect(depth).toMatchObject({ queued: 2, running: 1, waiting: 4, aliveWorkers: 1 });
    expect(depth.overdueMs).toBeGreaterThanOrEqual(3_600_000);
    expect(depth.overdueMs).toBeLessThan(3_900_000);
  } finally {
    await database.close();
  }
});
