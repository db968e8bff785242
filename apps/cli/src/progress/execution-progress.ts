/**
 * What is known of a running execution, from its detail and the records that followed. The same records in the same
 * order give the same progress; a record of an unknown step adds it.
 */
import type { ExecutionDetail, ExecutionStatus, StepStatus } from '@navette/contracts';
import type { ErrorRecord } from '@navette/kit';
import type { LiveRecord } from '../api/live-record.ts';

export interface StepProgress {
  path: string;
  name: string;
  status: StepStatus;
  startedAt: number | undefined;
  endedAt: number | undefined;
  wakeAt: number | undefined;
  /** The attempt at work, or the last one. */
  attempt: number;
  /** Items of a per-item step that have ended. */
  itemsDone: number;
  /** What left the step, over all its ports; undefined until it has ended. */
  itemCount: number | undefined;
  error: ErrorRecord | undefined;
  reused: boolean;
  pinned: boolean;
}

const keptPassSteps = 200;

export class ExecutionProgress {
  readonly executionId: string;
  readonly workflowName: string;
  status: ExecutionStatus;
  startedAt: number | undefined;
  endedAt: number | undefined;
  reason: string | undefined;
  error: ErrorRecord | undefined;
  recoveries = 0;
  readonly #steps = new Map<string, StepProgress>();
  /** By id of the node: what is known before the first pass of a loop has a step of it. */
  readonly #names = new Map<string, string>();
  /** Steps of passes that have ended and are shown no more. */
  #forgotten = 0;
  readonly #endedInPasses: string[] = [];

  /** `detail` gives the names and the order of the steps; what became of them comes with the records. */
  constructor(detail: Pick<ExecutionDetail, 'id' | 'workflowName' | 'steps'>) {
    this.executionId = detail.id;
    this.workflowName = detail.workflowName;
    this.status = 'queued';
    for (const step of detail.steps) {
      this.#names.set(step.nodeId, step.nodeName);
      this.#steps.set(step.path, createStep(step.path, nameStep(step.path, step.nodeName)));
    }
  }

  /** All that there are so far. */
  get stepCount(): number {
    return this.#steps.size + this.#forgotten;
  }

  steps(): StepProgress[] {
    return [...this.#steps.values()];
  }

  step(path: string): StepProgress | undefined {
    return this.#steps.get(path);
  }

  /** Steps that need no more work. */
  get doneCount(): number {
    return this.#forgotten + this.steps().filter((step) => isDone(step.status)).length;
  }

  apply(record: LiveRecord): void {
    switch (record.type) {
      case 'execution-started':
        this.status = 'running';
        this.startedAt ??= record.at;
        return;
      case 'execution-recovered':
        this.status = 'running';
        this.startedAt ??= record.at;
        this.recoveries += 1;
        return;
      case 'execution-waiting':
        this.status = 'waiting';
        this.reason = record.reason;
        return;
      case 'execution-prepared':
      case 'execution-cleared':
        return;
      case 'execution-finished':
        this.#finish(record.status, record.at, record.error);
        return;
      default:
        this.#applyToStep(record);
    }
  }

  #finish(status: ExecutionStatus, at: number, error: ErrorRecord | undefined): void {
    this.status = status;
    this.endedAt = at;
    this.error = error;
    this.reason = undefined;
    for (const step of this.#steps.values()) {
      if (step.status === 'running' || step.status === 'retrying' || step.status === 'waiting') {
        step.status = 'cancelled';
        step.endedAt = at;
      }
    }
  }

  #applyToStep(record: Extract<LiveRecord, { path: string }>): void {
    const step = this.#steps.get(record.path) ?? this.#addStep(record.path);
    switch (record.type) {
      case 'step-started':
        step.status = 'running';
        step.startedAt ??= record.at;
        step.attempt = record.attempt;
        step.wakeAt = undefined;
        return;
      case 'attempt-failed':
        step.status = 'retrying';
        step.attempt = record.attempt;
        step.error = record.error;
        step.wakeAt = record.retryAt;
        return;
      case 'item-completed':
      case 'item-failed':
        step.itemsDone += 1;
        return;
      case 'step-waiting':
        step.status = 'waiting';
        step.startedAt ??= record.startedAt;
        step.wakeAt = record.limitAt ?? record.wakeAt ?? undefined;
        return;
      case 'step-resolved':
        step.status = 'running';
        return;
      case 'call-made':
        step.name = record.call.name ?? callNameOf(record.path);
        return;
      case 'step-wrote':
        return;
      case 'step-skipped':
        step.status = 'skipped';
        this.#forgetEnded(step.path);
        return;
      default:
        this.#endStep(step, record);
    }
  }

  /** In place of the node itself, when it is in a loop. */
  #addStep(path: string): StepProgress {
    const nodeId = path.slice(path.lastIndexOf('/') + 1);
    const name = this.#names.get(nodeId);
    if (nodeId !== path) this.#steps.delete(nodeId);
    const step = createStep(path, name === undefined ? path : nameStep(path, name));
    this.#steps.set(path, step);
    return step;
  }

  /** Loops can have many passes: only the last steps of those that ended well are kept. */
  #forgetEnded(path: string): void {
    if (!path.includes('/')) return;
    this.#endedInPasses.push(path);
    if (this.#endedInPasses.length <= keptPassSteps) return;
    this.#steps.delete(this.#endedInPasses.shift()!);
    this.#forgotten += 1;
  }

  #endStep(
    step: StepProgress,
    record: Extract<LiveRecord, { type: 'step-completed' | 'step-failed' }>,
  ): void {
    step.startedAt = record.startedAt;
    step.endedAt = record.at;
    step.attempt = record.attempts;
    step.wakeAt = undefined;
    step.error = record.error;
    if (record.type === 'step-failed') {
      step.status = 'failed';
      return;
    }
    step.status = 'succeeded';
    this.#forgetEnded(step.path);
    step.itemCount = Object.values(record.outputCounts).reduce((sum, count) => sum + count, 0);
    step.reused = record.reused === true;
    step.pinned = record.pinned === true;
  }
}

/** "Fetch" of the pass "each#3/fetch" is "Fetch (each#3)". */
function nameStep(path: string, name: string): string {
  const end = path.lastIndexOf('/');
  return end < 0 ? name : `${name} (${path.slice(0, end)})`;
}

export function isDone(status: StepStatus): boolean {
  return status === 'succeeded' || status === 'failed' || status === 'skipped' || status === 'cancelled';
}

function createStep(path: string, name: string): StepProgress {
  return {
    path,
    name,
    status: 'pending',
    startedAt: undefined,
    endedAt: undefined,
    wakeAt: undefined,
    attempt: 0,
    itemsDone: 0,
    itemCount: undefined,
    error: undefined,
    reused: false,
    pinned: false,
  };
}

/** "charge" of "program/@charge". */
function callNameOf(path: string): string {
  return path.slice(path.lastIndexOf('@') + 1);
}
