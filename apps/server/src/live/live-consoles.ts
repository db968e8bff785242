/**
 * What steps at work write, for whoever watches their execution. Nothing is stored here: the lines of a step become part
 * of the record of its end, and what cannot be shown now is shown then.
 *
 * V1. `wrote` is on the hot path: without a watcher it is two map look-ups, whatever the line.
 * V2. There are no queues. A watch remembers how far it has read each list, and the lists are bounded by who writes them:
 *     a slow reader costs nothing, and a flood as much as the lines that are kept of it.
 * V3. Once the end of a step was told of, nothing of it is read: its record is committed later, and has all its lines.
 */
import type { StepLog } from '@navette/contracts';
import type { StepConsoles } from '@navette/engine';

/** Lines of a step from a position on: what a reader has beyond it is of another try, and over. */
export interface ConsolePart {
  path: string;
  from: number;
  lines: readonly StepLog[];
}

interface ListedStep {
  executionId: string;
  path: string;
}

/** Lines of one part, so that messages stay small. */
const maxPartLines = 100;

/** How far one reader is. */
export class ConsoleWatch {
  readonly #read = new Map<string, { lines: readonly StepLog[]; count: number }>();
  readonly #find: () => ReadonlyMap<string, readonly StepLog[]> | undefined;
  readonly #onClose: (watch: ConsoleWatch) => void;
  #changed = true;
  #wake: (() => void) | undefined;

  constructor(
    find: () => ReadonlyMap<string, readonly StepLog[]> | undefined,
    onClose: (watch: ConsoleWatch) => void,
  ) {
    this.#find = find;
    this.#onClose = onClose;
  }

  notify(): void {
    this.#changed = true;
    this.#wake?.();
  }

  /** Resolves when something was written since the last call, or the watch was closed. */
  async next(): Promise<void> {
    if (!this.#changed) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#wake = undefined;
    }
    this.#changed = false;
  }

  /** Something that was written and not read yet. To be sent before anything is awaited (V3). */
  take(): ConsolePart | undefined {
    const lists = this.#find();
    for (const path of this.#read.keys()) if (!lists?.has(path)) this.#read.delete(path);
    for (const [path, lines] of lists ?? []) {
      const before = this.#read.get(path);
      const from = before?.lines === lines ? before.count : 0;
      const count = Math.min(lines.length, from + maxPartLines);
      if (count === from) continue;
      this.#read.set(path, { lines, count });
      return { path, from, lines: lines.slice(from, count) };
    }
    return undefined;
  }

  close(): void {
    this.#onClose(this);
    this.notify();
  }
}

export class LiveConsoles implements StepConsoles {
  /** Execution → path → what a step at work has written so far. */
  readonly #steps = new Map<string, Map<string, readonly StepLog[]>>();
  readonly #watches = new Map<string, Set<ConsoleWatch>>();

  wrote({ executionId, path }: ListedStep, lines: readonly StepLog[]): void {
    let steps = this.#steps.get(executionId);
    if (!steps) {
      steps = new Map();
      this.#steps.set(executionId, steps);
    }
    if (steps.get(path) !== lines) steps.set(path, lines);
    const watches = this.#watches.get(executionId);
    if (watches) for (const watch of watches) watch.notify();
  }

  ended({ executionId, path }: ListedStep, lines: readonly StepLog[]): void {
    const steps = this.#steps.get(executionId);
    // Another try of the step may be at work already.
    if (steps?.get(path) !== lines) return;
    steps.delete(path);
    if (steps.size === 0) this.#steps.delete(executionId);
  }

  /** Bare id. */
  watch(executionId: string): ConsoleWatch {
    const watches = this.#watches.get(executionId) ?? new Set();
    this.#watches.set(executionId, watches);
    const watch = new ConsoleWatch(
      () => this.#steps.get(executionId),
      (closed) => {
        watches.delete(closed);
        if (watches.size === 0) this.#watches.delete(executionId);
      },
    );
    watches.add(watch);
    return watch;
  }
}
