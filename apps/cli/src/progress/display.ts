import type { StepLog } from '@navette/contracts';
import type { LiveEvent } from '../api/live-record.ts';
import type { Terminal } from '../output/terminal.ts';
import type { ExecutionProgress } from './execution-progress.ts';

/** Shows a followed execution. `progress` has applied the record when `show` is called with it. */
export interface ProgressDisplay {
  show(event: LiveEvent): void;
  /** Lines that a step at work has just written; `leftOut` before them come with its end. */
  showLines(path: string, lines: readonly StepLog[], leftOut: number): void;
  /** Something about the connection. */
  tell(text: string): void;
  /** The last words; nothing is shown after them. */
  end(): void;
}

export interface DisplayOptions {
  terminal: Terminal;
  progress: ExecutionProgress;
  /** Unix milliseconds. */
  now: () => number;
}
