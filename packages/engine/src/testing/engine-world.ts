/**
 * A small world to test the engine in: the memory store, a clock that is told to move, and node types whose effects are
 * written down. "Crashing" leaves an engine with a store that answers no more; the next one takes over.
 */
import type {
  AnyNodeDefinition,
  BinaryRef,
  Item,
  StepContext,
  WorkflowDefinition,
  WorkflowDefinitionInput,
} from '@navette/contracts';
import { workflowDefinitionSchema } from '@navette/contracts';
import { type Clock, createUuid, hashContent, silentLogger } from '@navette/kit';
import { z } from 'zod';
import { hasCompensation } from '../compensation/plan-compensation.ts';
import type { EngineDeps } from '../deps.ts';
import { Engine } from '../engine.ts';
import type { LinkSource } from '../link-source.ts';
import { MemoryExecutionStore } from '../memory-store.ts';
import type { ExecutionStore, JournalWrite, VersionRecord, WriteResult } from '../ports.ts';
import { createMessageNodes } from './message-nodes.ts';
import { testNodeBase, testNodeErrors } from './test-nodes.ts';
import { createTrustedPrograms, type TestProgram } from './trusted-programs.ts';

export interface Effect {
  key: string;
  node: string;
  attempt: number;
  item: unknown;
}

/** Node types: start, called, pass, effect (fails as told), respond, branch, join, hang, nap, call, program, loop, each. */
export function createTestNodes(effects: Effect[], clock: Clock): AnyNodeDefinition[] {
  const failures = new Map<string, number>();
  const failFirst = (key: string, times: number, fatal: boolean) => {
    const before = failures.get(key) ?? 0;
    if (before >= times) return;
    failures.set(key, before + 1);
    throw testNodeErrors.create(fatal ? 'TEST_FATAL' : 'TEST_BOOM');
  };
  const effectParameters = z.strictObject({
    failTimes: z.number().default(0),
    fatal: z.boolean().default(false),
    failOn: z.json().optional(),
    tookMs: z.number().default(0),
    value: z.json().optional(),
    /** Gives a file, the same for the same item. */
    file: z.boolean().default(false),
  });
  return [
    { ...testNodeBase, kind: 'trigger', type: 'start', source: 'manual', parameters: z.strictObject({}) },
    { ...testNodeBase, kind: 'trigger', type: 'called', source: 'parent', parameters: z.strictObject({}) },
    {
      ...testNodeBase,
      kind: 'node',
      type: 'pass',
      effect: 'pure',
      parameters: z.strictObject({ add: z.record(z.string(), z.json()).default({}) }),
      execute: (ctx) =>
        ctx.items.map((item, index) => ({
          json: { ...item.json, ...(ctx.parametersFor(index) as { add: object }).add },
          pairedItem: { item: index },
        })),
    },
    {
      ...testNodeBase,
      kind: 'node',
      type: 'effect',
      effect: 'effect',
      parameters: effectParameters,
      async executeItem(ctx) {
        const p = ctx.parameters as z.output<typeof effectParameters>;
        effects.push({
          key: ctx.idempotencyKey,
          node: ctx.node.id,
          attempt: ctx.attempt,
          item: ctx.item.json,
        });
        if (p.tookMs > 0) await ctx.sleep(p.tookMs);
        if (p.failOn === undefined || p.failOn === ctx.item.json.n)
          failFirst(ctx.idempotencyKey, p.failTimes, p.fatal);
        const took = Object.values(ctx.item.binary ?? {}).map(({ artifactId }) => artifactId);
        return {
          json: {
            ...ctx.item.json,
            [ctx.node.id]: p.value ?? 'done',
            ...(took.length > 0 ? { took } : {}),
          },
          ...(p.file
            ? { binary: { data: createFileRef(`${ctx.node.id} ${JSON.stringify(ctx.item.json)}`) } }
            : {}),
        };
      },
    },
    {
      ...testNodeBase,
      kind: 'node',
      type: 'respond',
      effect: 'pure',
      parameters: z.strictObject({}),
      execute: (ctx) => ({
        outputs: { main: [...ctx.items] },
        response: { status: 200, headers: {}, body: { kind: 'json', value: ctx.items[0]?.json ?? null } },
      }),
    },
    {
      ...testNodeBase,
      kind: 'node',
      type: 'branch',
      effect: 'pure',
      outputs: ['true', 'false'],
      parameters: z.strictObject({ when: z.union([z.boolean(), z.string()]).default(true) }),
      execute(ctx) {
        const outputs: { true: Item[]; false: Item[] } = { true: [], false: [] };
        ctx.items.forEach((item, index) => {
          const { when } = ctx.parametersFor(index) as { when: boolean | string };
          outputs[when === true || when === 'true' ? 'true' : 'false'].push(item);
        });
        return { outputs };
      },
    },
    {
      ...testNodeBase,
      kind: 'node',
      type: 'join',
      effect: 'pure',
      inputs: ['main', 'second'],
      parameters: z.strictObject({}),
      execute: (ctx) =>
        [...ctx.inputs].flatMap(([port, items]) =>
          items.map((item, index) => ({
            json: { ...item.json, via: port },
            pairedItem: { item: index, input: port },
          })),
        ),
    },
    {
      ...testNodeBase,
      kind: 'node',
      type: 'hang',
      effect: 'effect',
      parameters: z.strictObject({}),
      execute: () => new Promise<never>(() => {}),
    },
    {
      ...testNodeBase,
      kind: 'node',
      type: 'nap',
      effect: 'pure',
      parameters: z.strictObject({ ms: z.number() }),
      execute: (ctx) => ({
        suspend: 'until',
        wakeAtMs: clock.now() + (ctx.parameters as { ms: number }).ms,
        outputs: { main: [...ctx.items] },
      }),
    },
    {
      ...testNodeBase,
      kind: 'node',
      type: 'call',
      effect: 'effect',
      parameters: z.strictObject({ workflowId: z.string(), awaitResult: z.boolean().default(true) }),
      execute: (ctx) => ({
        suspend: 'child',
        ...(ctx.parameters as { workflowId: string; awaitResult: boolean }),
        input: ctx.items.map((item) => item.json),
      }),
    },
    {
      ...testNodeBase,
      kind: 'node',
      type: 'program',
      effect: 'pure',
      rawParameters: ['source'],
      literalParameters: ['source'],
      parameters: z.strictObject({ source: z.string() }),
      program: (parameters) => ({ language: 'javascript', ...(parameters as { source: string }) }),
    },
    ...createLoopNodes(),
  ];
}

