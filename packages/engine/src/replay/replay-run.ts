/**
 * One run of a version over a recording, in memory. The engine's own run drives it; what it needs of the world is a world
 * without a way out.
 *
 * W1. Nothing leaves: no HTTP, no credential, no signal, no child execution, nothing is stored. Files that a step writes
 *     exist in this run only.
 * W2. Inside a step it is the moment at which the recorded step began, and chance is drawn from the path of the step: the
 *     same in every replay of the recording. Nothing waits: pauses, waits and retries cost no time.
 * W3. Time limits and retries of nodes do not hold; the replay has limits of its own.
 * W4. A program runs anew, its calls are answered from the journal. One that was left open stays open; one that is not on
 *     record, and acts on the world, ends the program there: what it would have done is not known.
 */
import { createHash } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  type ArtifactPort,
  type BinaryRef,
  effectOf,
  type JournalRecord,
  type PortItems,
  type ProgramPort,
  type WebhookResponse,
  type WorkflowNode,
} from '@navette/contracts';
import { type Clock, deriveUuid, type ErrorRecord, encodeId, silentLogger, systemClock } from '@navette/kit';
import type { RunDeps } from '../deps.ts';
import { engineErrors } from '../errors.ts';
import { acceptItems, type CompiledNode, compileWorkflow } from '../graph/compile.ts';
import type { ExecutionStore, NodeTypes, StepPorts, VersionRecord } from '../ports.ts';
import { Post } from '../post.ts';
import { ExecutionRun } from '../run/execution-run.ts';
import { runStep } from '../run/run-step.ts';
import type { StepHost } from '../run/step-host.ts';
import type { StepOutcome } from '../run/step-outcome.ts';
import { ExecutionState, type StepState } from '../state/execution-state.ts';
import { isCall } from '../state/program-calls.ts';
import { EffectAnswers, type EffectNotes } from './effect-answers.ts';
import { listRecordedCalls } from './recorded-calls.ts';
import { answerStep, type RecordedStep } from './recorded-steps.ts';
import type { Recording } from './recording.ts';

const maxSteps = 100_000;

/** How a step ended in a replay. */
export interface ReplayedStep {
  path: string;
  nodeId: string;
  nodeName: string;
  isEffect: boolean;
  outcome: 'succeeded' | 'failed';
  outputs: PortItems;
  /** In place of outputs: how many items the passes of a loop node gave. */
  counts: Readonly<Record<string, number>> | undefined;
  response: WebhookResponse | undefined;
  error: ErrorRecord | undefined;
}

export interface ReplayRun {
  status: 'succeeded' | 'failed';
  error: ErrorRecord | undefined;
  steps: Map<string, ReplayedStep>;
  notes: EffectNotes;
}

export interface ReplayRunOptions {
  recording: Recording;
  recorded: ReadonlyMap<string, RecordedStep>;
  version: VersionRecord;
  nodeTypes: NodeTypes;
  /** Reads files that are stored. */
  readArtifact: ArtifactPort['read'];
  /** Must give code no way out. */
  code?: StepPorts['code'] | undefined;
  /** Without it programs fail. */
  programs?: ProgramPort | undefined;
  /** The requests of the recorded execution; left out when this run is to find them. */
  before?: EffectNotes['asked'] | undefined;
  /** Gives up. */
  signal: AbortSignal;
}

