/**
 * What steps at work write, for whoever watches their execution. Nothing is stored here: the lines of a step become part
 * of the record of its end, and what cannot be shown now is shown then.
 *
 * V1. `wrote` is on the hot path: without a watcher it is a few map look-ups, whatever the line.
 * V2. There are no queues. A watch remembers how far it has read each list, and the lists are bounded by who writes them:
 *     a slow reader costs nothing, and a flood as much as the lines that are kept of it.
 * V3. Once the end of a step was told of, nothing of it is read: its record is committed later, and has all its lines.
 * V4. What other processes wrote is shown and never passed on: `tap` and `listOwn` know the steps of this process only.
 */
import type { StepLog } from '@navette/contracts';
import type { StepConsoles } from '@navette/engine';
import { ConsoleWatch, type LineList } from './console-watch.ts';

interface ListedStep {
  executionId: string;
  path: string;
}

type Lists<L extends LineList> = Map<string, Map<string, L>>;

export class LiveConsoles implements StepConsoles {
  /** Execution → path → what a step at work here has written so far. */
  readonly #own: Lists<readonly StepLog[]> = new Map();
  /** The same of steps at work in other processes, as far as it got here. */
  readonly #heard: Lists<LineList> = new Map();
  readonly #watches = new Map<string, Set<ConsoleWatch>>();
  readonly #taps = new Map<string, Set<() => void>>();
  /** Told when somebody begins to watch an execution here, and when nobody does any more. */
  onWatched: (executionId: string, isWatched: boolean) => void = () => {};

  wrote(step: ListedStep, lines: readonly StepLog[]): void {
    put(this.#own, step, lines);
    this.#tell(step.executionId);
    this.#tellTaps(step.executionId);
  }

  ended(step: ListedStep, lines: readonly StepLog[]): void {
    // Another try of the step may be at work already.
    if (this.#own.get(step.executionId)?.get(step.path) !== lines) return;
    remove(this.#own, step);
    this.#tellTaps(step.executionId);
  }

  /** A step at work in another process has written something, or another try of it has begun. */
  heard(step: ListedStep, lines: LineList): void {
    if (!this.#watches.has(step.executionId)) return;
    put(this.#heard, step, lines);
    this.#tell(step.executionId);
  }

  endedElsewhere(step: ListedStep): void {
    remove(this.#heard, step);
  }

  /** Bare id. */
  watch(executionId: string): ConsoleWatch {
    const watches = this.#watches.get(executionId) ?? new Set();
    this.#watches.set(executionId, watches);
    const watch = new ConsoleWatch(
      () => this.#listAll(executionId),
      (closed) => {
        if (!watches.delete(closed) || watches.size > 0) return;
        this.#watches.delete(executionId);
        this.#heard.delete(executionId);
        this.onWatched(executionId, false);
      },
    );
    watches.add(watch);
    if (watches.size === 1) this.onWatched(executionId, true);
    return watch;
  }

  /** What steps of the execution at work here have written, by path. */
  listOwn(executionId: string): ReadonlyMap<string, readonly StepLog[]> {
    return this.#own.get(executionId) ?? new Map();
  }

  /** Calls `onChange` whenever `listOwn` gives something else, until the function that comes back is called. */
  tap(executionId: string, onChange: () => void): () => void {
    const taps = this.#taps.get(executionId) ?? new Set();
    this.#taps.set(executionId, taps);
    taps.add(onChange);
    return () => {
      taps.delete(onChange);
      if (taps.size === 0) this.#taps.delete(executionId);
    };
  }

  #listAll(executionId: string): ReadonlyMap<string, LineList> | undefined {
    const own = this.#own.get(executionId);
    const heard = this.#heard.get(executionId);
    // A step that was taken over is at work here.
    return own && heard ? new Map<string, LineList>([...heard, ...own]) : (own ?? heard);
  }

  #tell(executionId: string): void {
    const watches = this.#watches.get(executionId);
    if (watches) for (const watch of watches) watch.notify();
  }

  #tellTaps(executionId: string): void {
    const taps = this.#taps.get(executionId);
    if (taps) for (const onChange of taps) onChange();
  }
}

function put<L extends LineList>(lists: Lists<L>, { executionId, path }: ListedStep, lines: L): void {
  let steps = lists.get(executionId);
  if (!steps) {
    steps = new Map();
    lists.set(executionId, steps);
  }
  if (steps.get(path) !== lines) steps.set(path, lines);
}

function remove(lists: Lists<LineList>, { executionId, path }: ListedStep): void {
  const steps = lists.get(executionId);
  steps?.delete(path);
  if (steps?.size === 0) lists.delete(executionId);
}
