import type { JournalRecord } from '@navette/contracts';
import type { RunDeps } from '../deps.ts';
import type { NewExecution } from '../ports.ts';
import type { ExecutionState } from '../state/execution-state.ts';
import type { KnownJson } from './step-output.ts';

/** What a step may ask of the execution that it belongs to. */
export interface StepHost {
  readonly deps: RunDeps;
  readonly execution: NewExecution;
  readonly state: ExecutionState;
  /** What of this execution's data is known to be plain JSON. */
  readonly knownJson: KnownJson;
  /** Whether the signal was aborted, without making one. */
  readonly stopped: boolean;
  /** Aborted on cancel, failure of another step, timeout of the execution and loss of ownership. */
  readonly signal: AbortSignal;
  /** Applies a record to the state and queues it for the next commit. */
  append(record: JournalRecord): void;
  /** Resolves when everything appended so far is durable. Rejects with RunStopped when the ownership is lost. */
  flush(): Promise<void>;
  /** Like flush, but returns at once when nothing is open that an effect must wait for. */
  flushBeforeEffect(): Promise<void>;
  /** Whether the worker is stopping: what can go on elsewhere is not begun here. */
  readonly draining: boolean;
  /** A program is at work: it is told when the run goes no further. */
  enterProgram(program: { notify(): void }): void;
  leaveProgram(program: { notify(): void }): void;
  /** Rejects with RunStopped when the execution stops, the worker drains, or the signal says so. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** Control flow, never a failure: the execution goes no further in this process. */
export class RunStopped extends Error {
  override readonly name = 'RunStopped';
}
