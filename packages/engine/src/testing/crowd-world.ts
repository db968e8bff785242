/**
 * Projects that share the places of one worker, in virtual time: the engine over the memory store, a few milliseconds away,
 * with the dispatcher that a test gives. Executions hold their place for a fixed time. A run is the same on every machine.
 */
import { type AnyNodeDefinition, workflowDefinitionSchema } from '@navette/contracts';
import { silentLogger } from '@navette/kit';
import { z } from 'zod';
import { Engine } from '../engine.ts';
import { MemoryExecutionStore } from '../memory-store.ts';
import type { Dispatcher, VersionRecord } from '../ports.ts';
import { Random } from '../simulation/random.ts';
import { createSimulatedStore } from '../simulation/simulated-store.ts';
import { SimulatedProcess, Timeline } from '../simulation/timeline.ts';
import { testNodeBase } from './test-nodes.ts';

export interface CrowdProject {
  name: string;
  perSecond: number;
  /** Part of an interval by which its first start is earlier, so that projects need not start together. */
  phase?: number;
  holdMs: number;
  /** It starts nothing after that. */
  untilMs?: number;
}

export interface CrowdService {
  name: string;
  started: number;
  /** Ended while starts came. */
  served: number;
  /** From the start to the end of each, in milliseconds, in the order in which they ended. */
  sojournsMs: number[];
  /** Places that it held at once at most, by second. */
  mostHeld: number[];
}

/** The dispatcher of the worker. */
export interface CrowdQueue extends Dispatcher {
  start(engine: Engine): void;
  wake(): void;
  poll(): void;
}

interface CrowdOptions {
  places: number;
  /** How long starts come. */
  seconds: number;
  createQueue: (hasWork: () => boolean) => CrowdQueue;
}

interface Member {
  project: CrowdProject;
  service: CrowdService;
  version: VersionRecord;
  due: number;
}

const tickMs = 10;
const startedAt = Date.UTC(2026, 0, 1);
/** After the last start everything has this long to end. */
const patienceMs = 600_000;
/** Runs until all that was started has ended. @throws Error when it does not come to an end */
export async function runCrowd(projects: readonly CrowdProject[], options: CrowdOptions) {
  const crowd = new Crowd(projects, options);
  if (!(await crowd.run())) throw new Error('Executions wait although nothing else goes on');
  return crowd.services;
}

class Crowd {
  readonly #random = new Random(7);
  readonly #timeline = new Timeline(this.#random, startedAt);
  readonly #store = new MemoryExecutionStore(undefined, () => this.#timeline.now);
  readonly #options: CrowdOptions;
  readonly #members: Member[];
  readonly #queue: CrowdQueue;
  readonly #engine: Engine;
  #serial = 0;
  #open = 0;
  #failure: unknown;

