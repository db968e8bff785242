/**
 * A process as far as executions go: an engine with its store, a queue, the wake-up of waits. It can die at a crash point
 * (crash-points.ts): from then on nothing of it reaches the database, and nobody hears of it.
 */
import type { AnyNodeDefinition } from '@navette/contracts';
import { definitionSchemaVersion } from '@navette/contracts';
import { Engine, type VersionSource } from '@navette/engine';
import { createUuid, silentLogger, systemClock } from '@navette/kit';
import {
  buryWorker,
  type Database,
  listDueWaits,
  PostgresExecutionStore,
  queueDueWaits,
  registerWorker,
  requeueOrphans,
} from '@navette/store';
import type { ExecutionQueue } from '../execution-queue.ts';
import { queuesDue, watchStore } from './crash-points.ts';

const closeLimitMs = 3_000;

export interface CrashProcessOptions {
  database: Database;
  queue: ExecutionQueue;
  nodes: AnyNodeDefinition[];
  versions: VersionSource;
}

export class CrashProcess {
  readonly engine: Engine;
  readonly store: PostgresExecutionStore;
  /** Resolves with the points at which it died. */
  readonly died: Promise<readonly string[]>;
  isDead = false;
  readonly #options: CrashProcessOptions;
  readonly #workerId = createUuid();
  readonly #died = Promise.withResolvers<readonly string[]>();
  readonly #timers: NodeJS.Timeout[] = [];
  #armed: { when: 'before' | 'after'; points: ReadonlySet<string> } | undefined;

  private constructor(options: CrashProcessOptions) {
    const { database, nodes, queue, versions } = options;
    this.#options = options;
    this.died = this.#died.promise;
    const logger = silentLogger;
    const onReady = (ids: readonly string[]) => this.#enqueue(ids);
    this.store = new PostgresExecutionStore({ database, logger, listener: { committed() {} }, onReady });
    const refuse = () => Promise.reject(new Error('Not in this world'));
    this.engine = new Engine(
      {
        maxActive: 20,
        deps: {
          store: watchStore(this.store, this),
          versions,
          nodeTypes: { find: (type) => nodes.find((node) => node.type === type), list: () => nodes },
          credentials: { read: async () => undefined },
          stepPorts: {
            http: () => ({ request: refuse }),
            artifacts: () => ({ read: refuse, write: refuse }),
          },
          dispatcher: { enqueue: (ids) => this.#enqueue(ids) },
          clock: systemClock,
          random: Math.random,
          uuid: () => createUuid(),
          logger,
        },
      },
      this.#workerId,
    );
    this.engine.onFree = () => queue.wake();
  }

  static async open(options: CrashProcessOptions): Promise<CrashProcess> {
    const opened = new CrashProcess(options);
    await opened.#start();
    return opened;
  }

  async #start(): Promise<void> {
    const { pool } = this.#options.database;
    const { queue } = this.#options;
    const id = this.#workerId;
    const about = { instance: id, version: '0', pid: 1, host: 'test', role: 'all' as const, nodeTypes: [] };
    await registerWorker(pool, { id, ...about, maxActive: 20, definitionSchema: definitionSchemaVersion });
    const { engine } = this;
    const isDead = () => this.isDead;
    await queue.settled();
    queue.lead(true);
    queue.start({
      get free() {
        return isDead() ? 0 : engine.free;
      },
      get openToAll() {
        return isDead() ? 0 : engine.openToAll;
      },
      keepsFrom: (projectId) => engine.keepsFrom(projectId),
      claim: (ids) => engine.claim(ids),
      runningIds: () => engine.runningIds(),
    });
    const wake = async () => {
      const due = (await listDueWaits(pool, 100)).map((wait) => wait.id);
      if (due.length === 0) return;
      if (this.takesDue) return this.#enqueue(due);
      if (this.pass('before', [queuesDue])) return;
      const queued = await queueDueWaits(pool, 100, due);
      if (queued.length === 0 || this.pass('after', [queuesDue])) return;
      this.#enqueue(queued);
    };
    this.#timers.push(setInterval(() => void wake(), 100));
    this.#timers.push(setInterval(() => queue.poll(), 200));
  }

  /** Whether its workers take waits that are due; else they are queued. */
  get takesDue(): boolean {
    return this.#options.queue.health().kind === 'in-process';
  }

  /** From now on it dies at the first of these points. */
  arm(when: 'before' | 'after', points: ReadonlySet<string>): void {
    this.#armed = { when, points };
  }

  disarm(): void {
    this.#armed = undefined;
  }

  pass(when: 'before' | 'after', passed: readonly string[]): boolean {
    if (this.isDead || when !== this.#armed?.when) return this.isDead;
    const hit = passed.filter((point) => this.#armed?.points.has(point));
    if (hit.length === 0) return false;
    this.isDead = true;
    for (const timer of this.#timers) clearInterval(timer);
    this.#options.queue.lead(false);
    this.#died.resolve(hit);
    return true;
  }

  async listWaiting(ids?: readonly string[]): Promise<{ id: string; isDue: boolean }[]> {
    const { rows } = await this.#options.database.pool.query<{ id: string; isDue: boolean }>(
      `SELECT id, wake_at <= now() IS TRUE AS "isDue" FROM executions
       WHERE status = 'waiting' AND ($1::uuid[] IS NULL OR id = ANY ($1))`,
      [ids ? [...ids] : null],
    );
    return rows;
  }

  #enqueue(ids: readonly string[]): void {
    if (this.pass('before', ['enqueue'])) return;
    this.#options.queue.enqueue(ids);
    this.pass('after', ['enqueue']);
  }

  /** As the others find out that it is dead: what it had is queued again. */
  async bury(): Promise<void> {
    const { pool } = this.#options.database;
    this.engine.abandon(createUuid());
    await buryWorker(pool, this.#workerId);
    await requeueOrphans(pool);
  }

  /** Ends as a process does that is told to. It may die in it. */
  async stop(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    const { queue } = this.#options;
    await Promise.race([queue.stop(() => this.engine.drain(10_000)), this.died]);
    await this.bury();
  }

  /** Lets go of its connections. What a dead one waits for never comes: it is given up on after a moment. */
  async close(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    const closed = this.#options.queue.stop(async () => {}).then(() => this.store.close());
    await (this.isDead ? Promise.race([closed, systemClock.sleep(closeLimitMs)]) : closed);
  }
}
