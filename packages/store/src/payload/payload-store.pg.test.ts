import { createUuid } from '@navette/kit';
import { createTestDatabase, type TestDatabase } from '@navette/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Database, openDatabase } from '../database.ts';
import { migrate } from '../migrate/migrate.ts';
import { offloadRecords } from './offload-records.ts';
import { readPayloads, writePayloads } from './payload-store.ts';

let testDatabase: TestDatabase;
let database: Database;
const projectId = createUuid();

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = await openDatabase({ connectionString: testDatabase.connectionString });
  await migrate(database);
});
afterAll(async () => {
  await database?.close();
  await testDatabase?.drop();
});

async function partsOf(...texts: string[]): Promise<ReadonlyMap<string, string>> {
  const outputs = { main: texts.map((text) => ({ json: { text } })) };
  const record = { type: 'step-completed', at: 1, path: 'n', startedAt: 1, attempts: 1, outputs } as const;
  return (await offloadRecords([record])).parts;
}

async function readRows(executionId: string) {
  const { rows } = await database.pool.query(
    `SELECT p.encoding, p.size_bytes, length(p.bytes) AS stored, p.review_at > now() + interval '59 minutes' AS put_off
     FROM payload_refs r JOIN payloads p ON p.project_id = r.project_id AND p.sha256 = r.sha256
     WHERE r.execution_id = $1 ORDER BY p.size_bytes`,
    [executionId],
  );
  return rows;
}

test('parts are stored once, compressed, and noted for every execution that needs them', async () => {
  const [first, second] = [createUuid(), createUuid()];
  const parts = await partsOf('warp and weft '.repeat(5_000));
  await writePayloads(database.pool, { projectId, executionId: first }, parts);
  await writePayloads(database.pool, { projectId, executionId: first }, parts);
  await writePayloads(database.pool, { projectId, executionId: second }, parts);
  const [row, ...others] = await readRows(first);
  expect(others).toEqual([]);
  expect(row).toMatchObject({ encoding: 'zstd', put_off: true });
  expect(row.stored).toBeLessThan(row.size_bytes / 20);
  expect(await readRows(second)).toHaveLength(1);
  expect(await readPayloads(database.pool, projectId, [...parts.keys()])).toEqual(parts);
});

test('many parts at once, some of them known', async () => {
  const owner = { projectId, executionId: createUuid() };
  const parts = new Map(
    await Promise.all(
      Array.from({ length: 50 }, async (_, index) => [...(await partsOf(`${index} `.repeat(4_000)))][0]!),
    ),
  );
  await writePayloads(database.pool, owner, new Map([...parts].slice(0, 20)));
  await writePayloads(database.pool, owner, parts);
  expect(await readRows(owner.executionId)).toHaveLength(50);
  expect(await readPayloads(database.pool, projectId, [...parts.keys()])).toEqual(parts);
});

test('writers of the same parts in other orders do not wait for each other in vain', async () => {
  const parts = await Promise.all(
    Array.from({ length: 12 }, async (_, index) => [...(await partsOf(`r${index} `.repeat(3_000)))][0]!),
  );
  await Promise.all(
    Array.from({ length: 8 }, (_, at) => {
      const turned = new Map([...parts.slice(at), ...parts.slice(0, at)]);
      return writePayloads(database.pool, { projectId, executionId: createUuid() }, turned);
    }),
  );
  expect(
    (
      await readPayloads(
        database.pool,
        projectId,
        parts.map(([name]) => name),
      )
    ).size,
  ).toBe(12);
});

test('a payload of another project is not there; a lost or damaged one is named', async () => {
  const parts = await partsOf('precious '.repeat(1_000));
  const [name] = [...parts.keys()] as [string];
  await writePayloads(database.pool, { projectId, executionId: createUuid() }, parts);
  const lost = { code: 'PAYLOAD_LOST', message: expect.stringContaining(name) };
  await expect(readPayloads(database.pool, createUuid(), [name])).rejects.toMatchObject(lost);
  const damaged = { code: 'PAYLOAD_DAMAGED', message: expect.stringContaining(name) };
  for (const change of [
    'set_byte(bytes, 20, get_byte(bytes, 20) # 1)',
    'substr(bytes, 1, length(bytes) - 4)',
    `'\\x00'::bytea`,
  ]) {
    await database.pool.query(`UPDATE payloads SET bytes = ${change} WHERE sha256 = decode($1, 'hex')`, [
      name,
    ]);
    await expect(readPayloads(database.pool, projectId, [name])).rejects.toMatchObject(damaged);
  }
});
