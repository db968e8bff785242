import { createUuid, silentLogger } from '@navette/kit';
import { startS3Fixture } from '@navette/testing';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { holdArtifacts } from '../artifact-storage/hold-artifacts.ts';
import { writePayloads } from '../payload/payload-store.ts';
import { createRepositories } from '../repositories/repositories.ts';
import { tablesOfExecution } from './delete-executions.ts';
import { findProtected } from './find-protected.ts';
import { RetentionFixture } from './retention-fixture.ts';
import { claimRound, completeRound, readLastRound, renewRound } from './retention-lease.ts';
import { reviewArtifacts } from './review-artifacts.ts';
import { reviewContents } from './review-contents.ts';
import { reviewPayloads } from './review-payloads.ts';

let fixture: RetentionFixture;
beforeAll(async () => {
  fixture = await RetentionFixture.open();
});
afterEach(async () => {
  // So that no test sees what another left.
  await fixture.pool.query(
    'TRUNCATE executions, journal, payload_refs, payloads, artifact_refs, artifacts, contents',
  );
});
afterAll(() => fixture?.close());

describe('executions', () => {
  test('the data goes first, the summary later, each when it is due', async () => {
    const workflowId = await fixture.createWorkflow();
    const { id } = await fixture.createExecution({ workflowId, large: 'x' });
    await fixture.passTime('9 days');
    await fixture.retention.run();
    expect(await fixture.readStatus(id)).toBe('data');
    await fixture.passTime('1 day 1 minute');
    await fixture.retention.run();
    expect(await fixture.readStatus(id)).toBe('summary');
    await expect(fixture.store.readJournal(id)).rejects.toMatchObject({ code: 'EXECUTION_DATA_DELETED' });
    const row = await fixture.repositories.executions.read(fixture.base.projectId, id);
    expect(row).toMatchObject({ status: 'succeeded', dataDeletedAt: expect.any(Date) });
    await fixture.passTime('10 days');
    await fixture.retention.run();
    expect(await fixture.readStatus(id)).toBe('gone');
    expect(await fixture.count('payload_refs')).toBe(0);
  });

  test('what a workflow does not save goes soon, with its row; its errors stay if it says so', async () => {
    const errors = await fixture.createWorkflow({ executions: 'errors' });
    const none = await fixture.createWorkflow({ executions: 'none' });
    const fine = await fixture.createExecution({ workflowId: errors });
    const failed = await fixture.createExecution({ workflowId: errors, status: 'failed' });
    const unsaved = await fixture.createExecution({ workflowId: none, status: 'failed' });
    const keyed = await fixture.createExecution({ workflowId: none, idempotencyKey: 'k' });
    const open = await fixture.createExecution({ workflowId: none, status: 'waiting' });
    await fixture.passTime('6 minutes');
    await fixture.retention.run();
    const readAll = () =>
      Promise.all([fine, failed, unsaved, keyed, open].map(({ id }) => fixture.readStatus(id)));
    expect(await readAll()).toEqual(['gone', 'data', 'gone', 'data', 'data']);
    await fixture.passTime('1 day');
    await fixture.createRetention().run();
    expect(await readAll()).toEqual(['gone', 'data', 'gone', 'gone', 'data']);
  });

  test('rules that were changed hold for the executions that there are', async () => {
    const workflowId = await fixture.createWorkflow();
    const { id } = await fixture.createExecution({ workflowId });
    await fixture.passTime('3 days');
    await fixture.retention.run();
    await fixture.updateWorkflow(workflowId, { days: 2 });
    await fixture.retention.run();
    expect(await fixture.readStatus(id)).toBe('summary');
  });

  test('a family too large to look through is left alone: one that goes on may be beyond', async () => {
    const workflowId = await fixture.createWorkflow();
    const parent = await fixture.createExecution({ workflowId });
    const child = await fixture.createExecution({ workflowId, parentId: parent.id });
    await fixture.createExecution({ workflowId, parentId: child.id, status: 'running' });
    await fixture.pool.query(
      `INSERT INTO executions (id, project_id, workflow_id, version_id, status, mode, trigger_node_id,
         created_at, finished_at, root_id, parent_id)
       SELECT gen_random_uuid(), project_id, workflow_id, version_id, status, mode, trigger_node_id,
         created_at, finished_at, root_id, parent_id
       FROM executions, generate_series(1, 50000) WHERE id = $1`,
      [child.id],
    );
    const other = await fixture.createExecution({ workflowId });
    expect(await findProtected(fixture.pool, [parent.id, other.id])).toEqual(new Set([parent.id]));
  });

  test('the family of one that goes on is left alone, over any number of steps', async () => {
    const workflowId = await fixture.createWorkflow();
    const grandparent = await fixture.createExecution({ workflowId });
    const parent = await fixture.createExecution({ workflowId, parentId: grandparent.id });
    const child = await fixture.createExecution({ workflowId, parentId: parent.id, status: 'failed' });
    const retry = await fixture.createExecution({
      workflowId,
      retryOf: child.id,
      rootId: child.id,
      status: 'failed',
    });
    const second = await fixture.createExecution({
      workflowId,
      retryOf: retry.id,
      rootId: child.id,
      status: 'running',
    });
    const sibling = await fixture.createExecution({ workflowId, parentId: grandparent.id });
    // A rerun has effects of its own, and so is the root of a family of its own.
    const source = await fixture.createExecution({ workflowId, status: 'failed' });
    const rerun = await fixture.createExecution({ workflowId, retryOf: source.id, status: 'running' });
    expect(rerun.rootId).toBe(rerun.id);
    const stranger = await fixture.createExecution({ workflowId });
    await fixture.passTime('40 days');
    await fixture.retention.run();
    for (const { id } of [grandparent, parent, child, retry, second, sibling, source, rerun])
      expect(await fixture.readStatus(id)).toBe('data');
    expect(await fixture.readStatus(stranger.id)).toBe('gone');
    await fixture.finishExecution(second);
    await fixture.createRetention().run();
    for (const { id } of [grandparent, parent, child, retry, sibling])
      expect(await fixture.readStatus(id)).toBe('gone');
    expect(await fixture.readStatus(second.id)).toBe('data');
  });

  test('a very long journal goes in several transactions, and a round that died is gone on with', async () => {
    const workflowId = await fixture.createWorkflow({ executions: 'none' });
    const long = await fixture.createExecution({ workflowId });
    const short = await fixture.createExecution({ workflowId });
    await fixture.pool.query(
      `INSERT INTO journal (execution_id, seq, project_id, fence, records)
       SELECT $1, s, $2, 1, '[]' FROM generate_series(3, 12000) s`,
      [long.id, fixture.base.projectId],
    );
    await fixture.passTime('1 hour');
    // A process that dies after the mark: nobody reads what is left as a whole journal.
    await fixture.pool.query('UPDATE retention_state SET unfinished = ARRAY[$1::uuid]', [long.id]);
    await fixture.pool.query('UPDATE executions SET data_deleted_at = now() WHERE id = $1', [long.id]);
    await fixture.pool.query('DELETE FROM journal WHERE execution_id = $1 AND seq < 100', [long.id]);
    await expect(fixture.store.readJournal(long.id)).rejects.toMatchObject({
      code: 'EXECUTION_DATA_DELETED',
    });
    await fixture.retention.run();
    expect([await fixture.readStatus(long.id), await fixture.readStatus(short.id)]).toEqual(['gone', 'gone']);
    expect(await fixture.count('journal')).toBe(0);
    const { rows } = await fixture.pool.query('SELECT unfinished FROM retention_state');
    expect(rows[0].unfinished).toEqual([]);
  });

  /** Ended a day ago; created one per second, from so many seconds ago on. */
  async function insertEnded(workflowId: string, fromSeconds: number, count: number): Promise<void> {
    await fixture.pool.query(
      `WITH made AS (
         INSERT INTO executions (id, project_id, workflow_id, version_id, status, mode, trigger_node_id, created_at,
           finished_at, root_id)
         SELECT gen_random_uuid(), $1, $2, $2, 'succeeded', 'api', 't', now() - ($3 - s) * interval '1 second',
           now() - interval '1 day', gen_random_uuid()
         FROM generate_series(1, $4) s RETURNING id
       )
       INSERT INTO journal (execution_id, seq, project_id, fence, records) SELECT id, 1, $1, 1, '[]' FROM made`,
      [fixture.base.projectId, workflowId, fromSeconds, count],
    );
  }

  test('many at once go, page by page', async () => {
    const workflowId = await fixture.createWorkflow({ executions: 'none' });
    await insertEnded(workflowId, 100_000, 2_501);
    expect(await fixture.retention.run()).toMatchObject({ executionsDeleted: 2_501 });
    expect(await fixture.count('journal')).toBe(0);
  });

  test('a walk goes on where the last one ended, and from the start after a day or a restart', async () => {
    const workflowId = await fixture.createWorkflow({ executions: 'none' });
    await insertEnded(workflowId, 100_000, 3);
    expect(await fixture.retention.run()).toMatchObject({ executionsDeleted: 3 });
    await insertEnded(workflowId, 90_000, 4);
    // Older than where the walk stands: such ones were at work or protected when it came by.
    await insertEnded(workflowId, 200_000, 5);
    expect(await fixture.retention.run()).toMatchObject({ executionsDeleted: 4 });
    expect(await fixture.createRetention().run()).toMatchObject({ executionsDeleted: 5 });
  });
});

