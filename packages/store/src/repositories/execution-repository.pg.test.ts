import type { ExecutionMode, ExecutionStatus } from '@navette/contracts';
import { createUuid } from '@navette/kit';
import type { KyselyPlugin } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ExecutionRepository } from './execution-repository.ts';
import { createDraft, openRepositoryFixture, type RepositoryFixture } from './repository-fixture.ts';

let fixture: RepositoryFixture;
let workflowId: string;
let otherWorkflowId: string;

beforeAll(async () => {
  fixture = await openRepositoryFixture();
  const create = async (name: string) => {
    const workflow = { name, description: '', draft: createDraft(name) };
    return (await fixture.repositories.workflows.create(fixture.change, workflow)).id;
  };
  workflowId = await create('Orders');
  otherWorkflowId = await create('Reports');
});
afterAll(() => fixture?.close());

async function insertExecution(options: {
  status?: ExecutionStatus;
  mode?: ExecutionMode;
  workflow?: string;
  createdAt?: Date;
}): Promise<string> {
  const id = createUuid();
  const { status = 'succeeded', mode = 'api', workflow = workflowId, createdAt = new Date() } = options;
  const ended = status === 'succeeded' || status === 'failed' || status === 'cancelled';
  await fixture.db
    .insertInto('executions')
    .values({
      id,
      projectId: fixture.projectId,
      workflowId: workflow,
      versionId: createUuid(),
      status,
      mode,
      triggerNodeId: 'start',
      createdAt,
      finishedAt: ended ? createdAt : null,
      error: 'null',
      rootId: id,
    })
    .execute();
  return id;
}

test('filters, newest first, with the name of the workflow', async () => {
  const { executions } = fixture.repositories;
  const old = new Date('2026-01-01T00:00:00.000Z');
  const first = await insertExecution({ status: 'failed', createdAt: old });
  const second = await insertExecution({ mode: 'webhook', workflow: otherWorkflowId });
  const third = await insertExecution({ status: 'cancelled' });
  const ids = async (filter: object) =>
    (await executions.list(fixture.projectId, { limit: 50, ...filter })).items.map((row) => row.id);
  expect(await ids({})).toEqual([third, second, first]);
  expect(await ids({ workflowId })).toEqual([third, first]);
  expect(await ids({ status: ['failed', 'succeeded'] })).toEqual([second, first]);
  expect(await ids({ mode: 'webhook' })).toEqual([second]);
  expect(await ids({ createdBefore: new Date('2026-01-01T00:00:00.001Z') })).toEqual([first]);
  expect(await ids({ createdAfter: new Date('2026-01-01T00:00:00.001Z') })).toEqual([third, second]);
  const page = await executions.list(fixture.projectId, { limit: 2 });
  expect(page.items.map((row) => row.workflowName)).toEqual(['Orders', 'Reports']);
  expect(await ids({ limit: 2, cursor: page.nextCursor })).toEqual([first]);
  const stranger = await executions.list(fixture.otherProjectId, { limit: 50 });
  expect(stranger.items).toEqual([]);
});

test('an execution is read in its project only, and stays readable without its workflow', async () => {
  const { executions, workflows } = fixture.repositories;
  const gone = await workflows.create(fixture.change, {
    name: 'Gone',
    description: '',
    draft: createDraft('g'),
  });
  const id = await insertExecution({ workflow: gone.id });
  await workflows.delete(fixture.change, gone.id);
  expect(await executions.read(fixture.projectId, id)).toMatchObject({ id, workflowName: 'Gone' });
  expect(await executions.read(fixture.otherProjectId, id)).toBeUndefined();
});

test('the journal comes in order, after a chunk and up to a limit', async () => {
  const executionId = createUuid();
  const { projectId } = fixture;
  for (const seq of [2, 1, 3]) {
    const records = JSON.stringify([{ type: 'step-skipped', at: seq, path: `n${seq}` }]);
    await fixture.db
      .insertInto('journal')
      .values({ executionId, seq, projectId, fence: 1, records })
      .execute();
  }
  const { executions } = fixture.repositories;
  const seqs = async (options?: object, project = projectId) =>
    (await executions.listChunks(project, executionId, options)).map((chunk) => chunk.seq);
  expect(await seqs()).toEqual([1, 2, 3]);
  expect(await seqs({ afterSeq: 1 })).toEqual([2, 3]);
  expect(await seqs({ afterSeq: 1, limit: 1 })).toEqual([2]);
  expect(await seqs({}, fixture.otherProjectId)).toEqual([]);
  const [chunk] = await executions.listChunks(projectId, executionId, { limit: 1 });
  expect(chunk).toEqual({ seq: 1, records: [{ type: 'step-skipped', at: 1, path: 'n1' }] });
});

test('an execution and its journal are of one moment, whatever is committed while they are read', async () => {
  const executionId = await insertExecution({ status: 'waiting' });
  const { projectId } = fixture;
  let seq = 0;
  /** What the engine writes: the row and the journal in one transaction. */
  const commit = () =>
    fixture.db.transaction().execute(async (trx) => {
      seq++;
      const records = JSON.stringify([{ type: 'test', seq }]);
      await trx.insertInto('journal').values({ projectId, executionId, seq, fence: 1, records }).execute();
      const reason = `after ${seq}`;
      await trx.updateTable('executions').set({ reason }).where('id', '=', executionId).execute();
    });
  const meddler: KyselyPlugin = {
    transformQuery: ({ node }) => node,
    async transformResult({ result }) {
      await commit();
      return result;
    },
  };
  await commit();
  const executions = new ExecutionRepository(fixture.db.withPlugin(meddler));
  for (let round = 0; round < 3; round++) {
    const before = seq;
    const found = await executions.readWithJournal(projectId, executionId);
    expect(seq).toBeGreaterThan(before + 1);
    expect(found).toMatchObject({ row: { reason: `after ${before}` }, chunks: { length: before } });
  }
  expect(await executions.readWithJournal(fixture.otherProjectId, executionId)).toBeUndefined();
});
