/**
 * The life of a worker as the store sees it: registered, beating, signed off. When the store has given the worker up
 * (a pause, a lost database), what runs here belongs to others, and this process goes on as a new worker.
 */
import type { Engine } from '@navette/engine';
import { createUuid, type Logger, systemClock } from '@navette/kit';
import {
  buryInstance,
  buryWorker,
  type Database,
  giveBackOwned,
  registerWorker,
  requeueOrphans,
  type WorkerInfo,
} from '@navette/store';
import { Pacemaker } from './pacemaker.ts';
import { registerAgain } from './register-again.ts';

export interface WorkerLeaseOptions {
  database: Database;
  engine: Engine;
  logger: Logger;
  /** What the store is told of the worker. */
  about: Omit<WorkerInfo, 'id'>;
  /** Nobody else can use the database: former workers of this instance are dead. */
  exclusive: boolean;
  heartbeatIntervalMs: number;
  leaseMs: number;
  /** Registered under a new id: work can be taken again. */
  onRenewed(): void;
  onTrouble(error: unknown): void;
}

export class WorkerLease {
  readonly #options: WorkerLeaseOptions;
  readonly #over = new AbortController();
  #pacemaker: Pacemaker | undefined;

  constructor(options: WorkerLeaseOptions) {
    this.#options = options;
  }

  /** Milliseconds since the store last heard of this worker. */
  get silenceMs(): number {
    return this.#pacemaker?.silenceMs ?? 0;
  }

  get isOk(): boolean {
    return this.silenceMs < this.#options.leaseMs;
  }

  /** Whether the store has heard of this worker so lately that it can't have given it up. */
  get isFresh(): boolean {
    return this.silenceMs < this.#options.leaseMs / 2;
  }

  async start(): Promise<void> {
    const { about, database, engine, exclusive, heartbeatIntervalMs, logger } = this.#options;
    const { pool } = database;
    if (exclusive) await buryInstance(pool, about.instance);
    await registerWorker(pool, { id: engine.workerId, ...about });
    const recovered = await requeueOrphans(pool);
    if (recovered.length > 0) {
      logger.info({ executions: recovered.length }, 'Executions of a stopped worker are taken over');
    }
    this.#pacemaker = new Pacemaker({
      connectionString: database.connectionString,
      workerId: engine.workerId,
      intervalMs: heartbeatIntervalMs,
      logger,
      onLost: (workerId) => void this.#onLost(workerId),
      onTrouble: this.#options.onTrouble,
    });
  }

  /** No more beats under any id. What did not drain in time is another worker's then: gives the ids. */
  async stop(): Promise<string[]> {
    this.#over.abort();
    await this.#pacemaker?.stop();
    const { pool } = this.#options.database;
    const { workerId } = this.#options.engine;
    await buryWorker(pool, workerId);
    return [...(await giveBackOwned(pool, workerId)), ...(await requeueOrphans(pool))];
  }

  async #onLost(lostId: string): Promise<void> {
    const { about, database, engine, logger, onRenewed, onTrouble } = this.#options;
    const { signal } = this.#over;
    if (lostId !== engine.workerId) return;
    const id = createUuid();
    logger.warn({ workerId: lostId, newWorkerId: id }, 'The lease was lost; going on as a new worker');
    engine.abandon(id);
    const isRegistered = await registerAgain({
      clock: systemClock,
      signal,
      register: () => registerWorker(database.pool, { id, ...about }),
      onFailed(error) {
        onTrouble(error);
        logger.warn({ err: error }, 'The new worker could not be registered; trying again');
      },
    });
    if (!isRegistered) return;
    this.#pacemaker?.beatFor(id);
    onRenewed();
  }
}