describe('payloads', () => {
  test('one that two executions share goes with the last of them, a grace later', async () => {
    const workflowId = await fixture.createWorkflow();
    await fixture.createExecution({ workflowId, large: 'shared' });
    await fixture.passTime('5 days');
    const second = await fixture.createExecution({ workflowId, large: 'shared' });
    await fixture.passTime('6 days');
    await fixture.settle();
    expect(await fixture.count('payloads')).toBe(1);
    expect((await fixture.store.readJournal(second.id)).length).toBe(2);
    await fixture.passTime('6 days');
    await fixture.retention.run();
    expect(await fixture.count('payloads')).toBe(1);
    await fixture.passTime('61 minutes');
    await fixture.retention.run();
    expect(await fixture.count('payloads')).toBe(0);
  });

  test('one whose execution never came into being goes after the grace, and not before', async () => {
    const owner = { projectId: fixture.base.projectId, executionId: createUuid() };
    const parts = new Map([['ab'.repeat(32), 'x'.repeat(5_000)]]);
    await writePayloads(fixture.pool, owner, parts);
    await fixture.passTime('59 minutes');
    await fixture.retention.run();
    expect(await fixture.count('payloads')).toBe(1);
    await fixture.passTime('2 minutes');
    await fixture.retention.run();
    expect([await fixture.count('payloads'), await fixture.count('payload_refs')]).toEqual([0, 0]);
  });

  test('a writer that takes hold while the collector decides either keeps it or stores it anew', async () => {
    const { database, projectId } = fixture.base;
    const name = 'cd'.repeat(32);
    const parts = new Map([[name, 'y'.repeat(5_000)]]);
    for (let round = 0; round < 15; round++) {
      await writePayloads(fixture.pool, { projectId, executionId: createUuid() }, parts);
      await fixture.pool.query('DELETE FROM payload_refs');
      await fixture.passTime('2 hours');
      const workflowId = createUuid();
      const late = { projectId, executionId: createUuid() };
      await Promise.all([reviewPayloads(database, 10), writePayloads(fixture.pool, late, parts)]);
      const { rows } = await fixture.pool.query(
        `SELECT count(*)::int AS count FROM payloads p JOIN payload_refs r USING (project_id, sha256) WHERE r.execution_id = $1`,
        [late.executionId],
      );
      expect(rows[0].count, `round ${round} ${workflowId}`).toBe(1);
    }
  });
});