/** loop: in batches, or by a condition. each: side by side. */
function createLoopNodes(): AnyNodeDefinition[] {
  const flag = z.union([z.boolean(), z.string()]).optional();
  const loopParameters = z.strictObject({
    size: z.number().default(1),
    while: flag,
    until: flag,
    limit: z.number().default(50),
  });
  const eachParameters = z.strictObject({
    size: z.number().default(1),
    window: z.number().default(3),
    onFailure: z.enum(['stop', 'continue', 'collect']).default('stop'),
  });
  const parametersOf = (ctx: StepContext<unknown>) => ctx.parameters as z.output<typeof loopParameters>;
  const chooseNext = (ctx: StepContext<unknown>) => {
    const { while: holds, until } = parametersOf(ctx);
    const isTrue = (value: boolean | string | undefined, index: number) =>
      (typeof value === 'string' ? ctx.evaluate(value, new Map(), index) : value) === true;
    return [...ctx.items.keys()].filter((index) =>
      holds === undefined ? !isTrue(until, index) : isTrue(holds, index),
    );
  };
  const passItems = (ctx: StepContext<unknown>) =>
    ctx.items.map((item, index) => ({ json: item.json, pairedItem: { item: index } }));
  return [
    {
      ...testNodeBase,
      kind: 'node',
      type: 'loop',
      effect: 'pure',
      inputs: ['main', 'break'],
      outputs: ['done', 'loop'],
      parameters: loopParameters,
      rawParameters: ['while', 'until'],
      execute: passItems,
      passes: {
        port: 'loop',
        breakPort: 'break',
        plan(ctx) {
          const p = parametersOf(ctx);
          if (p.while === undefined && p.until === undefined)
            return { by: 'batches', size: p.size, window: 1, onFailure: 'stop' };
          const goOn = p.while === undefined ? [...ctx.items.keys()] : chooseNext(ctx);
          return { by: 'condition', limit: p.limit, goOn };
        },
        chooseNext,
      },
    },
    {
      ...testNodeBase,
      kind: 'node',
      type: 'each',
      effect: 'pure',
      outputs: ['done', 'item'],
      parameters: eachParameters,
      execute: passItems,
      passes: {
        port: 'item',
        plan: (ctx) => ({ by: 'batches', ...(ctx.parameters as z.output<typeof eachParameters>) }),
      },
    },
  ];
}

