/** Values that are too large for the journal, through the store that the engine uses. */
import { randomBytes } from 'node:crypto';
import type { JournalRecord, PortItems } from '@navette/contracts';
import type { JournalWrite } from '@navette/engine';
import { newExecution } from '@navette/engine/testing';
import { createUuid, encodeId, silentLogger } from '@navette/kit';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { PostgresExecutionStore } from '../execution/postgres-execution-store.ts';
import { openRepositoryFixture, type RepositoryFixture } from '../repositories/repository-fixture.ts';
import { registerWorker } from '../sql/workers.ts';
import { journalLimitBytes } from './offload-records.ts';

let fixture: RepositoryFixture;
let store: PostgresExecutionStore;
const workerId = createUuid();

beforeAll(async () => {
  fixture = await openRepositoryFixture();
  const { database } = fixture;
  store = new PostgresExecutionStore({ database, logger: silentLogger, listener: { committed() {} } });
  await registerWorker(database.pool, { id: workerId, instance: 'test', version: '0', pid: 1, host: 'test' });
});
afterAll(async () => {
  await store?.close();
  await fixture?.close();
});

function completed(outputs: PortItems, path = 'n'): JournalRecord {
  return { type: 'step-completed', at: 1, path, startedAt: 1, attempts: 1, outputs };
}

const large = (mark: string, bytes = 100_000): PortItems => ({
  main: [{ json: { mark, noise: randomBytes(bytes / 2).toString('hex') } }, { json: { mark } }],
});

function start() {
  const execution = newExecution({ projectId: fixture.projectId });
  const write = (over: Partial<JournalWrite>): JournalWrite => ({
    executionId: execution.id,
    projectId: execution.projectId,
    workflowId: execution.workflowId,
    workerId,
    fence: 1,
    seq: 1,
    records: [],
    ...over,
  });
  return { execution, write };
}

async function readSizes(executionId: string) {
  const { rows } = await fixture.database.pool.query(
    `SELECT (SELECT max(length(records)) FROM journal WHERE execution_id = $1) AS journal,
            (SELECT count(*)::int FROM payload_refs WHERE execution_id = $1) AS refs,
            (SELECT count(*)::int FROM journal WHERE execution_id = $1) AS chunks`,
    [executionId],
  );
  return rows[0] as { journal: number; refs: number; chunks: number };
}

test('a large value of any write leaves the journal and comes back whole', async () => {
  const { execution, write } = start();
  const child = newExecution({ projectId: fixture.projectId, parentId: execution.id });
  const [first, second, third] = [large('first'), large('second'), large('child')];
  const queued = newExecution({ projectId: fixture.projectId });
  await store.create(queued, [completed(first)]);
  await store.write(write({ create: execution, records: [completed(first), completed({ main: [] }, 'm')] }));
  const children = [{ execution: child, records: [completed(third)] }];
  await store.write(write({ seq: 2, records: [completed(second, 'o')], children }));
  expect(await store.readJournal(execution.id)).toEqual([
    { seq: 1, records: [completed(first), completed({ main: [] }, 'm')] },
    { seq: 2, records: [completed(second, 'o')] },
  ]);
  expect(await store.readJournal(execution.id, 1)).toHaveLength(1);
  expect(await store.readJournal(child.id)).toEqual([{ seq: 1, records: [completed(third)] }]);
  expect(await store.readJournal(queued.id)).toEqual([{ seq: 1, records: [completed(first)] }]);
  for (const [id, refs] of [
    [execution.id, 2],
    [child.id, 1],
    [queued.id, 1],
  ] as const) {
    const sizes = await readSizes(id);
    expect(sizes.refs).toBe(refs);
    expect(sizes.journal).toBeLessThan(1_000);
  }
  const { rows } = await fixture.database.pool.query('SELECT count(*)::int AS count FROM payloads');
  expect(rows[0].count).toBe(3);
});

test('journals are read together only as far as they are small', async () => {
  const noise = () =>
    completed({ main: [{ json: { noise: randomBytes(journalLimitBytes / 4).toString('hex') } }] });
  const [small, apart, long] = [start(), start(), start()];
  await store.write(small.write({ create: small.execution, records: [completed({ main: [] })] }));
  await store.write(apart.write({ create: apart.execution, records: [completed(large('apart'))] }));
  await store.write(long.write({ create: long.execution, records: [noise()] }));
  for (const seq of [2, 3, 4, 5, 6]) await store.write(long.write({ seq, records: [noise()] }));
  const ids = [small, apart, long].map(({ execution }) => execution.id);
  const journals = await store.readJournals([...ids, createUuid()]);
  expect([...journals]).toEqual([[ids[0], [{ seq: 1, records: [completed({ main: [] })] }]]]);
  expect(await store.readJournal(long.execution.id)).toHaveLength(6);
});