describe('files', () => {
  test('a file goes with the execution that made it, and its bytes with the last file that has them', async () => {
    const workflowId = await fixture.createWorkflow();
    const old = await fixture.createExecution({ workflowId });
    const row = await fixture.createArtifact('report', old);
    await fixture.passTime('5 days');
    const young = await fixture.createExecution({ workflowId });
    const same = await fixture.createArtifact('report', young);
    await fixture.passTime('6 days');
    await fixture.settle();
    const { artifacts } = fixture.repositories;
    await expect(artifacts.read(fixture.base.projectId, row.id)).rejects.toMatchObject({
      code: 'ARTIFACT_NOT_FOUND',
    });
    expect((await artifacts.readContent(fixture.base.projectId, same.id)).toString()).toBe('report');
    await fixture.passTime('5 days');
    await fixture.settle();
    expect([await fixture.count('artifacts'), await fixture.count('contents')]).toEqual([0, 0]);
    expect(fixture.hasFile(row)).toBe(false);
    // And it can come back.
    const again = await fixture.createArtifact('report');
    expect((await artifacts.readContent(fixture.base.projectId, again.id)).toString()).toBe('report');
  });

  test('a file that a kept execution, a version or a message names stays, however old', async () => {
    const workflowId = await fixture.createWorkflow({ days: 100 });
    const short = await fixture.createWorkflow({ days: 1 });
    const maker = await fixture.createExecution({ workflowId: short });
    const [named, nested, pinned, sent, unnamed] = await Promise.all(
      ['named', 'nested', 'pinned', 'sent', 'unnamed'].map((data) => fixture.createArtifact(data, maker)),
    );
    await fixture.createExecution({ workflowId, names: [named!.id] });
    await fixture.createExecution({ workflowId, large: 'n', names: [nested!.id], status: 'waiting' });
    await fixture.createWorkflow({ days: 7 }, [pinned!.id]);
    const { projectId } = fixture.base;
    const messageId = createUuid();
    await holdArtifacts(fixture.pool, { kind: 'message', id: messageId, projectId }, [sent!.id]);
    await fixture.pool.query(
      `INSERT INTO messages (id, project_id, workflow_id, correlation_key, channel, once, body)
       VALUES ($1, $2, $3, 'k', 'signal:go', false, '{}')`,
      [messageId, projectId, workflowId],
    );
    await fixture.passTime('12 days');
    await fixture.settle();
    await fixture.passTime('2 days');
    await fixture.settle();
    const { rows } = await fixture.pool.query<{ id: string }>('SELECT id FROM artifacts');
    expect(rows.map((row) => row.id).toSorted()).toEqual(
      [named, nested, pinned, sent].map((row) => row!.id).toSorted(),
    );
    expect(fixture.hasFile(unnamed!)).toBe(false);
    // The message is taken: nothing names the file any more.
    await fixture.pool.query('UPDATE messages SET body = NULL, taken_at = now() WHERE id = $1', [messageId]);
    await fixture.passTime('2 days');
    await fixture.settle();
    expect(await fixture.count('artifacts')).toBe(3);
    await fixture.pool.query('DELETE FROM messages');
  });

  test('an upload waits for its run, then for its executions', async () => {
    const workflowId = await fixture.createWorkflow();
    const used = await fixture.createArtifact('used');
    const unused = await fixture.createArtifact('unused');
    await fixture.passTime('4 days');
    await fixture.settle();
    expect(await fixture.count('artifacts')).toBe(2);
    await fixture.createExecution({ workflowId, names: [used.id] });
    await fixture.passTime('2 days');
    await fixture.settle();
    expect([fixture.hasFile(used), fixture.hasFile(unused)]).toEqual([true, false]);
    await fixture.passTime('9 days');
    await fixture.settle();
    expect(fixture.hasFile(used)).toBe(false);
  });

  test('a file that is named between mark and sweep survives', async () => {
    const workflowId = await fixture.createWorkflow();
    const maker = await fixture.createExecution({ workflowId });
    const row = await fixture.createArtifact('late', maker);
    await fixture.passTime('11 days');
    await fixture.retention.run();
    expect(await fixture.readStatus(maker.id)).toBe('summary');
    const late = await fixture.createExecution({ workflowId, names: [row.id] });
    await fixture.settle();
    const { artifacts } = fixture.repositories;
    expect((await artifacts.readContent(fixture.base.projectId, row.id)).toString()).toBe('late');
    expect(await fixture.readStatus(late.id)).toBe('data');
  });

  test('whoever takes hold while the collector decides is seen, or finds nothing', async () => {
    const { database, projectId } = fixture.base;
    for (let round = 0; round < 15; round++) {
      const row = await fixture.createArtifact(`race ${round}`);
      const holder = { kind: 'execution', id: createUuid(), projectId } as const;
      await fixture.passTime('30 days');
      await fixture.pool.query(
        `INSERT INTO executions (id, project_id, workflow_id, version_id, status, mode, trigger_node_id, created_at, root_id)
         VALUES ($1, $2, $1, $1, 'queued', 'api', 't', now(), $1)`,
        [holder.id, projectId],
      );
      await Promise.all([
        reviewArtifacts(database, { limit: 10, uploadDays: 5 }),
        holdArtifacts(fixture.pool, holder, [row.id]),
      ]);
      const { rows } = await fixture.pool.query(
        `SELECT (SELECT count(*)::int FROM artifacts WHERE id = $1) AS files,
                (SELECT count(*)::int FROM artifact_refs WHERE artifact_id = $1) AS refs`,
        [row.id],
      );
      expect(rows[0].files).toBe(rows[0].refs);
    }
  });

  test('bytes that are stored while the collector removes them are there in the end', async () => {
    const { database } = fixture.base;
    const { artifacts, contents } = fixture.repositories;
    for (let round = 0; round < 15; round++) {
      const row = await fixture.createArtifact('phoenix');
      await fixture.pool.query('DELETE FROM artifacts');
      await fixture.passTime('2 hours');
      const review = reviewContents({ database, contents, limit: 10, logger: silentLogger });
      const [, again] = await Promise.all([review, fixture.createArtifact('phoenix')]);
      expect((await artifacts.readContent(fixture.base.projectId, again.id)).toString()).toBe('phoenix');
      expect(row.sha256).toBe(again.sha256);
      await fixture.pool.query('DELETE FROM artifacts');
    }
  });
});