/** Cuts an engine off from the store, before or after a chosen write: what a dead process looks like from there. */
export class CrashingStore implements ExecutionStore {
  readonly #store: MemoryExecutionStore;
  readonly #crashAt: { write: number; when: 'before' | 'after' } | undefined;
  readonly crashed = Promise.withResolvers<void>();
  writes = 0;
  #dead = false;

  constructor(store: MemoryExecutionStore, crashAt?: { write: number; when: 'before' | 'after' }) {
    this.#store = store;
    this.#crashAt = crashAt;
  }

  get isDead(): boolean {
    return this.#dead;
  }

  crash(): void {
    this.#dead = true;
    this.crashed.resolve();
  }

  write(write: JournalWrite): Promise<WriteResult> {
    return this.#guard(() => this.#store.write(write));
  }
  create: ExecutionStore['create'] = (execution, records) =>
    this.#guard(() => this.#store.create(execution, records));
  claim: ExecutionStore['claim'] = (options) => this.#alive(() => this.#store.claim(options));
  readJournal: ExecutionStore['readJournal'] = (id, after) =>
    this.#alive(() => this.#store.readJournal(id, after));
  readJournals: ExecutionStore['readJournals'] = (ids) => this.#alive(() => this.#store.readJournals(ids));
  readOutcome: ExecutionStore['readOutcome'] = (id) => this.#alive(() => this.#store.readOutcome(id));
  readKeyed: ExecutionStore['readKeyed'] = (id) => this.#alive(() => this.#store.readKeyed(id));
  readExecution: ExecutionStore['readExecution'] = (project, id) =>
    this.#alive(() => this.#store.readExecution(project, id));
  listDerived: ExecutionStore['listDerived'] = (project, id) =>
    this.#alive(() => this.#store.listDerived(project, id));
  requestCancel: ExecutionStore['requestCancel'] = (project, id) =>
    this.#alive(() => this.#store.requestCancel(project, id));
  deliver: ExecutionStore['deliver'] = (message) => this.#guard(() => this.#store.deliver(message));
  readMessage: ExecutionStore['readMessage'] = (wait) => this.#alive(() => this.#store.readMessage(wait));
  closeWait: ExecutionStore['closeWait'] = (wait) => this.#guard(() => this.#store.closeWait(wait));

  #alive<T>(act: () => Promise<T>): Promise<T> {
    return this.#dead ? new Promise<never>(() => {}) : act();
  }

  async #guard<T>(act: () => Promise<T>): Promise<T> {
    if (this.#dead) return new Promise<never>(() => {});
    const mine = ++this.writes === this.#crashAt?.write ? this.#crashAt.when : undefined;
    if (mine === 'before') this.crash();
    if (this.#dead) return new Promise<never>(() => {});
    const result = await act();
    if (mine === 'after') this.crash();
    return this.#dead ? new Promise<never>(() => {}) : result;
  }
}

/** Of a file that nobody stored. */
export function createFileRef(seed: string): BinaryRef {
  const sha256 = hashContent(seed);
  const artifactId = `art_${sha256.slice(0, 32)}`;
  return { artifactId, fileName: 'file.bin', mediaType: 'application/octet-stream', sizeBytes: 1, sha256 };
}

const testLinks: LinkSource = {
  resumeUrl: ({ path }) => `resume ${path}`,
  approvalUrl: ({ path }, person) => `decide ${path} as ${person}`,
};

export class EngineWorld {
  readonly clock: Clock;
  readonly store = new MemoryExecutionStore();
  readonly effects: Effect[] = [];
  readonly nodes: AnyNodeDefinition[];
  readonly projectId = createUuid();
  /** What nodes of the type "program" run, by the name in their source. */
  readonly programs = new Map<string, TestProgram>();
  readonly #versions = new Map<string, VersionRecord>();
  #last: Engine | undefined;

