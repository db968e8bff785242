/**
 * The commands of the operator's pages, run as they stand there on an installation of processes. What a page says of a loss is
 * looked at where it happens. The built-in database has a file of its own.
 */
import { readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { routes, type WorkflowDefinitionInput } from '@navette/contracts';
import { createUuid, encodeId } from '@navette/kit';
import { loadMigrations, migrate, openDatabase } from '@navette/store';
import { findRedisServer, waitFor } from '@navette/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readTestedBlock } from '../docs/marked-blocks.ts';
import { root } from '../docs/read-page.ts';
import { listCommands } from '../docs/shell-commands.ts';
import { type OperatorInstallation, openInstallation, patience } from './operator-installation.ts';

const textOf = (page: string) => readFileSync(join(root, `docs/guide/${page}.md`), 'utf8');
let stage: OperatorInstallation;
/** Workflows: one that waits in its worker, and one that is parked. */
let brief: string;
let long: string;

beforeAll(async () => {
  stage = await openInstallation();
});
afterAll(() => stage?.close());

const wait = (seconds: number): WorkflowDefinitionInput => ({
  nodes: [
    { id: 'start', name: 'Start', type: 'manual-trigger' },
    { id: 'wait', name: 'Wait', type: 'wait', parameters: { amount: seconds, unit: 'seconds' } },
    { id: 'file', name: 'File', type: 'json-file', parameters: { operation: 'write' } },
  ],
  edges: [
    { from: 'start', to: 'wait' },
    { from: 'wait', to: 'file' },
  ],
});

describe('scaling', () => {
  test('the roles start with the commands of the page, the first one with schema and keys', async () => {
    await stage.startRole('4600');
    await stage.signUp();
    await Promise.all((['4601', '4602', '4603'] as const).map((port) => stage.startRole(port)));
    const leader = await stage.readCheck('4601', 'scheduler');
    expect(leader.detail).toMatch(/^led by \S+:\d+ since \d{4}-/);
    expect(await stage.readCheck('4603', 'scheduler')).toMatchObject({
      ok: true,
      detail: 'led by this process',
    });
    const queue = await stage.readCheck('4600', 'queue');
    expect(queue.detail).toBe(stage.redis ? 'Redis answers' : 'executions are claimed from the database');
    expect(textOf('scaling')).toContain('| `Redis answers`');
    [brief, long] = [await stage.create('Brief', wait(1)), await stage.create('Long', wait(6))];
  });

  test('a worker that is stopped at work drains: it ends well, and so does all that it had', async () => {
    const ids: string[] = [];
    const busy = await waitFor(async () => {
      ids.push(...(await stage.runMany(brief, 8)));
      const workers = await stage.listWorkers();
      return workers.every((worker) => worker.active > 0) && workers;
    }, patience);
    const { code } = await stage.shell.run(readTestedBlock('scaling', 'drain'), {
      PID: String(busy[0]!.pid),
    });
    expect(code).toBe(0);
    const port = await waitFor(
      () => (['4601', '4602'] as const).find((one) => stage.hasEnded(one)),
      patience,
    );
    expect(await stage.end(port)).toBe(0);
    const [left, ...others] = await stage.listWorkers();
    expect([left!.pid, others]).toEqual([busy[1]!.pid, []]);
    await stage.awaitSuccess(ids);
  });

  test('a worker more is a worker started, with the command of the page', async () => {
    await stage.startServing('4604', listCommands(readTestedBlock('scaling', 'one role')), {
      NAVETTE_PORT: stage.portOf('4604'),
      NAVETTE_DATA_DIR: join(stage.root, 'data'),
      REDIS_URL: stage.redis?.url ?? '',
    });
    const workers = await stage.listWorkers();
    expect(workers.map((worker) => [worker.role, worker.maxActive])).toEqual([
      ['worker', 4],
      ['worker', 4],
    ]);
  });
});

describe('upgrades', () => {
  test('worker, scheduler and api are restarted one after the other under load, and nothing is lost', async () => {
    const started: string[] = [];
    const over = new AbortController();
    const calling = (async () => {
      while (!over.signal.aborted) {
        // Who gets no answer asks again with the same key; here it is enough to count what was accepted.
        const id = await stage.run(brief).catch(() => undefined);
        if (id !== undefined) started.push(id);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    })();
    // The worker of before has got its successor already.
    const former = (['4601', '4602'] as const).find((port) => !stage.hasEnded(port))!;
    expect(await stage.stop(former)).toBe(0);
    for (const port of ['4603', '4600'] as const) {
      expect(await stage.stop(port)).toBe(0);
      await stage.startRole(port);
    }
    over.abort();
    await calling;
    expect(started.length).toBeGreaterThan(5);
    await stage.awaitSuccess(started);
    expect(stage.logs()).not.toContain('A promise failed');
  });

  test('what no worker can run waits and says for what, and can be cancelled', async () => {
    const workflowId = await stage.create('From the future', {
      nodes: [
        { id: 'start', name: 'Start', type: 'manual-trigger' },
        { id: 'new', name: 'New', type: 'no-op' },
      ],
      edges: [{ from: 'start', to: 'new' }],
    });
    // What an `api` process of the next version would have accepted.
    const id = createUuid();
    await stage.query(
      `WITH known AS (SELECT v.* FROM workflow_versions v JOIN workflows w ON w.id = v.workflow_id
         WHERE replace(w.id::text, '-', '') = $2),
       newer AS (INSERT INTO workflow_versions SELECT (jsonb_populate_record(NULL::workflow_versions, to_jsonb(known) ||
           jsonb_build_object('id', $1::text, 'number', 2, 'content_hash', 'newer',
             'definition', jsonb_set(definition::jsonb, '{nodes,1,type}', '"teleport"')))).* FROM known RETURNING *)
       INSERT INTO executions (id, project_id, workflow_id, version_id, status, mode, trigger_node_id, created_at, root_id)
       SELECT $1::uuid, project_id, workflow_id, id, 'queued', 'api', 'start', now(), $1::uuid FROM newer`,
      [id, workflowId.slice('wfl_'.length)],
    );
    const executionId = encodeId('execution', id);
    const reason = 'Waits for a worker that has the node type "teleport"';
    await waitFor(
      async () => {
        const found = await stage.api().call(routes.getExecution, { params: { executionId } });
        return found.status === 'queued' && found.reason?.startsWith(reason);
      },
      { ...patience, what: reason },
    );
    expect(textOf('upgrade')).toContain('`Waits for a worker that has the node type "…" version 2`');
    await stage.api().call(routes.cancelExecution, { params: { executionId } });
    const { status } = await stage.api().call(routes.getExecution, { params: { executionId } });
    expect(status).toBe('cancelled');
  });

  test('an older schema is seen before the start and brought up to date by it; a newer one is refused', async () => {
    const url = await stage.postgres.createDatabase('older');
    const known = loadMigrations();
    const database = await openDatabase({ connectionString: url });
    await migrate(database, { migrations: known.slice(0, -2) });
    const env = {
      DATABASE_URL: url,
      NAVETTE_DATA_DIR: join(stage.root, 'older'),
      NAVETTE_PORT: stage.portOf('4700'),
    };
    const look = () => stage.shell.run(readTestedBlock('upgrade', 'look'), env);
    const before = await look();
    expect(before).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(`schema version ${known.length - 2}`),
    });
    await stage.startServing('4700', ['navette server'], env);
    const ready = await stage.shell.run(readTestedBlock('upgrade', 'ready').replace('4600', '4700'));
    const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
    expect(JSON.parse(ready.stdout)).toMatchObject({ status: 'ok', version });
    expect(await stage.stop('4700')).toBe(0);

    const next = known.length + 1;
    await database.pool.query(
      `INSERT INTO schema_migrations (version, name, sha256) VALUES ($1, 'next', 'next')`,
      [next],
    );
    await database.close();
    const [first, second] = /✗ The database has schema version 9[^\n]*\n[^\n]*/
      .exec(textOf('upgrade'))![0]
      .replace('version 9', `version ${next}`)
      .replace('up to 8', `up to ${known.length}`)
      .split('\n');
    expect(await look()).toMatchObject({ code: 1 });
    const refused = await stage.shell.run('navette server', env);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain(first!);
    expect(refused.stderr).toContain(second!);
  });
});

