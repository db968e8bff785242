/** Nodes that end the process of their worker, in real processes: the supervisor starts the next one each time. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type WorkflowDefinitionInput, workflowDefinitionSchema } from '@navette/contracts';
import type { NewExecution } from '@navette/engine';
import { createUuid, silentLogger } from '@navette/kit';
import { type Database, openDatabase, PostgresExecutionStore } from '@navette/store';
import { createTestDatabase, type TestDatabase, waitFor } from '@navette/testing';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';

const program = fileURLToPath(new URL('./poison-process.fixture.ts', import.meta.url));
const patience = { timeoutMs: 150_000 };
const testTimeoutMs = 200_000;
const projectId = createUuid();
const workflowId = createUuid();
/** Workers are started many times: what the first has compiled is kept here for the others. */
let compiled: string;
let testDatabase: TestDatabase;
let database: Database;
let store: PostgresExecutionStore;

beforeAll(async () => {
  compiled = mkdtempSync(join(tmpdir(), 'navette-compiled-'));
  testDatabase = await createTestDatabase();
  database = await openDatabase({ connectionString: testDatabase.connectionString, maxConnections: 3 });
  store = new PostgresExecutionStore({ database, logger: silentLogger, listener: { committed() {} } });
  await database.pool.query(`INSERT INTO projects (id, name) VALUES ($1, 'Test')`, [projectId]);
  await database.pool.query(
    `INSERT INTO workflows (id, project_id, name, draft_version_id) VALUES ($1, $2, 'Test', $3)`,
    [workflowId, projectId, createUuid()],
  );
});
afterAll(async () => {
  await store?.close();
  await database?.close();
  await testDatabase?.drop();
  rmSync(compiled, { recursive: true, force: true });
});

let running: Supervisor | undefined;
afterEach(async () => {
  await running?.stop();
  expect(running?.failures).toEqual([]);
});

/** Starts a worker again whenever it ends. */
class Supervisor {
  /** How often a worker was ended by a signal: by its node, or for want of memory. */
  deaths = 0;
  /** What those said that ended in another way; on a machine with too much to do one may not reach the database in time. */
  readonly failures: string[] = [];
  readonly #args: readonly string[];
  #child: ChildProcess | undefined;
  #stopped = false;
  readonly #done: Promise<void>;

  constructor(flags: readonly string[]) {
    this.#args = [...flags, program, testDatabase.connectionString, `poison-${createUuid()}`];
    this.#done = this.#loop();
  }

  async #loop(): Promise<void> {
    while (!this.#stopped) {
      const env = { ...process.env, NODE_COMPILE_CACHE: compiled };
      const child = spawn(process.execPath, this.#args, { stdio: ['ignore', 'ignore', 'pipe'], env });
      this.#child = child;
      let said = '';
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        said = (said + text).slice(-2_000);
      });
      const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
      if (this.#stopped) return;
      if (signal) this.deaths += 1;
      else if (!said.includes('No database answers')) this.failures.push(`exit code ${code}: ${said}`);
    }
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#child?.kill('SIGKILL');
    await this.#done;
  }
}

async function createVersion(number: number, types: readonly string[]): Promise<string> {
  const nodes = [{ id: 'start', type: 'start' }, ...types.map((type, index) => ({ id: `n${index}`, type }))];
  const input: WorkflowDefinitionInput = {
    nodes: nodes.map((node) => ({ ...node, name: node.id })),
    edges: nodes.slice(1).map(({ id }, index) => ({ from: nodes[index]!.id, to: id })),
  };
  const id = createUuid();
  const definition = JSON.stringify(workflowDefinitionSchema.parse(input));
  await database.pool.query(
    `INSERT INTO workflow_versions (id, project_id, workflow_id, number, content_hash, definition)
     VALUES ($1, $2, $3, $4, $5, $6)`,
    [id, projectId, workflowId, number, id, definition],
  );
  return id;
}

async function queue(versionId: string): Promise<string> {
  const id = createUuid();
  const now = Date.now();
  const execution: NewExecution = {
    ...{ id, projectId, workflowId, versionId, mode: 'api', triggerNodeId: 'start', createdAt: now },
    ...{ deadlineAt: null, idempotencyKey: null, retryOf: null, rootId: id, parentId: null },
    ...{ parentPath: null, depth: 0 },
  };
  const outputs = { main: [{ json: {} }] };
  await store.create(execution, [
    { type: 'step-completed', at: now, path: 'start', startedAt: now, attempts: 1, outputs },
  ]);
  return id;
}

async function readEnd(id: string) {
  const result = await database.pool.query<{
    status: string;
    error: { code: string; message: string } | null;
  }>('SELECT status, error FROM executions WHERE id = $1 AND finished_at IS NOT NULL', [id]);
  return result.rows[0];
}

async function untilEnded(id: string) {
  const end = waitFor(() => readEnd(id), { ...patience, what: 'the execution to end' });
  return end.catch((error) => {
    const { deaths, failures } = running ?? {};
    throw new Error(`${error.message}: ${JSON.stringify({ deaths, failures })}`, { cause: error });
  });
}

test(
  'a node that kills its process is tried four times; what was beside it ends well',
  async () => {
    const killing = await createVersion(1, ['slow', 'kill']);
    const innocent = await createVersion(2, ['slow', 'slow']);
    const before = await queue(innocent);
    const poison = await queue(killing);
    const after = await queue(innocent);
    running = new Supervisor([]);
    const end = await untilEnded(poison);
    expect(end).toMatchObject({ status: 'failed', error: { code: 'EXECUTION_POISONED', nodeName: 'n1' } });
    expect(end.error!.message).toMatch(/stopped 4 times in a row.*At work: "n1"/);
    expect(running.deaths).toBe(4);
    for (const id of [before, after]) expect(await untilEnded(id)).toMatchObject({ status: 'succeeded' });
    // The worker goes on.
    expect(await untilEnded(await queue(innocent))).toMatchObject({ status: 'succeeded' });
    expect(running.deaths).toBe(4);
    const letters = await database.pool.query(
      `SELECT id FROM executions WHERE status = 'failed' AND settled_as IS NULL`,
    );
    expect(letters.rows).toEqual([{ id: poison }]);
  },
  testTimeoutMs,
);

test(
  'so is one that takes all the memory',
  async () => {
    const hogging = await createVersion(3, ['hog']);
    const poison = await queue(hogging);
    running = new Supervisor(['--max-old-space-size=96']);
    expect(await untilEnded(poison)).toMatchObject({
      status: 'failed',
      error: { code: 'EXECUTION_POISONED', nodeName: 'n0' },
    });
    expect(running.deaths).toBe(4);
  },
  testTimeoutMs,
);
