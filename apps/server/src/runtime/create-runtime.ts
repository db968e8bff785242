/**
 * A worker and scheduler in this process: registers with the store, takes executions, keeps the lease, takes over from
 * dead workers, wakes what waits, fires schedules.
 */
import { hostname } from 'node:os';
import { InProcessDispatcher } from '@navette/dispatch';
import {
  type CommitListener,
  type CredentialSource,
  Engine,
  type ExecutionStore,
  type NodeTypes,
  type StepPorts,
  type VersionSource,
} from '@navette/engine';
import { createUuid, type Logger, systemClock } from '@navette/kit';
import {
  buryExpired,
  buryInstance,
  buryWorker,
  type Database,
  listOwned,
  PostgresExecutionStore,
  queueDueWaits,
  readNextWait,
  registerWorker,
  requeueAbandoned,
  requeueOrphans,
} from '@navette/store';
import { Pacemaker } from './pacemaker.ts';
import { runScheduleLoop } from './schedule-loop.ts';

export interface RuntimeOptions {
  database: Database;
  logger: Logger;
  nodeTypes: NodeTypes;
  versions: VersionSource;
  credentials: CredentialSource;
  stepPorts: StepPorts;
  listener: CommitListener;
  /** Puts something between the engine and its store, such as a meter. */
  wrapStore?(store: ExecutionStore): ExecutionStore;
  /** Version of the product. */
  version: string;
  /** Names the data folder when only one process can use it; its former workers are dead then. Else undefined. */
  exclusiveInstance: string | undefined;
  maxActive: number;
  heartbeatIntervalMs: number;
  leaseMs: number;
}

export interface RuntimeHealth {
  active: number;
  free: number;
  workerId: string;
  /** Since the store last heard of this worker. */
  silenceMs: number;
  leaseOk: boolean;
  fencedWrites: number;
}

export interface Runtime {
  readonly engine: Engine;
  readonly store: PostgresExecutionStore;
  start(): Promise<void>;
  /** Drains, gives back what is at work, signs off. */
  stop(drainMs: number): Promise<void>;
  health(): RuntimeHealth;
}

export function createRuntime(options: RuntimeOptions): Runtime {
  return new ServerRuntime(options);
}

class ServerRuntime implements Runtime {
  readonly engine: Engine;
  readonly store: PostgresExecutionStore;
  readonly #options: RuntimeOptions;
  readonly #dispatcher: InProcessDispatcher;
  readonly #over = new AbortController();
  readonly #loops: Promise<void>[] = [];
  /** Executions that the store says are ours and no run holds, as seen by the sweep before. */
  #strays = new Set<string>();
  #pacemaker: Pacemaker | undefined;

  constructor(options: RuntimeOptions) {
    this.#options = options;
    const { database, logger, listener } = options;
    this.store = new PostgresExecutionStore({ database, logger, listener });
    this.#dispatcher = new InProcessDispatcher(logger);
    this.engine = new Engine(
      {
        maxActive: options.maxActive,
        deps: {
          store: options.wrapStore?.(this.store) ?? this.store,
          versions: options.versions,
          nodeTypes: options.nodeTypes,
          credentials: options.credentials,
          stepPorts: options.stepPorts,
          dispatcher: this.#dispatcher,
          clock: systemClock,
          random: Math.random,
          uuid: () => createUuid(),
          logger,
        },
      },
      createUuid(),
    );
    this.engine.onFree = () => this.#dispatcher.wake();
  }

