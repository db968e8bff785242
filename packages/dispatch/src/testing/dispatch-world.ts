/**
 * A world for tests of queues: a real Postgres with real engines on it, whose executions stay at work until the test
 * opens the gate that they stand at.
 */
import {
  type AnyNodeDefinition,
  definitionSchemaVersion,
  workflowDefinitionSchema,
} from '@navette/contracts';
import { Engine, type NewExecution, type VersionRecord } from '@navette/engine';
import { newExecution } from '@navette/engine/testing/executions';
import { testNodeBase } from '@navette/engine/testing/nodes';
import { createUuid, decodeId, deriveUuid, type Logger, silentLogger, systemClock } from '@navette/kit';
import {
  buryWorker,
  type Database,
  openDatabase,
  PostgresExecutionStore,
  PostgresQueueSource,
  queueDueWaits,
  registerWorker,
  requeueOrphans,
} from '@navette/store';
import { z } from 'zod';
import type { ClaimingEngine, ExecutionQueue } from '../execution-queue.ts';

/** The same in all processes of a test. */
const projectId = deriveUuid('dispatch-world', 'project');
const base = { ...testNodeBase, parameters: z.strictObject({}) };
const wakeAfterMs = 3_600_000;

export interface WorldWorker {
  id: string;
  engine: Engine;
  queue: ExecutionQueue;
  /** As a process ends that is told to. */
  stop(): Promise<void>;
  /** As a process ends that is killed, and others find out: gives what is queued again. */
  die(): Promise<string[]>;
}

export interface ExecutionRequest {
  /** What it does after the gate: ends, or parks for an hour first. */
  kind?: 'gate' | 'nap';
  priority?: 'high' | 'normal' | 'low';
  projectId?: string;
}

export class DispatchWorld {
  readonly database: Database;
  readonly source: PostgresQueueSource;
  /** Executions in the order in which they began a step at the gate. */
  readonly started: string[] = [];
  readonly logger: Logger;
  readonly #store: PostgresExecutionStore;
  readonly #versions: Record<'gate' | 'nap', VersionRecord>;
  readonly #stores: PostgresExecutionStore[] = [];
  readonly #held = new Map<string, () => void>();
  #open = false;
  /** The clock of the engines is so far ahead. */
  #aheadMs = 0;

  private constructor(database: Database, logger: Logger) {
    this.database = database;
    this.logger = logger;
    this.#store = this.#openStore();
    this.source = new PostgresQueueSource(database);
    this.#versions = { gate: createVersion(['gate']), nap: createVersion(['nap', 'gate']) };
  }

  /** Forgets what earlier worlds left in that database. */
  static async open(connectionString: string, logger: Logger = silentLogger): Promise<DispatchWorld> {
    const world = await DispatchWorld.join(connectionString, logger);
    const { pool } = world.database;
    await pool.query(`TRUNCATE executions, journal; UPDATE queue_state SET paused_at = NULL`);
    await pool.query(`INSERT INTO projects (id, name) VALUES ($1, 'World') ON CONFLICT DO NOTHING`, [
      projectId,
    ]);
    return world;
  }

  /** The world that another process opened. */
  static async join(connectionString: string, logger: Logger = silentLogger): Promise<DispatchWorld> {
    return new DispatchWorld(await openDatabase({ connectionString }), logger);
  }

