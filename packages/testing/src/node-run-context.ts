import type {
  ArtifactPort,
  CodePort,
  CredentialData,
  HttpPort,
  Item,
  NodeContext,
  SignalPort,
} from '@navette/contracts';
import { deriveUuid, encodeId, type Json, type JsonObject } from '@navette/kit';
import { MemoryArtifacts } from './memory-artifacts.ts';
import type { NodeParameters } from './node-parameters.ts';

export interface NodeRunOptions {
  parameters?: JsonObject;
  /** Items of the first input port, or per port. Default: one empty item. */
  inputs?: readonly Item[] | Readonly<Record<string, readonly Item[]>>;
  /** Default: any request fails the test. */
  http?: HttpPort;
  /** Default: an empty store in memory. */
  artifacts?: ArtifactPort;
  /** Default: any code fails the test. */
  code?: CodePort;
  /** Default: any signal fails the test. */
  signals?: SignalPort;
  /** By slot. */
  credentials?: Readonly<Record<string, { type: string; data: CredentialData; allowedHosts?: string[] }>>;
  /** Unix milliseconds; default 2026-01-01T00:00:00Z. Sleeping moves it on at once. */
  nowMs?: number;
  /** Seed of ctx.random; default 1. */
  seed?: number;
  /** Default UTC. */
  timeZone?: string;
  mode?: string;
  attempt?: number;
  signal?: AbortSignal;
  vars?: Readonly<Record<string, Json>>;
  /** What other nodes gave, by their names; an item comes from that of its own position. */
  nodes?: ReadonlyMap<string, readonly Item[]>;
}

/** Who the node under test believes to be. */
export const testNames = {
  node: 'Node under test',
  workflow: { id: encodeId('workflow', deriveUuid('run-node', 'workflow')), name: 'Test workflow' },
  executionId: encodeId('execution', deriveUuid('run-node', 'execution')),
} as const;

/** What changes while a node runs. */
export interface NodeRunState {
  nowMs: number;
  sleptMs: number;
  logs: string[];
}

export interface ContextTask {
  options: NodeRunOptions;
  state: NodeRunState;
  random: () => number;
  parameters: NodeParameters;
}

/** A context but for what differs from item to item. */
export type SharedContext = Omit<NodeContext<unknown>, 'parameters' | 'idempotencyKey'>;

export function createContext({ options, state, random, parameters }: ContextTask): SharedContext {
  const signal = options.signal ?? new AbortController().signal;
  const credentials = new Map(Object.entries(options.credentials ?? {}));
  return {
    parametersFor: (index) => parameters.forItem(index),
    evaluate: (template, extras, index) => parameters.evaluate(template, extras, index),
    node: { id: 'node', name: testNames.node },
    workflow: { ...testNames.workflow, timeZone: options.timeZone ?? 'UTC' },
    execution: { id: testNames.executionId, mode: options.mode ?? 'manual' },
    signal,
    attempt: options.attempt ?? 1,
    http: options.http ?? noHttp,
    artifacts: options.artifacts ?? new MemoryArtifacts(),
    signals: options.signals ?? noSignals,
    code: options.code ?? noCode,
    async credential(slot) {
      const found = credentials.get(slot);
      return found && { allowedHosts: [], ...found };
    },
    now: () => state.nowMs,
    random,
    async sleep(ms) {
      signal.throwIfAborted();
      state.nowMs += ms;
      state.sleptMs += ms;
    },
    log: (message, level = 'info', notice) => {
      // What the host says of how the step runs depends on the machine.
      if (notice === undefined) state.logs.push(level === 'info' ? message : `${level}: ${message}`);
    },
  };
}

const noHttp: HttpPort = {
  request: ({ method, url }) =>
    Promise.reject(new Error(`runNode was given no http port for ${method} ${url}`)),
};

const noCode: CodePort = {
  modules: [],
  run: ({ engine }) => Promise.reject(new Error(`runNode was given no code port for ${engine}`)),
};

const noSignals: SignalPort = {
  send: ({ name }) => Promise.reject(new Error(`runNode was given no signal port for "${name}"`)),
};

/** `parameters` is read lazily: without items, templates about the item could not be evaluated. */
export function withParameters<T extends object>(
  context: SharedContext,
  parameters: NodeParameters,
  index: number,
  rest: T,
) {
  return {
    ...context,
    ...rest,
    get parameters() {
      return parameters.forItem(index);
    },
  };
}

/** A linear congruential generator: seeded and good enough for tests. Numbers in [0, 1). */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 4_294_967_296;
  };
}
