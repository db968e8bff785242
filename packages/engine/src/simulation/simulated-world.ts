/**
 * A world of workers, a store, a network between them and the effects outside, all of it virtual and driven by one seed:
 * processes crash, freeze beyond their lease and drain, messages are late, lost or delivered twice.
 *
 * Owns: the timeline, the processes, what callers were promised.
 */
import type { AnyNodeDefinition } from '@navette/contracts';
import { isTerminal } from '@navette/contracts';
import { decodeId, type Logger } from '@navette/kit';
import { Engine } from '../engine.ts';
import { MemoryExecutionStore } from '../memory-store.ts';
import type { ExecutionStore, VersionRecord } from '../ports.ts';
import { foldJournal } from '../state/view.ts';
import { createTrustedPrograms } from '../testing/trusted-programs.ts';
import type { SimulatedProgram } from './generate-program.ts';
import { simulatedPrograms } from './generated-code.ts';
import { OutsideWorld } from './outside-world.ts';
import type { Random } from './random.ts';
import { type Crowd, IdlePlaces } from './simulated-crowd.ts';
import { createSimulatedNodes } from './simulated-nodes.ts';
import { SimulatedPerson } from './simulated-person.ts';
import { createSimulatedStore } from './simulated-store.ts';
import { runPromises, SimulatedProcess, Timeline } from './timeline.ts';

export const leaseMs = 5_000;
const sweepMs = 1_000;
/** Nothing of a program takes as long by itself. */
const patienceMs = 3_600_000;

export interface Storm {
  workers: number;
  /** Places of each worker. */
  places: number;
  lazyFlushMs: number;
  /** No fault begins after this; 0 for a calm course. */
  faultsUntilMs: number;
  /** Mean time between faults. */
  faultEveryMs: number;
  loss: number;
  delay: number;
  /** Chance that a message of the dispatcher is lost, or comes twice. */
  dispatchFaults: number;
  /** Another project that wants places. */
  crowd?: Crowd | undefined;
}

interface Worker {
  process: SimulatedProcess;
  engine: Engine;
  /** Ids it had before, as leases were lost. */
  ids: Set<string>;
  /** When the store heard of it last, as it knows itself. */
  beatAt: number;
  /** By the store's count: silent since. */
  silentSince: number | undefined;
  draining: boolean;
  /** Executions that the store says are its own and no run holds, as of the sweep before. */
  strays: Set<string>;
}

export interface Promised {
  executionId: string;
  /** What the caller was told of the end, if it waited for it. */
  status: string | undefined;
}

export class SimulatedWorld {
  readonly store: MemoryExecutionStore;
  readonly outside = new OutsideWorld();
  readonly timeline: Timeline;
  readonly promised: Promised[] = [];
  readonly complaints: string[] = [];
  readonly counts = { crashes: 0, freezes: 0, drains: 0, recoveries: 0 };
  readonly person: SimulatedPerson;
  readonly #random: Random;
  readonly #storm: Storm;
  readonly #program: SimulatedProgram;
  readonly #nodes: ReadonlyMap<string, AnyNodeDefinition>;
  readonly #versions = new Map<string, VersionRecord>();
  /** Of the program; a crowd has another one. */
  readonly projectId: string;
  readonly #idlePlaces = new IdlePlaces();
  #workers: Worker[] = [];
  #serial = 0;
  #asked = 0;
  #open = 0;
  readonly #startedAt: number;