  /** Executions that are queued in the store; no queue is told. */
  async createQueued(count: number, request: ExecutionRequest = {}): Promise<string[]> {
    const version = this.#versions[request.kind ?? 'gate'];
    const ids = Array.from({ length: count }, () => createUuid());
    await Promise.all(
      ids.map((id) =>
        this.#store.create(createExecution(id, version, request), [
          {
            type: 'step-completed',
            at: Date.now(),
            path: 'start',
            startedAt: Date.now(),
            attempts: 1,
            outputs: { main: [{ json: { secret: 'canary-4711' } }] },
          },
        ]),
      ),
    );
    return ids;
  }

  /** A process with an engine that takes from the queue. `wrap`: between the two. */
  async openWorker(
    queue: ExecutionQueue,
    places: number,
    wrap: (engine: Engine) => ClaimingEngine = (engine) => engine,
  ): Promise<WorldWorker> {
    const id = createUuid();
    await registerWorker(this.database.pool, {
      id,
      instance: id,
      version: '0',
      pid: 1,
      host: 'test',
      role: 'all',
      maxActive: places,
      nodeTypes: [],
      definitionSchema: definitionSchemaVersion,
    });
    const engine = this.#createEngine(id, queue, places);
    engine.onFree = () => queue.wake();
    const claiming = wrap(engine);
    let dead = false;
    queue.start({
      // A dead process takes nothing more: without this it would hand jobs back, each time for longer.
      get free() {
        return dead ? 0 : claiming.free;
      },
      get openToAll() {
        return dead ? 0 : claiming.openToAll;
      },
      keepsFrom: (projectId) => claiming.keepsFrom(projectId),
      claim: (ids) => claiming.claim(ids),
      runningIds: () => claiming.runningIds(),
    });
    const poll = setInterval(() => queue.poll(), 500);
    const bury = async () => {
      await buryWorker(this.database.pool, id);
      return requeueOrphans(this.database.pool);
    };
    return {
      id,
      engine,
      queue,
      async stop() {
        clearInterval(poll);
        await queue.stop(() => engine.drain(10_000));
        await bury();
      },
      async die() {
        clearInterval(poll);
        dead = true;
        engine.abandon(createUuid());
        return bury();
      },
    };
  }

  /** Lets those go on that stand at the gate, or will: all of them when none is named. */
  openGate(executionIds?: readonly string[]): void {
    if (!executionIds) {
      this.#open = true;
      for (const release of this.#held.values()) release();
    }
    for (const id of executionIds ?? []) this.#held.get(id)?.();
  }

  /** The time of all parked executions comes; gives those that are queued now. */
  async endNaps(): Promise<string[]> {
    const { pool } = this.database;
    this.#aheadMs += wakeAfterMs;
    await pool.query(`UPDATE executions SET wake_at = now() WHERE status = 'waiting'`);
    return queueDueWaits(pool, 1_000);
  }

  /** Starts one in that project as a webhook does: in the process of the worker where it has a place. */
  async startIn({ engine }: WorldWorker, ofProjectId: string): Promise<string> {
    const version = { ...this.#versions.gate, projectId: ofProjectId };
    const request = { projectId: ofProjectId, version, triggerNodeId: 'start', items: [] };
    return (await engine.start({ ...request, mode: 'webhook' })).executionId;
  }

  cancel(executionId: string) {
    return this.#store.requestCancel(projectId, executionId);
  }

  /** How many there are by status. */
  async countByStatus(): Promise<Record<string, number>> {
    const { rows } = await this.database.pool.query<{ status: string; count: number }>(
      'SELECT status, count(*)::int AS count FROM executions GROUP BY status',
    );
    return Object.fromEntries(rows.map(({ status, count }) => [status, count]));
  }

  async close(): Promise<void> {
    this.openGate();
    for (const store of this.#stores) await store.close();
    await this.database.close();
  }

  #openStore(): PostgresExecutionStore {
    const { database, logger } = this;
    const store = new PostgresExecutionStore({ database, logger, listener: { committed() {} } });
    this.#stores.push(store);
    return store;
  }

  #createEngine(workerId: string, queue: ExecutionQueue, maxActive: number): Engine {
    const nodes = this.#createNodes();
    const versions = Object.values(this.#versions);
    const refuse = () => Promise.reject(new Error('Not in this world'));
    return new Engine(
      {
        maxActive,
        deps: {
          store: this.#openStore(),
          versions: {
            read: async (_projectId, versionId) => versions.find((one) => one.versionId === versionId),
            readPublished: async () => undefined,
          },
          nodeTypes: { find: (type) => nodes.find((node) => node.type === type), list: () => nodes },
          credentials: { read: async () => undefined },
          stepPorts: {
            http: () => ({ request: refuse }),
            artifacts: () => ({ read: refuse, write: refuse }),
          },
          dispatcher: queue,
          clock: { ...systemClock, now: () => Date.now() + this.#aheadMs },
          random: Math.random,
          uuid: () => createUuid(),
          logger: this.logger,
        },
      },
      workerId,
    );
  }

  #createNodes(): AnyNodeDefinition[] {
    return [
      { ...base, kind: 'trigger', type: 'start', source: 'manual' },
      {
        ...base,
        kind: 'node',
        type: 'gate',
        effect: 'effect',
        execute: async ({ execution, items, signal }) => {
          await this.#stand(decodeId('execution', execution.id)!, signal);
          return [...items];
        },
      },
      {
        ...base,
        kind: 'node',
        type: 'nap',
        effect: 'pure',
        execute: (ctx) => ({
          suspend: 'until',
          wakeAtMs: ctx.now() + wakeAfterMs - 1_000,
          outputs: { main: [...ctx.items] },
        }),
      },
    ];
  }

  #stand(executionId: string, signal: AbortSignal): Promise<void> {
    this.started.push(executionId);
    if (this.#open) return Promise.resolve();
    return new Promise((resolve, reject) => {
      this.#held.set(executionId, resolve);
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    });
  }
}

function createVersion(types: readonly string[]): VersionRecord {
  const names = ['start', ...types];
  const definition = workflowDefinitionSchema.parse({
    nodes: names.map((type) => ({ id: type, name: type, type })),
    edges: types.map((type, index) => ({ from: names[index]!, to: type })),
  });
  return {
    versionId: deriveUuid('dispatch-world', 'version', ...types),
    workflowId: deriveUuid('dispatch-world', 'workflow', ...types),
    projectId,
    workflowName: types.join(' '),
    definition,
  };
}

function createExecution(id: string, version: VersionRecord, request: ExecutionRequest): NewExecution {
  return newExecution({
    id,
    projectId: request.projectId ?? projectId,
    workflowId: version.workflowId,
    versionId: version.versionId,
    priority: request.priority ?? 'normal',
  });
}
