/**
 * What happened in an execution, built from its live records in order. A pure reducer: the same records give the same
 * history, and a record that was seen before changes nothing (streams may repeat after a reconnect).
 *
 * 1. `lastEventId` only rises.
 * 2. A history is never changed in place: a step that a batch of records touches is a new object, the others are kept.
 * 3. Attempts are kept up to `attemptLimit` per step, so that a step of a million items stays small.
 * 4. Of the steps in passes of loops that ended well, the last ones are kept per node, and the others counted.
 */
import { type ExecutionStatus, parseEventId, type StepLog, type StepStatus } from '@navette/contracts';
import type { ErrorRecord } from '@navette/kit/portable';
import type { EarlierSteps } from '../canvas/node-state.ts';
import { type ConsolePart, joinLines, recordLines, type ShownLine } from './console-lines.ts';
import type { LiveEvent, LiveRecord } from './live-record.ts';
import { nodeIdOfPath } from './step-path.ts';

export interface Attempt {
  number: number;
  item: number | undefined;
  startedAt: number;
  endedAt: number | undefined;
  error: ErrorRecord | undefined;
  /** When the next attempt is due, after a failure that is tried again. */
  retryAt: number | undefined;
}

export interface StepHistory {
  path: string;
  /** What a program calls: type and name of the work. */
  call: { nodeType: string; name: string | undefined } | undefined;
  status: StepStatus;
  startedAt: number | undefined;
  endedAt: number | undefined;
  wakeAt: number | undefined;
  attempts: readonly Attempt[];
  attemptCount: number;
  itemsDone: number;
  itemsFailed: number;
  outputCounts: Readonly<Record<string, number>>;
  error: ErrorRecord | undefined;
  logs: readonly ShownLine[];
  /** How many of them, from the first, are on record: live parts say nothing of these. */
  written: number;
  childId: string | undefined;
  reused: boolean;
  pinned: boolean;
}

export interface Recovery {
  at: number;
  worker: string;
  from: string | null;
}

export interface ExecutionHistory {
  lastEventId: string | undefined;
  status: ExecutionStatus | undefined;
  startedAt: number | undefined;
  endedAt: number | undefined;
  reason: string | undefined;
  wakeAt: number | undefined;
  error: ErrorRecord | undefined;
  recoveries: readonly Recovery[];
  steps: ReadonlyMap<string, StepHistory>;
  /** By node: what became of the steps that are not kept. */
  earlier: ReadonlyMap<string, EarlierSteps>;
}

export const attemptLimit = 200;
/** Steps in passes that ended well, per node. */
const keptPerNode = 50;
/** Below that many steps in all, none is taken away. */
const roomySteps = 500;

export const emptyHistory: ExecutionHistory = {
  lastEventId: undefined,
  status: undefined,
  startedAt: undefined,
  endedAt: undefined,
  reason: undefined,
  wakeAt: undefined,
  error: undefined,
  recoveries: [],
  steps: new Map(),
  earlier: new Map(),
};

/** The history after more events. */
export function applyLiveEvents(history: ExecutionHistory, events: readonly LiveEvent[]): ExecutionHistory {
  let next = history;
  for (const { id, record } of events) {
    if (next.lastEventId !== undefined && compareEventIds(id, next.lastEventId) <= 0) continue;
    if (next === history) next = { ...history, steps: new Map(history.steps) };
    next = { ...applyRecord(next, record), lastEventId: id };
  }
  return next.steps.size > roomySteps ? gatherEarlier(next) : next;
}

/** The history with what a step at work has written. One that wrote something is at work, whether its start was told or not. */
export function applyConsolePart(history: ExecutionHistory, part: ConsolePart): ExecutionHistory {
  const known = history.steps.get(part.path);
  // It was on its way while the step ended: the record of the end has all lines.
  if (known?.endedAt !== undefined || known?.status === 'skipped' || history.endedAt !== undefined)
    return history;
  const step = known ?? createStep(part.path);
  const steps = new Map(history.steps).set(part.path, {
    ...step,
    status: step.status === 'pending' ? 'running' : step.status,
    startedAt: step.startedAt ?? part.lines[0]?.at,
    logs: joinLines(step.logs, part, step.written),
  });
  return { ...history, steps };
}

