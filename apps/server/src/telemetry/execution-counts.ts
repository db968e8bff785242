/** What executions did in this process, counted from the records that were committed. */
import type { ExecutionMode, ExecutionStatus, JournalRecord } from '@navette/contracts';
import type { NewExecution } from '@navette/engine';
import { longBoundsMs, Tally } from './tally.ts';

export interface FinishedTally {
  /** Undefined for an execution that was cancelled while nobody ran it and could not be read back. */
  mode: ExecutionMode | undefined;
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
  readonly #finished = new Map<ExecutionStatus, Map<ExecutionMode | undefined, FinishedTally>>();

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
          this.addFinished(execution.mode, record.status, record.at - execution.createdAt);
          break;
        default:
      }
    }
  }

  addFinished(mode: ExecutionMode | undefined, status: ExecutionStatus, durationMs: number): void {
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

  finished(): FinishedTally[] {
    return [...this.#finished.values()].flatMap((byMode) => [...byMode.values()]);
  }

  #addStart(execution: NewExecution, at: number): void {
    this.started.set(execution.mode, (this.started.get(execution.mode) ?? 0) + 1);
    this.queuedMs.add(at - execution.createdAt);
  }
}
