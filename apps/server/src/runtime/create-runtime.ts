/**
 * What a process does besides answering requests, by its role: runs executions, stands for election to lead the
 * scheduler, hears of what other processes do.
 */
import { hostname } from 'node:os';
import { definitionSchemaVersion, type ProgramPort } from '@navette/contracts';
import {
  type CommitListener,
  type CredentialSource,
  Engine,
  type ExecutionStore,
  type LinkSource,
  type NodeTypes,
  QueueBounds,
  type QueueBoundsOptions,
  type StepConsoles,
  type StepPorts,
  type VersionSource,
} from '@navette/engine';
import { createUuid, type Logger, systemClock } from '@navette/kit';
import { type Database, PostgresExecutionStore, type ProcessBus, SharedLook } from '@navette/store';
import type { EventHub } from '../live/event-hub.ts';
import { Beat } from './beat.ts';
import type { DatabaseWatch } from './database-watch.ts';
import { LeaderElection } from './leader-election.ts';
import { createCancelTask, createTakeOverTask } from './leader-tasks.ts';
import { createBoundsTask, createLimitTask } from './limit-tasks.ts';
import { oncePerTurn } from './once-per-turn.ts';
import { RemoteEvents } from './remote-events.ts';
import { type Duties, listDuties, type Role } from './role.ts';
import { type LoopTask, runLoop } from './run-loop.ts';
import { createScheduleTask } from './schedule-loop.ts';
import { WakeTask } from './wake-task.ts';
import type { DispatcherFactory, WorkDispatcher } from './work-dispatcher.ts';
import { WorkerLease } from './worker-lease.ts';
import { WorkerSweep } from './worker-sweep.ts';

export interface RuntimeOptions {
  role: Role;
  database: Database;
  /** Between the processes of the database; undefined when this is the only one. */
  bus: ProcessBus | undefined;
  watch: DatabaseWatch;
  logger: Logger;
  nodeTypes: NodeTypes;
  versions: VersionSource;
  credentials: CredentialSource;
  stepPorts: StepPorts;
  /** Told of what steps write. */
  consoles?: StepConsoles;
  /** Without it programs fail. */
  programs?: ProgramPort;
  links?: LinkSource;
  /** Where people look at an execution. */
  executionUrl?(executionId: string): string;
  hub: EventHub;
  /** Told of the commits of this process; the hub among others. */
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
  /** How much may be queued; without bounds when left out. */
  queueBounds?: QueueBoundsOptions;
  createDispatcher: DispatcherFactory;
  /** What the leader does besides: harmless when two processes do it at once. */
  leaderTasks: readonly LoopTask[];
}

export interface RuntimeHealth {
  role: Role;
  active: number;
  free: number;
  workerId: string;
  /** Since the store last heard of this worker. */
  silenceMs: number;
  /** True where no executions are run. */
  leaseOk: boolean;
  fencedWrites: number;
  /** Whether this process leads the scheduler. */
  leads: boolean;
}

export interface Runtime {
  readonly engine: Engine;
  readonly store: PostgresExecutionStore;
  readonly dispatcher: WorkDispatcher;
  start(): Promise<void>;
  /** Drains, gives back what is at work, signs off. */
  stop(drainMs: number): Promise<void>;
  health(): RuntimeHealth;
}

export function createRuntime(options: RuntimeOptions): Runtime {
  return new ServerRuntime(options);
}

/** A leader beats once a second; one that is silent for so long, and for the lease of a worker, is unseated. */
const leaderSilenceMs = 3_000;

class ServerRuntime implements Runtime {
  readonly engine: Engine;
  readonly store: PostgresExecutionStore;
  readonly dispatcher: WorkDispatcher;
  readonly #options: RuntimeOptions;
  readonly #duties: Duties;
  readonly #over = new AbortController();
  readonly #loops: Promise<void>[] = [];
  readonly #beat = new Beat(systemClock);
  readonly #look: SharedLook;
  readonly #lease: WorkerLease;
  readonly #election: LeaderElection;
  readonly #remote: RemoteEvents | undefined;
  readonly #bounds: QueueBounds | undefined;
  #leadsAlone = false;

