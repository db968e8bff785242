import type { JournalRecordOf, PortItems, ProgramStart, StepLog, StepStatus } from '@navette/contracts';
import type { ErrorRecord } from '@navette/kit';
import type { CompiledNode } from '../graph/compile.ts';
import type { Passes } from './passes.ts';
import type { ProgramCalls } from './program-calls.ts';
import type { Scope } from './scope.ts';

export interface ItemState {
  outputs?: PortItems;
  error?: ErrorRecord;
  attempts: number;
}

/** What became of one step: a node in one scope. */
export interface StepState {
  /** Where it is in the journal: "node", "loop#2/node", "outer#1/inner#0/node". */
  path: string;
  /** Index of the node. */
  index: number;
  node: CompiledNode;
  scope: Scope;
  status: StepStatus;
  /** Attempts that failed so far, of the step as a whole. */
  failedAttempts: number;
  /** Attempts in all, once it has ended. */
  attempts: number;
  startedAt: number | undefined;
  finishedAt: number | undefined;
  wakeAt: number | undefined;
  error: ErrorRecord | undefined;
  outputs: PortItems | undefined;
  logs: readonly StepLog[];
  reused: boolean;
  childId: string | undefined;
  /** An attempt, of the step or of an item of it, was started and its end is not known. */
  inFlight: boolean;
  /** When the attempt that is in flight began; of one that a crash cut off, when it began for the first time. */
  begunAt: number | undefined;
  /** Attempts in flight that a person said to begin again and that have not begun: items, undefined for the step. */
  cleared: Set<number | undefined> | undefined;
  /** How often a person was asked what became of it. */
  questions: number;
  /** How a waiting step waits: the record that says so. */
  wait: JournalRecordOf<'step-waiting'> | undefined;
  /** What a waiting step will give. */
  heldOutputs: PortItems | undefined;
  /** Items of a per-item step that have ended, are at work, or are to be tried again. Made when there are any. */
  items: StepItems | undefined;
  /** Of a loop node that has begun. */
  passes: Passes | undefined;
  /** Of a program that has made calls. */
  calls: ProgramCalls | undefined;
  /** Of a program that began in the execution from which this one was made. */
  program: ProgramStart | undefined;
  /** Among the ready steps that nobody has taken yet. */
  isQueued: boolean;
}

export class StepItems {
  readonly ended = new Map<number, ItemState>();
  /** Attempts of these were started and their ends are not known: when they began for the first time. */
  readonly inFlight = new Map<number, number>();
  /** Failed attempts of items that have not ended, and when the next one is due. */
  readonly failed = new Map<number, { attempts: number; retryAt: number }>();
}

export function createStep(node: CompiledNode, scope: Scope): StepState {
  return {
    path: scope.prefix === '' ? node.node.id : scope.prefix + node.node.id,
    index: node.index,
    node,
    scope,
    status: 'pending',
    failedAttempts: 0,
    attempts: 0,
    startedAt: undefined,
    finishedAt: undefined,
    wakeAt: undefined,
    error: undefined,
    outputs: undefined,
    logs: noLogs,
    reused: false,
    childId: undefined,
    inFlight: false,
    begunAt: undefined,
    cleared: undefined,
    questions: 0,
    wait: undefined,
    heldOutputs: undefined,
    items: undefined,
    passes: undefined,
    calls: undefined,
    program: undefined,
    isQueued: false,
  };
}

const noLogs: readonly StepLog[] = [];

export function isDone(step: StepState): boolean {
  return step.status === 'succeeded' || step.status === 'failed' || step.status === 'skipped';
}