  constructor(projects: readonly CrowdProject[], options: CrowdOptions) {
    this.#options = options;
    this.#members = projects.map((project) => ({
      project,
      service: { name: project.name, started: 0, served: 0, sojournsMs: [], mostHeld: [] },
      version: this.#createVersion(project),
      due: project.phase ?? 0,
    }));
    this.#queue = options.createQueue(() => this.#store.list().some((row) => row.status === 'queued'));
    this.#engine = this.#createEngine();
    this.#engine.onFree = () => this.#queue.wake();
    this.#queue.start(this.#engine);
  }

  get services(): CrowdService[] {
    return this.#members.map(({ service }) => service);
  }

  async run(): Promise<boolean> {
    this.#planPoll();
    this.#planTick();
    const isOver = () =>
      this.#failure !== undefined || (this.#open === 0 && this.#elapsedMs > this.#lengthMs);
    const ended = await this.#timeline.run(isOver, startedAt + this.#lengthMs + patienceMs);
    if (this.#failure !== undefined) throw this.#failure;
    return ended;
  }

  get #lengthMs(): number {
    return this.#options.seconds * 1_000;
  }

  get #elapsedMs(): number {
    return this.#timeline.now - startedAt;
  }

  #planPoll(): void {
    this.#timeline.after(1_000, undefined, () => {
      this.#queue.poll();
      this.#planPoll();
    });
  }

  #planTick(): void {
    this.#timeline.after(tickMs, undefined, () => {
      this.#count();
      if (this.#elapsedMs > this.#lengthMs) return;
      for (const member of this.#members) this.#startDue(member);
      this.#planTick();
    });
  }

  #startDue(member: Member): void {
    const { perSecond, untilMs = Number.POSITIVE_INFINITY } = member.project;
    if (this.#elapsedMs > untilMs) return;
    member.due += (perSecond * tickMs) / 1_000;
    for (; member.due >= 1; member.due -= 1) {
      member.service.started += 1;
      this.#open += 1;
      this.#start(member).catch((error: unknown) => {
        this.#failure = error;
      });
    }
  }

  async #start({ service, version }: Member): Promise<void> {
    const since = this.#timeline.now;
    const { projectId } = version;
    const request = { projectId, version, triggerNodeId: 'start', items: [], mode: 'api' as const };
    await this.#engine.startAndAwait(request, { until: 'finished' });
    service.sojournsMs.push(this.#timeline.now - since);
    if (this.#elapsedMs <= this.#lengthMs) service.served += 1;
    this.#open -= 1;
  }

  #count(): void {
    const second = Math.floor(this.#elapsedMs / 1_000);
    const ids = new Set(this.#engine.runningIds());
    const held = this.#store.list().filter((row) => row.status === 'running' && ids.has(row.id));
    for (const { service, version } of this.#members) {
      const own = held.filter((row) => row.projectId === version.projectId).length;
      service.mostHeld[second] = Math.max(service.mostHeld[second] ?? 0, own);
    }
  }

  #createVersion({ name, holdMs }: CrowdProject): VersionRecord {
    const definition = workflowDefinitionSchema.parse({
      nodes: [
        { id: 'start', name: 'start', type: 'start' },
        { id: 'hold', name: 'hold', type: 'hold', parameters: { ms: holdMs } },
      ],
      edges: [{ from: 'start', to: 'hold' }],
    });
    const [versionId, workflowId, projectId] = [this.#createId(), this.#createId(), this.#createId()];
    return { versionId, workflowId, projectId, workflowName: name, definition };
  }

  #createEngine(): Engine {
    const process = new SimulatedProcess();
    const workerId = this.#createId();
    this.#store.registerWorker(workerId);
    const nodes = createNodes();
    const versions = this.#members.map(({ version }) => version);
    const refuse = () => {
      throw new Error('This world has no such port');
    };
    return new Engine(
      {
        maxActive: this.#options.places,
        deps: {
          store: createSimulatedStore({
            store: this.#store,
            timeline: this.#timeline,
            process,
            random: this.#random,
            faults: { loss: 0, delay: 0 },
          }),
          versions: {
            read: async (_projectId, versionId) => versions.find((one) => one.versionId === versionId),
            readPublished: async () => undefined,
          },
          nodeTypes: { find: (type) => nodes.find((node) => node.type === type), list: () => nodes },
          credentials: { read: async () => undefined },
          stepPorts: { http: refuse, artifacts: refuse },
          dispatcher: this.#queue,
          clock: this.#timeline.clockFor(process),
          random: () => this.#random.next(),
          uuid: () => this.#createId(),
          logger: silentLogger,
        },
      },
      workerId,
    );
  }

  #createId(): string {
    this.#serial += 1;
    return `01900000-0000-7000-8000-${this.#serial.toString(16).padStart(12, '0')}`;
  }
}

function createNodes(): AnyNodeDefinition[] {
  const parameters = z.strictObject({ ms: z.int() });
  return [
    { ...testNodeBase, kind: 'trigger', type: 'start', source: 'manual', parameters: z.strictObject({}) },
    {
      ...testNodeBase,
      kind: 'node',
      type: 'hold',
      effect: 'pure',
      parameters,
      async execute(context) {
        await context.sleep((context.parameters as z.output<typeof parameters>).ms);
        return [...context.items];
      },
    },
  ];
}