  constructor(clock: Clock) {
    this.clock = clock;
    this.store.hasCompensation = (id) => {
      const definition = this.#versions.get(id)?.definition;
      return definition !== undefined && hasCompensation(definition);
    };
    this.nodes = [...createTestNodes(this.effects, clock), ...createMessageNodes(clock)];
  }

  get nodeTypes() {
    return {
      find: (type: string, version: number) =>
        this.nodes.find((node) => node.type === type && node.version === version),
      list: () => this.nodes,
    };
  }

  addVersion(definition: WorkflowDefinition, workflowId = createUuid()): VersionRecord {
    const version = {
      versionId: createUuid(),
      workflowId,
      projectId: this.projectId,
      workflowName: 'Test',
      definition,
    };
    this.#versions.set(version.versionId, version);
    return version;
  }

  /** A new worker with its engine; `enqueue` claims at once, like the in-process dispatcher. */
  createEngine(store: ExecutionStore = this.store, maxActive = 100, more: Partial<EngineDeps> = {}): Engine {
    const workerId = createUuid();
    this.store.registerWorker(workerId);
    const engine: Engine = new Engine(
      {
        maxActive,
        deps: {
          store,
          versions: {
            read: async (projectId, id) => {
              const version = this.#versions.get(id);
              return version?.projectId === projectId ? version : undefined;
            },
            readPublished: async (projectId, workflowId) =>
              [...this.#versions.values()].find(
                (version) => version.workflowId === workflowId && version.projectId === projectId,
              ),
          },
          nodeTypes: this.nodeTypes,
          credentials: { read: async () => undefined },
          links: testLinks,
          stepPorts: {
            http: () => ({ request: () => Promise.reject(new Error('No network in this world')) }),
            artifacts: () => ({
              read: () => Promise.reject(new Error('No files in this world')),
              write: () => Promise.reject(new Error('No files in this world')),
            }),
          },
          dispatcher: { enqueue: (ids) => void engine.claim(ids) },
          clock: this.clock,
          random: () => 0.5,
          uuid: () => createUuid(),
          logger: silentLogger,
          programs: createTrustedPrograms(this.programs),
          ...more,
        },
      },
      workerId,
    );
    this.#last = engine;
    this.store.onReady = (ids) => queueMicrotask(() => this.engineClaim(ids));
    return engine;
  }

  /** Lets the last engine take what was queued. */
  engineClaim(executionIds: readonly string[]): void {
    void this.#last?.claim(executionIds);
  }

  /** Every record of an execution, in order. */
  async records(executionId: string) {
    return (await this.store.readJournal(executionId)).flatMap((chunk) => chunk.records);
  }
}

/** "a>b, b.true>c, c!>d" → edges; `.port` names the output, `:port` the input, `!` the error edge. */
export function parseEdges(list: string): NonNullable<WorkflowDefinitionInput['edges']> {
  if (list.trim() === '') return [];
  return list.split(',').map((part) => {
    const match = /^\s*([\w-]+)(?:\.([\w-]+)|(!))?\s*>\s*([\w-]+)(?::([\w-]+))?\s*$/.exec(part);
    if (!match) throw new Error(`Not an edge: ${part}`);
    const [, from, port, error, to, input] = match;
    return {
      from: from!,
      to: to!,
      ...(port ? { fromPort: port } : {}),
      ...(input ? { toPort: input } : {}),
      ...(error ? { kind: 'error' as const, fromPort: 'error' } : {}),
    };
  });
}

type NodeInput = {
  type: string;
  parameters?: Record<string, unknown>;
  settings?: Record<string, unknown>;
  disabled?: boolean;
};

/** A definition from node id → type (or more), and edges as `parseEdges` reads them. */
export function define(
  nodes: Record<string, string | NodeInput>,
  edges: string,
  settings: Record<string, unknown> = {},
): WorkflowDefinition {
  return workflowDefinitionSchema.parse({
    nodes: Object.entries(nodes).map(([id, node]) =>
      typeof node === 'string' ? { id, name: id, type: node } : { id, name: id, ...node },
    ),
    edges: parseEdges(edges),
    settings,
  });
}