describe('disasters', () => {
  test.skipIf(!findRedisServer())('Redis is emptied and killed', async () => {
    const ids = await stage.runMany(brief, 12);
    expect(await stage.redis!.command('FLUSHALL')).toContain('+OK');
    await stage.awaitSuccess(ids);
    await stage.redis!.kill();
    const detail = /^Redis is out of reach \(.+\): new executions are refused$/;
    await waitFor(async () => detail.test((await stage.readCheck('4600', 'queue')).detail), patience);
    const refused = await stage.tryToRun(brief);
    expect([refused.status, refused.code]).toEqual([503, 'DISPATCH_UNAVAILABLE']);
    expect(refused.retryAfter).toBeGreaterThan(0);
    const worker = await stage.readCheck('4604', 'queue');
    expect([worker.ok, worker.detail]).toEqual([
      true,
      expect.stringMatching(/^Redis is out of reach \(.+\): executions are claimed from the database$/),
    ]);
    await stage.redis!.start();
    await waitFor(async () => (await stage.readCheck('4600', 'queue')).detail === 'Redis answers', patience);
    await stage.awaitSuccess(await stage.runMany(brief, 2));
  });

  test('Postgres is killed: starts are refused with a time, what runs goes on when it is back', async () => {
    const ids = await stage.runMany(brief, 4);
    await stage.postgres.kill();
    const refused = await waitFor(async () => {
      const answer = await stage.tryToRun(brief);
      return answer.status === 503 && answer;
    }, patience);
    expect([refused.code, refused.retryAfter]).toEqual(['SERVER_DATABASE', expect.any(Number)]);
    expect((await stage.readHealth('4600')).checks[0]).toMatchObject({
      name: 'database',
      ok: false,
      detail: expect.stringMatching(/unreachable since|does not answer/),
    });
    await stage.postgres.start();
    const accepted = await waitFor(() => stage.run(brief).catch(() => undefined), patience);
    await stage.awaitSuccess([...ids, accepted]);
  });
});