  constructor(program: SimulatedProgram, random: Random, storm: Storm) {
    this.#random = random;
    this.#storm = storm;
    this.#program = program;
    this.timeline = new Timeline(random, Date.UTC(2026, 0, 1));
    this.#startedAt = this.timeline.now;
    this.projectId = this.#createId();
    this.store = new MemoryExecutionStore(
      {
        committed: ({ executionId, records }) => {
          const row = this.store.find(executionId);
          if (row) this.outside.committed(row.rootId, records);
        },
      },
      () => this.timeline.now,
    );
    this.person = new SimulatedPerson({
      store: this.store,
      outside: this.outside,
      random,
      dispatch: (ids) => this.#dispatch(ids),
    });
    this.#nodes = this.#createNodes(() => true);
    for (const { workflowId, versionId, definition } of program.workflows) {
      this.#versions.set(versionId, {
        versionId,
        workflowId,
        projectId: this.projectId,
        workflowName: workflowId,
        definition,
      });
    }
  }

  /** Runs the program to its end. Gives false when it does not come to one, or not within so many events. */
  async run(mostEvents?: number): Promise<boolean> {
    for (let i = 0; i < this.#storm.workers; i++) this.#startWorker();
    this.#planSweep();
    this.#planAnswers();
    if (this.#storm.faultsUntilMs > 0) this.#planFault();
    for (const start of this.#program.starts) {
      this.#open += 1;
      this.timeline.after(this.#random.below(3_000), undefined, () => this.#ask(start));
    }
    if (this.#storm.crowd) this.#planCrowd(this.#storm.crowd);
    const ends = await this.timeline.run(() => this.#isOver(), this.#startedAt + patienceMs, mostEvents);
    this.timeline.close();
    return ends;
  }

  /** Places that stood free for long while something waited. */
  get idleComplaints(): readonly string[] {
    return this.#idlePlaces.complaints;
  }

  /** What an execution gave, as its journal tells it. */
  readResult(executionId: string): unknown {
    const row = this.store.find(executionId)!;
    const version = this.#versions.get(row.versionId)!;
    const state = foldJournal(version, toNodeTypes(this.#nodes), row.triggerNodeId, row.chunks);
    return state.result().map((item) => item.json);
  }

  #createNodes(owns: (executionId: string) => boolean): ReadonlyMap<string, AnyNodeDefinition> {
    return new Map(createSimulatedNodes(this.outside, owns).map((node) => [node.type, node]));
  }

  #isOver(): boolean {
    if (this.#open > 0 || this.#asked < this.#program.starts.length) return false;
    return this.store.list().every((row) => isTerminal(row.status));
  }

  get #isStormy(): boolean {
    return this.timeline.now - this.#startedAt < this.#storm.faultsUntilMs;
  }

  /** A caller that asks until it is answered, under one key; or once, without a key. */
  #ask(start: SimulatedProgram['starts'][number]): void {
    const random = this.#random;
    const workflow = this.#program.workflows[start.workflow]!;
    const keyed = this.#storm.faultsUntilMs > 0 && random.chance(0.5);
    const key = keyed ? `key ${this.#asked}` : undefined;
    const waits = random.chance(0.6);
    this.#asked += 1;
    let answered = false;
    const settle = () => {
      if (!answered) this.#open -= 1;
      answered = true;
    };
    const send = (tries: number): void => {
      const worker = this.#pickWorker();
      if (!worker) {
        this.timeline.after(500, undefined, () => send(tries));
        return;
      }
      const request = {
        projectId: this.projectId,
        version: this.#versions.get(workflow.versionId)!,
        triggerNodeId: 'start',
        items: start.items.map((json) => ({ json })),
        mode: 'api' as const,
        idempotencyKey: key,
      };
      const again = () => {
        if (answered) return;
        // Without a key a caller can't know whether it was heard: it may have been, and that is the end of it.
        if (key === undefined || tries >= 20) settle();
        else send(tries + 1);
      };
      const call = waits
        ? worker.engine
            .startAndAwait(request, { until: 'finished' })
            .then(({ executionId, status }) => this.promised.push({ executionId, status }))
        : worker.engine
            .start(request)
            .then(({ executionId }) => this.promised.push({ executionId, status: undefined }));
      const giveUp = this.timeline.after(30_000, undefined, again);
      call.then(
        () => {
          giveUp();
          settle();
        },
        () => {
          giveUp();
          this.timeline.after(random.below(2_000), undefined, again);
        },
      );
      if (key !== undefined && random.chance(0.2))
        this.timeline.after(random.below(300), undefined, () => send(20));
    };
    send(0);
  }

  /** Asks once, without a key: who is not heard is not promised anything. */
  #planCrowd({ starts, version }: Crowd): void {
    const { projectId, versionId } = version;
    this.#versions.set(versionId, version);
    for (const at of starts) {
      this.#open += 1;
      this.timeline.after(at, undefined, () => {
        this.#open -= 1;
        const request = { projectId, version, triggerNodeId: 'start', items: [], mode: 'api' as const };
        this.#pickWorker()
          ?.engine.start(request)
          .then(
            ({ executionId }) => this.promised.push({ executionId, status: undefined }),
            () => {},
          );
      });
    }
  }

  #startWorker(): void {
    const process = new SimulatedProcess();
    const id = this.#createId();
    this.store.registerWorker(id);
    const clock = this.timeline.clockFor(process);
    const faults = { loss: 0, delay: 0 };
    Object.defineProperty(faults, 'loss', { get: () => (this.#isStormy ? this.#storm.loss : 0) });
    Object.defineProperty(faults, 'delay', { get: () => (this.#isStormy ? this.#storm.delay : 0) });
    const store: ExecutionStore = createSimulatedStore({
      store: this.store,
      timeline: this.timeline,
      process,
      random: this.#random,
      faults,
    });
    const nodes = this.#createNodes((prefixedId) =>
      this.store.listOwned(engine.workerId).includes(decodeId('execution', prefixedId) ?? ''),
    );
    const refuse = () => {
      throw new Error('The simulated world has no such port');
    };
    let worker: Worker | undefined;
    const engine: Engine = new Engine(
      {
        maxActive: this.#storm.places,
        lazyFlushMs: this.#storm.lazyFlushMs,
        deps: {
          store,
          versions: {
            read: async (_projectId, versionId) => this.#versions.get(versionId),
            readPublished: async (_projectId, workflowId) =>
              [...this.#versions.values()].find((version) => version.workflowId === workflowId),
          },
          nodeTypes: toNodeTypes(nodes),
          credentials: { read: async () => undefined },
          stepPorts: { http: refuse, artifacts: refuse },
          dispatcher: { enqueue: (ids) => this.#dispatch(ids) },
          clock,
          programs: createTrustedPrograms(simulatedPrograms, runPromises),
          random: () => this.#random.next(),
          uuid: () => this.#createId(),
          logger: this.#createLogger(),
          isLeaseFresh: () => worker !== undefined && this.timeline.now - worker.beatAt < leaseMs / 2,
        },
      },
      id,
    );
    worker = {
      process,
      engine,
      ids: new Set([id]),
      beatAt: this.timeline.now,
      silentSince: undefined,
      draining: false,
      strays: new Set(),
    };
    this.#workers.push(worker);
  }

  #pickWorker(): Worker | undefined {
    const able = this.#workers.filter((worker) => worker.process.state === 'alive' && !worker.draining);
    return able.length === 0 ? undefined : this.#random.pick(able);
  }

  #dispatch(ids: readonly string[]): void {
    const { dispatchFaults } = this.#storm;
    for (const id of ids) {
      const copies = this.#isStormy && this.#random.chance(dispatchFaults) ? this.#random.pick([0, 2]) : 1;
      for (let i = 0; i < copies; i++) {
        this.timeline.after(this.#random.below(50), undefined, () => {
          const worker = this.#pickWorker();
          if (worker) this.#claim(worker, [id]);
        });
      }
    }
  }

  #claim(worker: Worker, ids?: readonly string[]): void {
    // A claim whose answer is lost is mended by the sweep.
    worker.engine.claim(ids).catch(() => {});
  }

  /** What the scheduler does, on the clock of the database. */
  #planSweep(): void {
    this.timeline.after(sweepMs, undefined, () => {
      const { now } = this.timeline;
      for (const worker of this.#workers) {
        const isSilent = worker.process.state !== 'alive';
        if (!isSilent) worker.silentSince = undefined;
        else worker.silentSince ??= now;
        if (worker.silentSince !== undefined && now - worker.silentSince >= leaseMs) this.#bury(worker);
      }
      // Claims take waits that are due as well; these are queued now and then, as the leader does.
      if (this.#random.chance(0.3)) this.store.queueDueWaits(now);
      for (const worker of this.#workers) if (worker.process.state === 'alive') this.#lookAfter(worker);
      const able = this.#workers.filter((worker) => worker.process.state === 'alive' && !worker.draining);
      const freePlaces = able.map(({ engine }) => engine.free);
      if (!this.#isStormy) this.#idlePlaces.look(this.store, freePlaces);
      this.#workers = this.#workers.filter(
        (worker) => worker.process.state !== 'dead' || this.store.isAlive(worker.engine.workerId),
      );
      this.#planSweep();
    });
  }

  /** Somebody looks now and then. */
  #planAnswers(): void {
    this.timeline.after(this.#random.between(500, 4_000), undefined, () => {
      this.person.look().catch((error) => this.complaints.push(`nobody could answer: ${String(error)}`));
      this.#planAnswers();
    });
  }

  #bury(worker: Worker): void {
    for (const id of worker.ids) {
      if (this.store.isAlive(id)) this.counts.recoveries += this.store.buryWorker(id).length;
    }
  }

  /** What a worker does each second, as long as it is not frozen. */
  #lookAfter(worker: Worker): void {
    if (!this.store.isAlive(worker.engine.workerId)) {
      const id = this.#createId();
      this.store.registerWorker(id);
      worker.ids.add(id);
      worker.strays = new Set();
      worker.engine.abandon(id);
    }
    worker.beatAt = this.timeline.now;
    const owned = this.store.listOwned(worker.engine.workerId);
    const held = new Set(worker.engine.runningIds());
    const strays = owned.filter((id) => !held.has(id));
    const lasting = strays.filter((id) => worker.strays.has(id));
    worker.strays = new Set(worker.engine.isClaiming ? [] : strays);
    if (lasting.length > 0 && !worker.engine.isClaiming)
      this.store.requeueAbandoned(worker.engine.workerId, lasting);
    if (!worker.draining) this.#claim(worker);
  }

  #planFault(): void {
    const wait = this.#random.between(1, 2 * this.#storm.faultEveryMs);
    this.timeline.after(wait, undefined, () => {
      if (!this.#isStormy) return;
      const worker = this.#pickWorker();
      if (worker) this.#strike(worker);
      this.#planFault();
    });
  }

  #strike(worker: Worker): void {
    const random = this.#random;
    const kind = random.pick(['crash', 'crash', 'freeze', 'long freeze', 'drain']);
    const restart = () =>
      this.timeline.after(random.below(3_000), undefined, () => {
        this.#startWorker();
      });
    switch (kind) {
      case 'crash':
        this.counts.crashes += 1;
        worker.process.state = 'dead';
        restart();
        return;
      case 'freeze':
      case 'long freeze': {
        this.counts.freezes += 1;
        const ms = kind === 'freeze' ? random.below(leaseMs) : leaseMs + random.below(8_000);
        worker.process.state = 'frozen';
        worker.process.thawsAt = this.timeline.now + ms;
        this.timeline.after(ms, undefined, () => {
          if (worker.process.state === 'frozen') worker.process.state = 'alive';
        });
        return;
      }
      case 'drain':
        this.counts.drains += 1;
        worker.draining = true;
        worker.engine.drain(3_000).then(
          () => {
            worker.process.state = 'dead';
            this.#bury(worker);
            restart();
          },
          (error) => this.complaints.push(`drain failed: ${String(error)}`),
        );
    }
  }

  /** Errors in the log are defects of the engine, but for writes that the storm broke. */
  #createLogger(): Logger {
    const logger: Logger = {
      debug() {},
      info() {},
      warn() {},
      error: (fields, message) => {
        if (this.#storm.loss > 0 && message === 'The journal could not be written') return;
        const { err } = fields as { err?: unknown };
        this.complaints.push(`logged: ${message} ${err instanceof Error ? err.stack : ''}`);
      },
      child: () => logger,
    };
    return logger;
  }

  #createId(): string {
    this.#serial += 1;
    const serial = this.#serial.toString(16).padStart(12, '0');
    return `01900000-0000-7000-8000-${serial}`;
  }
}

function toNodeTypes(nodes: ReadonlyMap<string, AnyNodeDefinition>) {
  return { find: (type: string) => nodes.get(type), list: () => [...nodes.values()] };
}
