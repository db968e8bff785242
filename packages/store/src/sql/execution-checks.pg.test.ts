import { createUuid } from '@navette/kit';
import { createTestDatabase, type TestDatabase } from '@navette/testing';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

let database: TestDatabase;
let client: pg.Client;
const id = createUuid();

beforeAll(async () => {
  database = await createTestDatabase();
  client = new pg.Client({ connectionString: database.connectionString });
  await client.connect();
  await client.query('SET session_replication_role = replica');
  await client.query(
    `INSERT INTO executions (id, project_id, workflow_id, version_id, mode, trigger_node_id, created_at, status, root_id)
     VALUES ($1, $1, $1, $1, 'api', 'start', now(), 'queued', $1)`,
    [id],
  );
});

afterAll(async () => {
  await client.end();
  await database.drop();
});

/** Changes the queued execution and takes it back. */
async function change(assignments: string): Promise<void> {
  await client.query('BEGIN');
  try {
    await client.query(`UPDATE executions SET ${assignments} WHERE id = $1`, [id]);
  } finally {
    await client.query('ROLLBACK');
  }
}

const somebody = `'${createUuid()}'::uuid`;

describe('what holds for every execution', () => {
  it.each([
    ['a status that there is not', "status = 'done'"],
    ['at work for nobody', "status = 'running'"],
    ['with an owner, but not at work', `owner = ${somebody}`],
    ['ended at no time', "status = 'succeeded'"],
    ['with an end, but not ended', 'finished_at = now()'],
    ['a priority below the lowest', 'priority = -1'],
    ['a priority above the highest', 'priority = 3'],
    ['at work, and held by a limit', `status = 'running', owner = ${somebody}, held_by = ${somebody}`],
    ['parked in a place of its limit', `status = 'waiting', concurrency_id = ${somebody}`],
    ['parked, and held by another limit', `status = 'waiting', held_by = ${somebody}`],
    ['settled at no time', "settled_as = 'retried'"],
    ['settled as nothing', 'settled_at = now()'],
    ['settled as something else', "settled_as = 'lost', settled_at = now()"],
  ])('is broken by one that is %s', async (_, assignments) => {
    await expect(change(assignments)).rejects.toMatchObject({
      code: '23514',
      constraint: 'executions_sound',
    });
  });

  it.each([
    ['queued', 'priority = 2'],
    ['queued and held', `held_by = ${somebody}`],
    ['at work', `status = 'running', owner = ${somebody}, started_at = now()`],
    ['parked', "status = 'waiting', wake_at = now()"],
    ['parked before its start', `status = 'waiting', rate_id = id, held_by = id`],
    ['parked in its limit', `status = 'waiting', started_at = now(), rate_id = id`],
    ['cancelled', "status = 'cancelled', finished_at = now()"],
    [
      'failed and settled',
      "status = 'failed', finished_at = now(), settled_as = 'dismissed', settled_at = now()",
    ],
  ])('allows one that is %s', async (_, assignments) => {
    await expect(change(assignments)).resolves.toBeUndefined();
  });
});