/** Takes together what is too much to be listed. The steps are in the order in which they began. */
function gatherEarlier(history: ExecutionHistory): ExecutionHistory {
  const ended = new Map<string, StepHistory[]>();
  for (const step of history.steps.values()) {
    if (!step.path.includes('/') || (step.status !== 'succeeded' && step.status !== 'skipped')) continue;
    const nodeId = nodeIdOfPath(step.path);
    const list = ended.get(nodeId);
    if (list) list.push(step);
    else ended.set(nodeId, [step]);
  }
  const steps = new Map(history.steps);
  const earlier = new Map(history.earlier);
  for (const [nodeId, list] of ended) {
    for (const step of list.slice(0, -keptPerNode)) {
      steps.delete(step.path);
      earlier.set(nodeId, addEarlier(earlier.get(nodeId), nodeId, step));
    }
  }
  return { ...history, steps, earlier };
}

function addEarlier(before: EarlierSteps | undefined, nodeId: string, step: StepHistory): EarlierSteps {
  const outputCounts = { ...before?.outputCounts };
  for (const [port, count] of Object.entries(step.outputCounts)) {
    outputCounts[port] = (outputCounts[port] ?? 0) + count;
  }
  const took = step.endedAt !== undefined && step.startedAt !== undefined ? step.endedAt - step.startedAt : 0;
  return {
    nodeId,
    count: (before?.count ?? 0) + 1,
    durationMs: (before?.durationMs ?? 0) + took,
    outputCounts,
  };
}

/** Negative, zero or positive, as `a` is before, at or after `b`. A malformed id is before everything. */
export function compareEventIds(a: string, b: string): number {
  const [seqA, indexA] = parseEventId(a) ?? [-1, -1];
  const [seqB, indexB] = parseEventId(b) ?? [-1, -1];
  return seqA - seqB || indexA - indexB;
}

function applyRecord(history: ExecutionHistory, record: LiveRecord): ExecutionHistory {
  switch (record.type) {
    case 'execution-started':
      return {
        ...history,
        status: 'running',
        startedAt: history.startedAt ?? record.at,
        wakeAt: undefined,
        reason: undefined,
      };
    case 'execution-recovered':
      return {
        ...history,
        status: 'running',
        wakeAt: undefined,
        reason: undefined,
        recoveries: [...history.recoveries, { at: record.at, worker: record.worker, from: record.from }],
      };
    case 'execution-waiting':
      return {
        ...history,
        status: 'waiting',
        wakeAt: record.wakeAt ?? undefined,
        reason: record.reason,
      };
    case 'execution-prepared':
    case 'execution-cleared':
      return history;
    case 'execution-finished':
      return {
        ...finishSteps(history, record.at),
        status: record.status,
        endedAt: record.at,
        error: record.error,
      };
    default: {
      const steps = history.steps as Map<string, StepHistory>;
      steps.set(record.path, applyStepRecord(steps.get(record.path) ?? createStep(record.path), record));
      return history;
    }
  }
}

type StepRecord = Extract<LiveRecord, { path: string }>;

function createStep(path: string): StepHistory {
  return {
    path,
    call: undefined,
    status: 'pending',
    startedAt: undefined,
    endedAt: undefined,
    wakeAt: undefined,
    attempts: [],
    attemptCount: 0,
    itemsDone: 0,
    itemsFailed: 0,
    outputCounts: {},
    error: undefined,
    logs: [],
    written: 0,
    childId: undefined,
    reused: false,
    pinned: false,
  };
}