describe('backup and restore', () => {
  test('what was under way when a running server was dumped ends after the restore; files and passwords are there', async (context) => {
    if (!stage.postgres.hasDump) context.skip('there is no Postgres here that the installed pg_dump reads');
    const [done] = await stage.runMany(brief, 1);
    await stage.awaitSuccess([done!]);
    const ids = [...(await stage.runMany(brief, 3)), ...(await stage.runMany(long, 3))];
    await waitFor(async () => {
      const open = await stage.query<{ status: string }>(
        `SELECT DISTINCT status FROM executions WHERE status IN ('running', 'waiting')`,
      );
      return open.length === 2;
    }, patience);
    const folders = readTestedBlock('backup', 'folders');
    const dump = await stage.shell.run(`${folders}\n${readTestedBlock('backup', 'external backup')}`, {
      DATABASE_URL: stage.postgres.url,
    });
    expect(dump).toMatchObject({ code: 0, stderr: '' });
    for (const port of ['4600', '4603', '4604'] as const) await stage.stop(port);
    renameSync(join(stage.root, 'data'), join(stage.root, 'lost'));

    const url = await stage.postgres.createDatabase('restored');
    const restore = await stage.shell.run(
      `${folders}\nexport NAVETTE_DATA_DIR=${join(stage.root, 'restored')}\n${readTestedBlock('backup', 'external restore')}`,
      { DATABASE_URL: url },
    );
    expect(restore).toMatchObject({ code: 0, stderr: '' });
    await stage.startServing('4700', listCommands(readTestedBlock('backup', 'trial')), { DATABASE_URL: url });
    await stage.awaitSuccess([done!, ...ids], '4700');
    expect(await stage.signIn('4700')).toBe(200);
    const { items } = await stage.api('4700').call(routes.listExecutionArtifacts, {
      params: { executionId: done! },
    });
    const content = await stage.api('4700').open(routes.downloadArtifact, {
      params: { artifactId: items[0]!.id },
    });
    expect(await content.json()).toEqual([{}]);
    expect(await stage.stop('4700')).toBe(0);
  });
});
