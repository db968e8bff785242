/**
 * Model test of the lifecycle of workers: random events, legal or not, against Postgres. A worker that is dead stays dead:
 * it beats no more, is given nothing, and writes nothing; what it had goes to others, once.
 */
import { newExecution } from '@navette/engine/testing';
import { createUuid, silentLogger, type TransitionTable } from '@navette/kit';
import { createTestDatabase, failOnUnheardRejections, type TestDatabase } from '@navette/testing';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Database, openDatabase } from '../database.ts';
import { PostgresExecutionStore } from '../execution/postgres-execution-store.ts';
import {
  beatStatement,
  buryExpired,
  buryInstance,
  buryWorker,
  giveBackOwned,
  listOwned,
  registerWorker,
  requeueOrphans,
} from './workers.ts';

failOnUnheardRejections(afterAll);

type WorkerState = 'alive' | 'dead';
/** expire: its lease has run out. signOff: it ends in order. takeFolder: another process has its data folder. */
type WorkerEvent = 'beat' | 'expire' | 'signOff' | 'takeFolder';

const moves: TransitionTable<WorkerState, WorkerEvent> = {
  alive: { beat: 'alive', expire: 'dead', signOff: 'dead', takeFolder: 'dead' },
  dead: {},
};

interface Worker {
  id: string;
  instance: string;
  state: WorkerState;
  /** Its last beat is older than any lease. */
  isSilent: boolean;
}

interface Execution {
  id: string;
  status: 'running' | 'queued';
  owner: string | null;
  fence: number;
  seq: number;
  recoveries: number;
  recoveredFrom: string | null;
  /** Whoever had it last, and still thinks so. */
  holder: Worker;
}

const actions = [
  'register',
  'beat',
  'fallSilent',
  'expire',
  'signOff',
  'takeFolder',
  'claim',
  'claimAgain',
  'write',
  'requeueOrphans',
  'giveBack',
] as const;
type Action = (typeof actions)[number];
interface Step {
  action: Action;
  worker: number;
}

const places = 3;
const leaseMs = 1_000;
const projectId = createUuid();
let testDatabase: TestDatabase;
let database: Database;
let store: PostgresExecutionStore;
beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = await openDatabase({ connectionString: testDatabase.connectionString, maxConnections: 3 });
  store = new PostgresExecutionStore({ database, logger: silentLogger, listener: { committed() {} } });
});
afterAll(async () => {
  await store?.close();
  await database?.close();
  await testDatabase?.drop();
});

class World {
  readonly #instances = Array.from({ length: places }, () => createUuid());
  readonly #workers: (Worker | undefined)[] = [];
  readonly #everyone: Worker[] = [];
  readonly #executions: Execution[] = [];
  readonly path: string[] = [];

  async take({ action, worker: place }: Step): Promise<void> {
    const worker = this.#workers[place];
    this.path.push(`${action} ${place}`);
    if (action === 'register') await this.#register(place);
    else if (action === 'requeueOrphans') await this.#requeueOrphans();
    else if (worker) await this.#act(action, worker);
    await this.#compare();
  }