test('people who only want to know how much there was get lists of the right length', async () => {
  const { execution, write } = start();
  await store.write(
    write({ create: execution, records: [completed(large('x')), completed({ main: [{ json: {} }] }, 'm')] }),
  );
  const { executions } = fixture.repositories;
  const [chunk] = await executions.listChunks(fixture.projectId, execution.id);
  const outputs = chunk!.records.map((record) => 'outputs' in record && record.outputs?.['main']);
  expect(outputs).toEqual([[{ json: {} }, { json: {} }], [{ json: {} }]]);
  const whole = await executions.readWithJournal(fixture.projectId, execution.id, { values: 'all' });
  expect(whole?.chunks).toEqual(await store.readJournal(execution.id));
});

test('no transaction stands idle while large values are parsed', async () => {
  const { execution, write } = start();
  await store.write(write({ create: execution, records: [completed(large('stands idle'))] }));
  const { pool } = fixture.database;
  const parse = JSON.parse;
  const busy: number[] = [];
  vi.spyOn(JSON, 'parse').mockImplementation((text, reviver) => {
    if (String(text).includes('stands idle')) busy.push(pool.totalCount - pool.idleCount);
    return parse(text, reviver);
  });
  const { executions } = fixture.repositories;
  const found = await executions.readWithJournal(fixture.projectId, execution.id, { values: 'all' });
  vi.restoreAllMocks();
  expect(found?.chunks).toHaveLength(1);
  expect(busy).toEqual([0]);
});

test('a write up to the limit stays in the journal', async () => {
  const { execution, write } = start();
  const filler = 'x'.repeat(journalLimitBytes - 200);
  const records = [completed({ main: [{ json: { filler } }] })];
  expect(JSON.stringify(records).length).toBeLessThanOrEqual(journalLimitBytes);
  await store.write(write({ create: execution, records }));
  expect(await readSizes(execution.id)).toMatchObject({ refs: 0 });
});

test('ten thousand items of 2 KB: no record grows with them, and the whole is there twice at no time', async () => {
  const { execution, write } = start();
  await store.write(write({ create: execution, records: [] }));
  const item = (index: number) => ({
    json: { index, text: 'two kilobytes '.repeat(143) },
    pairedItem: { item: index },
  });
  const perWrite = 500;
  for (let seq = 1; seq <= 20; seq++) {
    const records = Array.from({ length: perWrite }, (_, at): JournalRecord => {
      const index = (seq - 1) * perWrite + at;
      return {
        type: 'item-completed',
        at: 1,
        path: 'n',
        item: index,
        attempts: 1,
        outputs: { main: [item(index)] },
      };
    });
    await store.write(write({ seq, records }));
  }
  const all = { main: Array.from({ length: 10_000 }, (_, index) => item(index)) };
  await store.write(write({ seq: 21, records: [completed(all)] }));
  const { rows } = await fixture.database.pool.query(
    'SELECT seq, length(records) AS length FROM journal WHERE execution_id = $1 ORDER BY seq',
    [execution.id],
  );
  // Each item is written once, in the chunk of its commit; the list of all of them is parts of a megabyte.
  expect(rows.at(-1).length).toBeLessThan(5_000);
  expect(Math.max(...rows.slice(1, -1).map((row) => row.length))).toBeLessThan(rows[0].length * 1.1);
  const parts = await fixture.database.pool.query(
    `SELECT max(p.size_bytes) AS largest, count(*)::int AS count FROM payload_refs r JOIN payloads p USING (project_id, sha256)
     WHERE r.execution_id = $1`,
    [execution.id],
  );
  expect(parts.rows[0].largest).toBeLessThan(1_100_000);
  expect(parts.rows[0].count).toBeLessThan(30);
  const last = (await store.readJournal(execution.id, 20))[0]!;
  expect(last.records).toEqual([completed(all)]);
});

test('files that records name are kept for the execution that names them, apart from its own', async () => {
  const { execution, write } = start();
  const { artifacts } = fixture.repositories;
  const file = (name: string, more: object = {}) =>
    artifacts.write({
      projectId: fixture.projectId,
      data: name,
      fileName: name,
      mediaType: 'text/plain',
      ...more,
    });
  const uploaded = await file('uploaded');
  const own = await file('own', { executionId: execution.id, stepPath: 'n' });
  const foreign = await artifacts.write({
    projectId: fixture.otherProjectId,
    data: 'theirs',
    fileName: 'a',
    mediaType: 'b/c',
  });
  const named = [uploaded, own, foreign, { id: createUuid() }].map((row) => ({
    json: { file: encodeId('artifact', row.id) },
  }));
  await store.write(write({ create: execution, records: [completed({ main: named })] }));
  await store.write(write({ seq: 2, records: [completed({ main: [...named, ...large('x')['main']!] })] }));
  const { rows } = await fixture.database.pool.query('SELECT * FROM artifact_refs WHERE holder_id = $1', [
    execution.id,
  ]);
  expect(rows).toEqual([
    {
      holder_kind: 'execution',
      holder_id: execution.id,
      artifact_id: uploaded.id,
      project_id: fixture.projectId,
    },
  ]);
});