function applyStepRecord(step: StepHistory, record: StepRecord): StepHistory {
  switch (record.type) {
    case 'step-started':
      return {
        ...step,
        status: 'running',
        startedAt: step.startedAt ?? record.at,
        wakeAt: undefined,
        attemptCount: Math.max(step.attemptCount, record.attempt),
        attempts: startAttempt(step.attempts, record),
      };
    case 'attempt-failed':
      return {
        ...step,
        status: 'retrying',
        startedAt: step.startedAt ?? record.at,
        wakeAt: record.retryAt,
        error: record.error,
        attemptCount: Math.max(step.attemptCount, record.attempt),
        attempts: endAttempt(step.attempts, record.item, {
          number: record.attempt,
          endedAt: record.at,
          error: record.error,
          retryAt: record.retryAt,
        }),
      };
    case 'item-completed':
      return {
        ...step,
        status: 'running',
        itemsDone: step.itemsDone + 1,
        attempts: endAttempt(step.attempts, record.item, { number: record.attempts, endedAt: record.at }),
      };
    case 'item-failed':
      return {
        ...step,
        status: 'running',
        itemsFailed: step.itemsFailed + 1,
        attempts: endAttempt(step.attempts, record.item, {
          number: record.attempts,
          endedAt: record.at,
          error: record.error,
        }),
      };
    case 'step-waiting':
      return {
        ...step,
        status: 'waiting',
        startedAt: record.startedAt,
        wakeAt: record.limitAt ?? record.wakeAt ?? undefined,
        childId: record.childId ?? step.childId,
      };
    case 'step-resolved':
      return { ...step, status: 'running', wakeAt: undefined };
    case 'step-wrote': {
      const { first, lines } = record;
      return { ...step, logs: recordLines(step.logs, first, lines), written: first + lines.length };
    }
    case 'call-made':
      return { ...step, call: { nodeType: record.call.nodeType, name: record.call.name } };
    case 'step-skipped':
      return { ...step, status: 'skipped' };
    case 'step-completed':
      return {
        ...endStep(step, record),
        status: 'succeeded',
        outputCounts: record.outputCounts,
        error: record.error,
        childId: record.childId ?? step.childId,
        reused: record.reused ?? false,
        pinned: record.pinned ?? false,
      };
    case 'step-failed':
      return { ...endStep(step, record), status: 'failed', error: record.error };
  }
}

function endStep(
  step: StepHistory,
  record: { at: number; startedAt: number; attempts: number; logs?: StepLog[]; error?: ErrorRecord },
): StepHistory {
  return {
    ...step,
    startedAt: record.startedAt,
    endedAt: record.at,
    wakeAt: undefined,
    attemptCount: record.attempts,
    attempts: endAttempt(step.attempts, undefined, {
      number: Math.max(1, record.attempts),
      endedAt: record.at,
      ...(record.error ? { error: record.error } : {}),
      startedAt: record.startedAt,
    }),
    logs: record.logs ?? step.logs,
  };
}

function startAttempt(
  attempts: readonly Attempt[],
  record: { at: number; attempt: number; item?: number },
): readonly Attempt[] {
  if (attempts.length >= attemptLimit) return attempts;
  const started: Attempt = {
    number: record.attempt,
    item: record.item,
    startedAt: record.at,
    endedAt: undefined,
    error: undefined,
    retryAt: undefined,
  };
  return [...attempts, started];
}

/** Ends the open attempt of the item; one whose start was not journaled is put in as far as it is known. */
function endAttempt(
  attempts: readonly Attempt[],
  item: number | undefined,
  end: Pick<Attempt, 'number'> & Partial<Attempt> & { endedAt: number },
): readonly Attempt[] {
  const at = attempts.findLastIndex((attempt) => attempt.endedAt === undefined && attempt.item === item);
  if (at >= 0) return attempts.with(at, { ...attempts[at]!, ...end, startedAt: attempts[at]!.startedAt });
  const known = attempts.some((attempt) => attempt.item !== undefined) && item === undefined;
  if (known || attempts.length >= attemptLimit) return attempts;
  const last = attempts.findLast((attempt) => attempt.item === item);
  const startedAt = last?.retryAt ?? end.startedAt ?? end.endedAt;
  return [...attempts, { item, error: undefined, retryAt: undefined, ...end, startedAt }];
}

/** Steps that were still open when the execution ended were cut off with it. */
function finishSteps(history: ExecutionHistory, at: number): ExecutionHistory {
  const steps = new Map(history.steps);
  for (const [path, step] of steps) {
    if (step.status === 'running' || step.status === 'retrying' || step.status === 'waiting') {
      steps.set(path, { ...step, status: 'cancelled', endedAt: at, wakeAt: undefined });
    }
  }
  return { ...history, steps, wakeAt: undefined, reason: undefined };
}