  constructor(options: RuntimeOptions) {
    this.#options = options;
    const { bus, database, hub, listener, logger, watch } = options;
    const onTrouble = watch.suspect;
    this.#duties = listDuties(options.role);
    this.store = new PostgresExecutionStore({
      database,
      logger,
      listener,
      onTrouble,
      onReady: (executionIds) => this.dispatcher.enqueue(executionIds),
    });
    this.#bounds = options.queueBounds && new QueueBounds(options.queueBounds);
    this.#look = new SharedLook({
      pool: database.pool,
      readOnlooker: () => ({ workerId: this.engine.workerId, leaseMs: options.leaseMs }),
    });
    this.dispatcher = options.createDispatcher({
      database,
      look: this.#look,
      bus,
      duties: this.#duties,
      logger,
    });
    this.engine = this.#createEngine();
    // Executions end by the batch, as their commits do: one claim takes all the places.
    this.engine.onFree = oncePerTurn(() => this.dispatcher.wake());
    this.#lease = this.#createLease();
    this.#election = new LeaderElection({
      connectionString: database.connectionString,
      holder: { id: createUuid(), host: hostname(), pid: process.pid, version: options.version },
      staleMs: Math.max(options.leaseMs, leaderSilenceMs),
      clock: systemClock,
      logger,
      lead: (term) => this.#lead(term),
      onTrouble,
    });
    const { dispatcher, engine } = this;
    this.#remote = bus && new RemoteEvents({ bus, database, engine, hub, dispatcher, onTrouble });
  }

  async start(): Promise<void> {
    const { database, exclusiveInstance, logger, watch } = this.#options;
    const { signal } = this.#over;
    this.#remote?.start();
    watch.onBack(() => this.dispatcher.poll());
    await this.dispatcher.settled();
    if (this.#duties.executes) {
      await this.#lease.start();
      this.dispatcher.start(this.engine);
      this.dispatcher.poll();
      const { dispatcher, engine } = this;
      this.#run(new WorkerSweep({ database, look: this.#look, engine, dispatcher, logger }), signal);
    }
    for (const task of this.#remote?.listTasks() ?? []) this.#run(task, signal);
    if (this.#bounds)
      this.#run(createBoundsTask({ bounds: this.#bounds, database, look: this.#look }), signal);
    if (!this.#duties.schedules) return;
    if (exclusiveInstance === undefined) {
      this.#election.start();
    } else {
      this.#leadsAlone = true;
      this.#loops.push(this.#lead(signal));
    }
  }

  async stop(drainMs: number): Promise<void> {
    const { bus, logger } = this.#options;
    // First, so that another process leads while this one drains.
    await this.#election.stop();
    await this.dispatcher.stop(() => this.engine.drain(drainMs));
    this.#over.abort();
    await Promise.all(this.#loops);
    this.#remote?.stop();
    await this.store.close();
    if (!this.#duties.executes) return;
    try {
      const released = await this.#lease.stop();
      if (released.length > 0) bus?.publish({ kind: 'queued', executionIds: released });
    } catch (error) {
      // The others find out when the lease runs out.
      logger.warn({ err: error }, 'The worker could not sign off');
    }
  }

  health(): RuntimeHealth {
    return {
      role: this.#options.role,
      active: this.engine.active,
      free: this.engine.free,
      workerId: this.engine.workerId,
      silenceMs: this.#lease.silenceMs,
      leaseOk: this.#lease.isOk,
      fencedWrites: this.store.fencedWrites,
      leads: this.#leadsAlone || this.#election.leads,
    };
  }

  #createEngine(): Engine {
    const {
      consoles,
      credentials,
      executionUrl,
      links,
      logger,
      maxActive,
      nodeTypes,
      programs,
      stepPorts,
      versions,
      watch,
      wrapStore,
    } = this.#options;
    return new Engine(
      {
        maxActive: this.#duties.executes ? maxActive : 0,
        deps: {
          store: wrapStore?.(this.store) ?? this.store,
          versions,
          nodeTypes,
          credentials,
          stepPorts,
          ...(consoles ? { consoles } : {}),
          ...(programs ? { programs } : {}),
          ...(links ? { links } : {}),
          ...(executionUrl ? { executionUrl } : {}),
          dispatcher: this.dispatcher,
          clock: systemClock,
          random: Math.random,
          uuid: () => createUuid(),
          logger,
          assertTakesWork: () => {
            watch.assertTakesWork();
            this.dispatcher.assertAccepts();
          },
          ...(this.#bounds ? { queueBounds: this.#bounds } : {}),
          isLeaseFresh: () => this.#lease.isFresh,
        },
      },
      createUuid(),
    );
  }

  #createLease(): WorkerLease {
    const { database, exclusiveInstance, heartbeatIntervalMs, leaseMs, logger, maxActive } = this.#options;
    const { nodeTypes, role, version, watch } = this.#options;
    const host = hostname();
    return new WorkerLease({
      database,
      engine: this.engine,
      logger,
      about: {
        instance: exclusiveInstance ?? `${host}:${process.pid}`,
        version,
        pid: process.pid,
        host,
        role: role === 'worker' ? 'worker' : 'all',
        maxActive,
        nodeTypes: nodeTypes.list().map((node) => `${node.type}@${node.version}`),
        definitionSchema: definitionSchemaVersion,
      },
      exclusive: exclusiveInstance !== undefined,
      heartbeatIntervalMs,
      leaseMs,
      onRenewed: () => this.dispatcher.poll(),
      onTrouble: watch.suspect,
    });
  }

  #run(task: LoopTask, signal: AbortSignal): void {
    this.#loops.push(this.#loop(task, signal));
  }

  #loop(task: LoopTask, signal: AbortSignal): Promise<void> {
    const { logger, watch } = this.#options;
    return runLoop(task, {
      clock: systemClock,
      beat: this.#beat,
      logger,
      signal,
      onTrouble: watch.suspect,
    });
  }

  /** What one process does for all, until the signal. */
  async #lead(term: AbortSignal): Promise<void> {
    const { bus, database, leaderTasks, leaseMs, logger, watch } = this.#options;
    const enqueue = (executionIds: readonly string[]) => this.dispatcher.enqueue(executionIds);
    this.dispatcher.lead(true);
    term.addEventListener('abort', () => this.dispatcher.lead(false), { once: true });
    const isTrusted = () => watch.soundForMs > leaseMs;
    const readWorkerId = () => this.engine.workerId;
    const look = this.#look;
    const { store } = this;
    // With another queue between them, workers are given what is queued; paused, they take nothing.
    const takesDue = () => this.dispatcher.health().kind === 'in-process' && !this.dispatcher.holdsStarts;
    const tasks = [
      new WakeTask({ database, look, enqueue, takesDue }),
      createTakeOverTask({ database, look, store, bus, enqueue, leaseMs, logger, isTrusted, readWorkerId }),
      createCancelTask({ database, look, store }),
      createScheduleTask({ database, look, limits: store.limits, bounds: this.#bounds, enqueue }),
      createLimitTask(store, look),
      ...leaderTasks,
    ];
    await Promise.all(tasks.map((task) => this.#loop(task, term)));
  }
}