describe('files in a bucket', () => {
  test('are removed there; those from before stay readable in the data folder', async () => {
    await using s3 = await startS3Fixture();
    const { database, db, vault, dataDir, projectId } = fixture.base;
    const before = await fixture.createArtifact('in the data folder');
    const options = { endpoint: s3.server.url, ...s3.options, pathStyle: true, prefix: '' };
    const inS3 = await createRepositories({ db, vault, dataDir, s3: options });
    const file = { projectId, data: 'in the bucket', fileName: 'a', mediaType: 'text/plain' };
    const row = await inS3.artifacts.write(file);
    expect([...s3.objects.keys()]).toEqual([row.sha256]);
    expect((await inS3.artifacts.readContent(projectId, before.id)).toString()).toBe('in the data folder');
    expect((await inS3.artifacts.readContent(projectId, row.id)).toString()).toBe('in the bucket');
    // A process whose configuration does not name the bucket any more says so.
    await expect(fixture.repositories.artifacts.readContent(projectId, row.id)).rejects.toMatchObject({
      code: 'ARTIFACT_STORAGE_UNAVAILABLE',
    });
    await fixture.passTime('6 days');
    await reviewArtifacts(database, { limit: 10, uploadDays: 5 });
    await fixture.passTime('2 hours');
    const review = { database, contents: inS3.contents, limit: 10, logger: silentLogger };
    // A bucket that does not answer keeps nothing from going on: the bytes are removed by a later review.
    s3.failNext({ status: 403, code: 'AccessDenied' });
    expect(await reviewContents(review)).toMatchObject({ reviewed: 2, removed: 1 });
    expect([fixture.hasFile(before), s3.objects.size]).toEqual([false, 1]);
    await fixture.passTime('2 hours');
    expect(await reviewContents(review)).toMatchObject({ reviewed: 1, removed: 1 });
    expect([s3.objects.size, await fixture.count('contents')]).toEqual([0, 0]);
  });
});