/** @throws what makes the version impossible to run over the recording, or the reason of the signal. */
export async function runReplay(options: ReplayRunOptions): Promise<ReplayRun> {
  const { recording, recorded, nodeTypes, signal } = options;
  const { execution } = recording;
  const answers = new EffectAnswers(recorded, options.before);
  const workflow = compileWorkflow(withoutLimits(options.version), replaceEffects(nodeTypes, answers));
  const trigger = workflow.nodes[workflow.indexById.get(execution.triggerNodeId) ?? -1];
  if (!trigger) throw engineErrors.create('STEP_UNKNOWN', { params: { step: execution.triggerNodeId } });
  const begun = recorded.get(execution.triggerNodeId)?.completed;
  if (!begun) throw engineErrors.create('EXECUTION_DATA_GONE');
  const clock = new ReplayClock(execution.createdAt);
  const stage = new ReplayStage({ answers, clock, recorded, options });
  const run = new ExecutionRun({
    deps: stage.deps,
    execution: { ...execution, deadlineAt: null, parentId: null, idempotencyKey: null },
    state: new ExecutionState(workflow, execution.triggerNodeId),
    workerId: execution.id,
    fence: 1,
    seq: 0,
    created: true,
  });
  const main = acceptItems(trigger, begun.outputs['main'] ?? []);
  for (const record of listGiven(recording.records)) run.append(record);
  run.append({ ...begun, outputs: { ...begun.outputs, main } });
  const stop = () => run.abandon();
  signal.addEventListener('abort', stop, { once: true });
  try {
    const end = await run.drive();
    signal.throwIfAborted();
    if (stage.failure) throw stage.failure;
    if (end.kind !== 'finished') throw new Error(`A replay ended as "${end.kind}"`);
    const status = end.status === 'succeeded' ? 'succeeded' : 'failed';
    return { status, error: end.error, steps: stage.steps, notes: answers.notes };
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/** Inputs that steps of the recorded execution were given belong to it. */
function listGiven(records: readonly JournalRecord[]): JournalRecord[] {
  return records.filter((record) => record.type === 'execution-prepared');
}

/** See W3. What was pinned, retried or limited was so in the recorded execution. */
function withoutLimits(version: VersionRecord): VersionRecord {
  const { timeoutMs: _, ...settings } = version.definition.settings;
  const nodes = version.definition.nodes.map(freeNode);
  return { ...version, definition: { ...version.definition, nodes, settings } };
}

function freeNode(node: WorkflowNode): WorkflowNode {
  const { retry: _retry, timeoutMs: _timeout, ...settings } = node.settings;
  return { ...node, settings };
}

function isProgram({ definition }: CompiledNode): boolean {
  return definition.kind === 'node' && definition.program !== undefined;
}

/** It waits until the program ends without it. */
function leaveOpen(now: number): StepOutcome {
  const suspension = { suspend: 'until' as const, wakeAtMs: now + 86_400_000, outputs: {} };
  return { kind: 'suspended', attempt: 1, suspension, items: [] };
}

/** Node types whose effect class depends on their parameters are told apart step by step: see `runsLive`. */
function replaceEffects(nodeTypes: NodeTypes, answers: EffectAnswers): NodeTypes {
  return {
    list: () => nodeTypes.list(),
    find(type, version) {
      const definition = nodeTypes.find(type, version);
      if (definition?.kind !== 'node' || definition.effect === 'pure') return definition;
      const replaced = answers.replace(definition);
      if (typeof definition.effect !== 'function') {
        return definition.effect === 'idempotent' && definition.group === 'flow' ? definition : replaced;
      }
      const isPure = (parameters: unknown) => effectOf(definition, parameters as never) === 'pure';
      const both = { ...replaced };
      if (definition.executeItem && 'executeItem' in both) {
        const { executeItem: answer } = both;
        both.executeItem = (context) =>
          isPure(context.parameters) ? definition.executeItem!(context) : answer!(context);
      } else if (definition.execute && 'execute' in both) {
        const { execute: answer } = both;
        both.execute = (context) =>
          isPure(context.parameters) ? definition.execute!(context) : answer!(context);
      }
      return both;
    },
  };
}

/** The world of one replay, and what it saw. */
class ReplayStage {
  readonly steps = new Map<string, ReplayedStep>();
  readonly deps: RunDeps;
  /** What makes the replay worthless. */
  failure: Error | undefined;
  readonly #answers: EffectAnswers;
  readonly #clock: ReplayClock;
  readonly #recorded: ReadonlyMap<string, RecordedStep>;
  readonly #calls: ReturnType<typeof listRecordedCalls>;
  readonly #files = new Map<string, Uint8Array>();
  readonly #options: ReplayRunOptions;

  constructor(parts: {
    answers: EffectAnswers;
    clock: ReplayClock;
    recorded: ReadonlyMap<string, RecordedStep>;
    options: ReplayRunOptions;
  }) {
    this.#answers = parts.answers;
    this.#clock = parts.clock;
    this.#recorded = parts.recorded;
    this.#options = parts.options;
    const { nodeTypes, programs, recording } = parts.options;
    this.#calls = listRecordedCalls(recording.records, parts.answers.notes.unanswered);
    const uuid = () => deriveUuid(parts.options.recording.execution.id, 'replay');
    const dispatcher = { enqueue() {} };
    this.deps = {
      store: closedStore,
      versions: { read: async () => undefined, readPublished: async () => undefined },
      nodeTypes,
      credentials: { read: async () => refuse('a credential') },
      stepPorts: {
        http: () => ({ request: async () => refuse('the network') }),
        artifacts: () => this.#createArtifacts(),
        ...(parts.options.code ? { code: parts.options.code } : {}),
      },
      dispatcher,
      clock: parts.clock,
      random: () => 0.5,
      uuid,
      logger: silentLogger,
      post: new Post({ store: closedStore, dispatcher, uuid }, () => false),
      interceptStep: (host, step) => this.#runStep(host, step),
      recordedCalls: this.#calls,
      // Whether a policy lets a call pass was asked when it was made.
      ...(programs ? { programs: { run: (task, program) => programs.run(task, program) } } : {}),
    };
  }

  async #runStep(host: StepHost, step: StepState): Promise<StepOutcome> {
    // Pure steps would otherwise follow each other without a turn of the event loop, which others need too.
    await nextTurn();
    const { path } = step;
    if (isCall(step)) step.node = { ...step.node, node: freeNode(step.node.node) };
    const { node } = step;
    const recorded = this.#recorded.get(path);
    if (this.#calls.wasLeftOpen(path)) return leaveOpen(this.#clock.now());
    step.program ??= recorded?.program;
    const bound = this.#bind(host, path, recorded?.startedAt);
    let outcome = await this.#answers.during({ path, node }, () => runStep(bound, step));
    if (outcome.kind === 'suspended') outcome = this.#endWait(path, outcome);
    const isCutOff = 'error' in outcome && outcome.error?.code === 'REPLAY_NO_RECORDING';
    if (this.#answers.notes.unanswered.has(path) || (isCutOff && isProgram(node))) {
      outcome = { kind: 'completed', attempts: 1, outputs: {}, logs: [] };
    } else {
      this.#note(path, node.node, node.effect !== 'pure', outcome);
    }
    if (recorded?.endedAt !== undefined) this.#clock.advanceTo(recorded.endedAt);
    return outcome;
  }

  /** A wait for a time is over at once; what ended any other wait is on record, or not known. */
  #endWait(path: string, { suspension }: Extract<StepOutcome, { kind: 'suspended' }>): StepOutcome {
    if (suspension.suspend === 'until') {
      return { kind: 'completed', attempts: 1, outputs: suspension.outputs, logs: [] };
    }
    const step = this.#recorded.get(path);
    const answer = step && answerStep(step);
    if (!answer) this.#answers.notes.unanswered.add(path);
    if (!answer || 'error' in answer) {
      const error = answer ? answer.error : engineErrors.create('REPLAY_NO_RECORDING').toRecord();
      return { kind: 'failed', attempts: 1, error, logs: [] };
    }
    return { kind: 'completed', attempts: 1, outputs: answer.outputs, logs: [] };
  }

  #note(
    path: string,
    { id, name }: { id: string; name: string },
    isEffect: boolean,
    outcome: StepOutcome,
  ): void {
    if (outcome.kind !== 'completed' && outcome.kind !== 'failed') return;
    if (this.steps.size >= maxSteps) {
      this.failure ??= engineErrors.create('REPLAY_TOO_LONG', { params: { limit: `${maxSteps} steps` } });
      throw this.failure;
    }
    const completed = outcome.kind === 'completed';
    this.steps.set(path, {
      path,
      nodeId: id,
      nodeName: name,
      isEffect,
      outcome: completed ? 'succeeded' : 'failed',
      outputs: completed ? outcome.outputs : {},
      counts: completed ? outcome.collected?.counts : undefined,
      response: completed ? outcome.response : undefined,
      error: outcome.error,
    });
  }

  /** The host with the time and the chance of this step (W2). Its private state stays its own. */
  #bind(host: StepHost, path: string, startedAt: number | undefined): StepHost {
    const at = startedAt ?? this.#clock.now();
    const deps: RunDeps = {
      ...host.deps,
      clock: { ...systemClock, now: () => at, sleep: waitNot },
      random: createChance(this.#options.recording.execution.id, path),
    };
    return new Proxy(host, {
      get(target, key) {
        if (key === 'deps') return deps;
        if (key === 'sleep') return waitNot;
        const value: unknown = Reflect.get(target, key, target);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
  }

  #createArtifacts(): ArtifactPort {
    return {
      read: async (file) => this.#files.get(file.artifactId) ?? this.#options.readArtifact(file),
      write: async ({ data, fileName, mediaType }): Promise<BinaryRef> => {
        const bytes = typeof data === 'string' ? Buffer.from(data) : data;
        const sha256 = createHash('sha256').update(bytes).digest('hex');
        const artifactId = encodeId('artifact', deriveUuid('replay', sha256, fileName, mediaType));
        this.#files.set(artifactId, bytes);
        return { artifactId, fileName, mediaType, sizeBytes: bytes.byteLength, sha256 };
      },
    };
  }
}

/** The time of the execution as a whole: that of the last recorded step that ended. */
class ReplayClock implements Clock {
  #now: number;

  constructor(now: number) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  advanceTo(time: number): void {
    this.#now = Math.max(this.#now, time);
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return systemClock.sleep(ms, signal);
  }
}

async function waitNot(): Promise<void> {
  await nextTurn();
}

function refuse(what: string): never {
  throw engineErrors.create('REPLAY_CLOSED', { params: { what } });
}

const written = async () => ({ outcome: 'written' as const });
/** Takes what the run writes, and gives nothing. */
const closedStore: ExecutionStore = {
  create: written,
  write: written,
  claim: async () => [],
  readJournal: async () => [],
  readJournals: async () => new Map(),
  readOutcome: async () => undefined,
  readKeyed: async () => undefined,
  readExecution: async () => undefined,
  listDerived: async () => [],
  requestCancel: async () => ({ outcome: 'unknown', children: [] }),
  deliver: async () => ({ outcome: 'unknown' }),
  readMessage: async () => undefined,
  closeWait: async () => refuse('a wait'),
};

/** Numbers in [0, 1) that depend on the recorded execution and the path only (mulberry32, public domain). */
function createChance(executionId: string, path: string): () => number {
  let state = createHash('sha256').update(`${executionId} ${path}`).digest().readUInt32LE(0);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