  async start(): Promise<void> {
    const { database, exclusiveInstance, heartbeatIntervalMs, logger } = this.#options;
    const { pool } = database;
    if (exclusiveInstance !== undefined) await buryInstance(pool, exclusiveInstance);
    await this.#register(this.engine.workerId);
    const recovered = await requeueOrphans(pool);
    if (recovered.length > 0) {
      logger.info({ executions: recovered.length }, 'Executions of a stopped worker are taken over');
    }
    this.#pacemaker = new Pacemaker({
      connectionString: database.connectionString,
      workerId: this.engine.workerId,
      intervalMs: heartbeatIntervalMs,
      logger,
      onLost: (workerId) => void this.#onLost(workerId),
    });
    this.#dispatcher.start(this.engine);
    this.#dispatcher.poll();
    const { signal } = this.#over;
    this.#loops.push(
      this.#loop('Waits', () => this.#wakeDue()),
      this.#loop('The sweep', () => this.#sweep()),
      runScheduleLoop({
        database,
        clock: systemClock,
        logger,
        signal,
        enqueue: (ids) => this.#dispatcher.enqueue(ids),
      }),
    );
  }

  async stop(drainMs: number): Promise<void> {
    this.#dispatcher.stop();
    await this.engine.drain(drainMs);
    this.#over.abort();
    await Promise.all(this.#loops);
    await this.store.close();
    await this.#pacemaker?.stop();
    const { pool } = this.#options.database;
    await buryWorker(pool, this.engine.workerId);
    // What did not drain in time is another worker's now.
    await requeueOrphans(pool);
  }

  health(): RuntimeHealth {
    const silenceMs = this.#pacemaker?.silenceMs ?? 0;
    return {
      active: this.engine.active,
      free: this.engine.free,
      workerId: this.engine.workerId,
      silenceMs,
      leaseOk: silenceMs < this.#options.leaseMs,
      fencedWrites: this.store.writerCounts.fenced,
    };
  }

  async #register(id: string): Promise<void> {
    const { database, exclusiveInstance, version } = this.#options;
    const host = hostname();
    const instance = exclusiveInstance ?? `${host}:${process.pid}`;
    await registerWorker(database.pool, { id, instance, version, pid: process.pid, host });
  }

  /** This process was silent for longer than the lease (a pause, a lost database): others may have its work now. */
  async #onLost(lostId: string): Promise<void> {
    if (lostId !== this.engine.workerId || this.#over.signal.aborted) return;
    const id = createUuid();
    this.#options.logger.warn(
      { workerId: lostId, newWorkerId: id },
      'The lease was lost; going on as a new worker',
    );
    this.engine.abandon(id);
    try {
      await this.#register(id);
      this.#pacemaker?.beatFor(id);
      this.#dispatcher.poll();
    } catch (error) {
      this.#options.logger.error({ err: error }, 'The new worker could not be registered; trying again');
      await systemClock.sleep(1_000, this.#over.signal).catch(() => {});
      await this.#onLost(this.engine.workerId);
    }
  }

  async #wakeDue(): Promise<number> {
    const { pool } = this.#options.database;
    const limit = 500;
    const due = await queueDueWaits(pool, limit);
    if (due.length > 0) this.#dispatcher.enqueue(due);
    if (due.length === limit) return 0;
    const next = await readNextWait(pool);
    return Math.min(1_000, Math.max(10, next ?? 1_000));
  }

  async #sweep(): Promise<number> {
    const { database, leaseMs, logger } = this.#options;
    const { pool } = database;
    const dead = await buryExpired(pool, leaseMs);
    const orphans = await requeueOrphans(pool);
    if (dead.length > 0)
      logger.warn({ workers: dead, executions: orphans.length }, 'Workers stopped without a word');
    const owned = await listOwned(pool, this.engine.workerId);
    this.engine.cancelHere(
      owned.filter((execution) => execution.cancel_requested).map((execution) => execution.id),
    );
    await this.#requeueStrays(owned.map((execution) => execution.id));
    this.#dispatcher.poll();
    return 1_000;
  }

  /** Twice in a row, since a run may be just beginning or just ending. */
  async #requeueStrays(ownedIds: readonly string[]): Promise<void> {
    const held = new Set(this.engine.runningIds());
    const strays = ownedIds.filter((id) => !held.has(id));
    const lasting = strays.filter((id) => this.#strays.has(id));
    this.#strays = new Set(strays);
    if (lasting.length === 0) return;
    const requeued = await requeueAbandoned(this.#options.database.pool, this.engine.workerId, lasting);
    this.#options.logger.warn({ executions: requeued.length }, 'Executions without a run were queued again');
    this.#dispatcher.enqueue(requeued);
  }

  async #loop(name: string, turn: () => Promise<number>): Promise<void> {
    const { signal } = this.#over;
    while (!signal.aborted) {
      let pauseMs = 1_000;
      try {
        pauseMs = await turn();
      } catch (error) {
        if (signal.aborted) return;
        this.#options.logger.warn({ err: error }, `${name} could not reach the database; trying again`);
      }
      await systemClock.sleep(pauseMs, signal).catch(() => {});
    }
  }
}
