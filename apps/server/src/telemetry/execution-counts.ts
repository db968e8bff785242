/** What executions did in this process, counted from the records that were committed. */
import type { ExecutionMode, ExecutionStatus, JournalRecord } from '@navette/contracts';
import type { NewExecution } from '@navette/engine';
import { longBoundsMs, Tally } from './tally.ts';

export interface FinishedTally {
  mode: ExecutionMode;
  status: ExecutionStatus;
  /** From creation to end, in milliseconds. */
  durationMs: Tally;
}

export class ExecutionCounts {
  /** First runs, by mode. */
  readonly started = new Map<ExecutionMode, number>();
  /** From creation to the first run, in milliseconds. */
  readonly queuedMs = new Tally(longBoundsMs);
  /** Times that an execution went to rest, to be woken by time, a signal or a child. */
  waits = 0;
  /** Executions that were taken over from a dead worker. */
  recoveries = 0;
  /** Ends of every kind, by status: also of executions that nobody ran when they were cancelled. */
  readonly ended = new Map<ExecutionStatus, number>();
  readonly #finished = new Map<ExecutionStatus, Map<ExecutionMode, FinishedTally>>();

  /** Records that were committed in this process, by a run or by whoever cancelled. */
  addEnd(records: readonly JournalRecord[]): void {
    // Nothing comes after it.
    const last = records.at(-1);
    if (last?.type === 'execution-finished')
      this.ended.set(last.status, (this.ended.get(last.status) ?? 0) + 1);
  }

  /** Records that a run of this process has written. */
  add(execution: NewExecution, records: readonly JournalRecord[]): void {
    for (const record of records) {
      switch (record.type) {
        case 'execution-started':
          // Later fences are later runs of the same execution.
          if (record.fence === 1) this.#addStart(execution, record.at);
          break;
        case 'execution-recovered':
          this.recoveries += 1;
          break;
        case 'execution-waiting':
          this.waits += 1;
          break;
        case 'execution-finished':
          this.#addFinished(execution.mode, record.status, record.at - execution.createdAt);
          break;
        default:
      }
    }
  }

  finished(): FinishedTally[] {
    return [...this.#finished.values()].flatMap((byMode) => [...byMode.values()]);
  }

  #addFinished(mode: ExecutionMode, status: ExecutionStatus, durationMs: number): void {
    let byMode = this.#finished.get(status);
    if (!byMode) {
      byMode = new Map();
      this.#finished.set(status, byMode);
    }
    let tally = byMode.get(mode);
    if (!tally) {
      tally = { mode, status, durationMs: new Tally(longBoundsMs) };
      byMode.set(mode, tally);
    }
    tally.durationMs.add(durationMs);
  }

  #addStart(execution: NewExecution, at: number): void {
    this.started.set(execution.mode, (this.started.get(execution.mode) ?? 0) + 1);
    this.queuedMs.add(at - execution.createdAt);
  }
}