describe('rounds', () => {
  test('each leaves an entry with its counts for every project, and none where nothing was removed', async () => {
    const workflowId = await fixture.createWorkflow({ executions: 'none' });
    const execution = await fixture.createExecution({ workflowId, large: 'counted' });
    await fixture.createArtifact('counted', execution);
    const listEntries = async (projectId: string) =>
      (await fixture.repositories.audit.list(projectId, { limit: 200, action: 'retention-applied' })).items;
    const before = (await listEntries(fixture.base.projectId)).length;
    await fixture.passTime('2 hours');
    await fixture.settle();
    const entries = (await listEntries(fixture.base.projectId)).slice(0, -before || undefined);
    const sum = (key: string) => entries.reduce((all, { details }) => all + Number(details[key]), 0);
    expect(entries.every((entry) => entry.actorKind === 'system')).toBe(true);
    expect([sum('executionsDeleted'), sum('payloadsDeleted'), sum('filesDeleted')]).toEqual([1, 1, 1]);
    expect(sum('payloadBytes')).toBeGreaterThan(30_000);
    expect(await listEntries(fixture.base.otherProjectId)).toEqual([]);
  });

  test('one process at a time, and the next round when the interval has passed', async () => {
    const { pool } = fixture;
    const [ours, theirs] = [createUuid(), createUuid()];
    await fixture.passTime('2 hours');
    expect(await claimRound(pool, ours, 3_600_000)).toBe(0);
    expect(await claimRound(pool, theirs, 1_000)).toBeGreaterThan(200_000);
    expect(await renewRound(pool, ours)).toBe(true);
    // A holder that is silent for too long loses it.
    await fixture.passTime('6 minutes');
    expect(await claimRound(pool, theirs, 60_000)).toBe(0);
    expect(await renewRound(pool, ours)).toBe(false);
    await completeRound(pool, ours);
    await completeRound(pool, theirs, (await fixture.retention.run())!);
    expect(await readLastRound(pool)).toMatchObject({
      finishedAt: expect.any(Date),
      counts: { executionsDeleted: expect.any(Number) },
    });
    const waitMs = await fixture.retention.runWhenDue(3_600_000, new AbortController().signal);
    expect(waitMs).toBeGreaterThan(3_500_000);
    await fixture.passTime('2 hours');
    expect(await fixture.retention.runWhenDue(3_600_000, new AbortController().signal)).toBe(3_600_000);
  });

  test('a round that is cut off ends quietly and leaves the rest to the next', async () => {
    await fixture.passTime('2 hours');
    await fixture.retention.runWhenDue(3_600_000, AbortSignal.abort());
    const last = await readLastRound(fixture.pool);
    expect(last.startedAt!.getTime()).toBeGreaterThan(last.finishedAt!.getTime());
    const { rows } = await fixture.pool.query('SELECT holder FROM retention_state');
    expect(rows[0].holder).toBeNull();
  });
});