  /** A new id each time, as a process that has lost its lease does. */
  async #register(place: number): Promise<void> {
    const worker: Worker = {
      id: createUuid(),
      instance: this.#instances[place]!,
      state: 'alive',
      isSilent: false,
    };
    const { id, instance } = worker;
    await registerWorker(database.pool, { id, instance, version: '0', pid: 1, host: 'test' });
    this.#workers[place] = worker;
    this.#everyone.push(worker);
  }

  async #act(action: Exclude<Action, 'register' | 'requeueOrphans'>, worker: Worker): Promise<void> {
    const { pool } = database;
    switch (action) {
      case 'beat': {
        const { rowCount } = await pool.query({ ...beatStatement, values: [worker.id] });
        expect(rowCount).toBe(worker.state === 'alive' ? 1 : 0);
        if (this.#move(worker, 'beat')) worker.isSilent = false;
        return;
      }
      case 'fallSilent':
        worker.isSilent = true;
        return;
      case 'expire': {
        await this.#setBeats();
        // Whoever asks is not given up by itself.
        const expired = this.#everyone.filter(
          (one) => one.state === 'alive' && one.isSilent && one !== worker,
        );
        expect((await buryExpired(pool, leaseMs, worker.id)).sort()).toEqual(idsOf(expired));
        for (const one of expired) this.#move(one, 'expire');
        return;
      }
      case 'signOff':
        await buryWorker(pool, worker.id);
        this.#move(worker, 'signOff');
        return;
      case 'takeFolder': {
        const former = this.#everyone.filter((one) => one.instance === worker.instance);
        const alive = former.filter((one) => one.state === 'alive');
        expect((await buryInstance(pool, worker.instance)).sort()).toEqual(idsOf(alive));
        for (const one of former) this.#move(one, 'takeFolder');
        return;
      }
      case 'claim': {
        const { id, workflowId } = newExecution({ id: createUuid(), projectId });
        await store.create(newExecution({ id, projectId, workflowId }), []);
        const execution: Execution = {
          ...{ id, status: 'queued', owner: null, fence: 0, seq: 1, recoveries: 0 },
          ...{ recoveredFrom: null, holder: worker },
        };
        this.#executions.push(execution);
        return this.#claim(worker, execution);
      }
      case 'claimAgain': {
        for (const execution of this.#executions) await this.#claim(worker, execution);
        return;
      }
      case 'write':
        for (const execution of this.#executions)
          if (execution.holder === worker) await this.#write(worker, execution);
        return;
      case 'giveBack': {
        const given =
          worker.state === 'dead' ? this.#executions.filter((one) => one.owner === worker.id) : [];
        expect((await giveBackOwned(pool, worker.id)).sort()).toEqual(idsOf(given));
        for (const execution of given) Object.assign(execution, { status: 'queued', owner: null });
        return;
      }
    }
  }

  async #claim(worker: Worker, execution: Execution): Promise<void> {
    const claimed = await store.claim({ workerId: worker.id, limit: 1, ids: [execution.id] });
    const isGiven = worker.state === 'alive' && execution.status === 'queued';
    const { fence, recoveredFrom } = execution;
    expect(claimed.map((one) => [one.id, one.fence, one.recoveredFrom])).toEqual(
      isGiven ? [[execution.id, fence + 1, recoveredFrom]] : [],
    );
    if (!isGiven) return;
    Object.assign(execution, {
      ...{ status: 'running', owner: worker.id, fence: fence + 1, recoveredFrom: null, holder: worker },
    });
  }

  async #write(worker: Worker, execution: Execution): Promise<void> {
    const { id, fence, seq } = execution;
    const { workflowId } = newExecution({ id, projectId });
    const { outcome } = await store.write({
      ...{ executionId: id, projectId, workflowId, workerId: worker.id, fence, seq: seq + 1 },
      records: [{ type: 'step-skipped', at: 0, path: 'x' }],
    });
    const isOwner = worker.state === 'alive' && execution.owner === worker.id;
    expect(outcome).toBe(isOwner ? 'written' : 'fenced');
    if (isOwner) execution.seq += 1;
  }

  async #requeueOrphans(): Promise<void> {
    const dead = new Set(idsOf(this.#everyone.filter((one) => one.state === 'dead')));
    const orphans = this.#executions.filter((one) => one.owner !== null && dead.has(one.owner));
    expect((await requeueOrphans(database.pool)).sort()).toEqual(idsOf(orphans));
    for (const one of orphans)
      Object.assign(one, {
        ...{ status: 'queued', owner: null, recoveredFrom: one.owner, recoveries: one.recoveries + 1 },
      });
  }

  #move(worker: Worker, event: WorkerEvent): boolean {
    const to = moves[worker.state][event];
    if (to) worker.state = to;
    return to !== undefined;
  }

  /** The clock of the test: who is silent has been so for an hour, and nobody else is, however slow this machine is. */
  async #setBeats(): Promise<void> {
    const silent = idsOf(this.#everyone.filter((one) => one.isSilent));
    await database.pool.query(
      `UPDATE worker_heartbeats SET at = now() + CASE WHEN worker_id = ANY ($1) THEN -1 ELSE 1 END * interval '1 hour'
       WHERE worker_id = ANY ($2)`,
      [silent, idsOf(this.#everyone)],
    );
  }

  async #compare(): Promise<void> {
    const { pool } = database;
    const workers = await pool.query(
      `SELECT id, state, stopped_at IS NOT NULL AS "isStopped" FROM workers WHERE id = ANY ($1) ORDER BY id`,
      [idsOf(this.#everyone)],
    );
    const executions = await pool.query(
      `SELECT id, status, owner, fence::int AS fence, recoveries, recovered_from AS "recoveredFrom" FROM executions
       WHERE id = ANY ($1) ORDER BY id`,
      [idsOf(this.#executions)],
    );
    const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1);
    const owned = await Promise.all(this.#everyone.map((one) => listOwned(pool, one.id)));
    const { path } = this;
    expect({ path, workers: workers.rows, executions: executions.rows, owned: owned.map(idsOf) }).toEqual({
      path,
      workers: this.#everyone.map(({ id, state }) => ({ id, state, isStopped: state === 'dead' })).sort(byId),
      executions: this.#executions.map(({ seq: _seq, holder: _holder, ...stored }) => stored).sort(byId),
      owned: this.#everyone.map(({ id }) => idsOf(this.#executions.filter((one) => one.owner === id))),
    });
  }
}

const idsOf = (rows: readonly { id: string }[]) => rows.map((row) => row.id).sort();

async function runHistory(history: readonly Step[]): Promise<void> {
  // Whoever is left of the history before.
  await database.pool.query(`UPDATE workers SET state = 'dead', stopped_at = now() WHERE state = 'alive'`);
  await requeueOrphans(database.pool);
  const world = new World();
  for (const step of history) await world.take(step);
}

test('random events move workers as the table says, and no other way', async () => {
  const step = fc.record({ action: fc.constantFrom(...actions), worker: fc.nat({ max: places - 1 }) });
  const history = fc
    .array(step, { minLength: 6, maxLength: 24 })
    .map((steps) => [{ action: 'register' as const, worker: 0 }, ...steps]);
  await fc.assert(fc.asyncProperty(history, runHistory), { numRuns: 60 });
}, 90_000);

test('every state meets every event', async () => {
  const register = { action: 'register', worker: 0 } as const;
  const claim = { action: 'claim', worker: 0 } as const;
  const deaths: Step[][] = [
    [],
    [{ action: 'signOff', worker: 0 }],
    [{ action: 'takeFolder', worker: 0 }],
    [
      { action: 'register', worker: 1 },
      { action: 'fallSilent', worker: 0 },
      { action: 'expire', worker: 1 },
    ],
  ];
  for (const death of deaths)
    for (const action of actions)
      await runHistory([register, claim, ...death, { action, worker: 0 }, { action: 'write', worker: 0 }]);
}, 90_000);