test('a preview says what a round would do, and does nothing', async () => {
  const workflowId = await fixture.createWorkflow();
  const none = await fixture.createWorkflow({ executions: 'none' });
  const { projectId, otherProjectId } = fixture.base;
  const parent = await fixture.createExecution({ workflowId });
  await fixture.createExecution({ workflowId, parentId: parent.id, status: 'running' });
  const old = await fixture.createExecution({ workflowId, large: 'preview' });
  await fixture.passTime('15 days');
  await fixture.createExecution({ workflowId: none });
  await fixture.createArtifact('preview');
  await fixture.passTime('2 hours');
  for (let time = 0; time < 2; time++) {
    expect(await fixture.retention.preview(projectId)).toMatchObject({
      executionsToEmpty: 1,
      executionsToDelete: 1,
      executionsProtected: 1,
      filesToReview: 1,
      payloadsToReview: 1,
      isComplete: true,
    });
  }
  expect(await fixture.retention.preview(otherProjectId)).toMatchObject({
    executionsToEmpty: 0,
    executionsProtected: 0,
    filesToReview: 0,
    payloadsToReview: 0,
  });
  expect(await fixture.retention.run()).toMatchObject({ executionsEmptied: 1, executionsDeleted: 1 });
  expect(await fixture.readStatus(old.id)).toBe('summary');
  await fixture.passTime('6 days');
  expect(await fixture.retention.preview(projectId)).toMatchObject({
    executionsToEmpty: 0,
    executionsToDelete: 1,
  });
});

test('every table with rows of an execution is known to retention', async () => {
  const { rows } = await fixture.pool.query<{ table_name: string }>(
    `SELECT table_name FROM information_schema.columns
     WHERE table_schema = 'public' AND column_name = 'execution_id' ORDER BY table_name`,
  );
  // Of what a replay found the result stays; the other three are let go of one by one.
  const known = [...tablesOfExecution, 'journal', 'payload_refs', 'artifacts', 'replay_results'];
  expect(rows.map((row) => row.table_name)).toEqual(known.toSorted());
});
