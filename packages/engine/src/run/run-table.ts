import type { ExecutionRun } from './execution-run.ts';

/**
 * The runs of an engine. Thousands come and go in a second while a few are there at once, so this is a list of slots and
 * not a Map: a Map that is rehashed while it is old leaves its former table behind with a pointer to the next one, and
 * that chain keeps every later run alive until the next full collection (measured: a third of the CPU of a short run).
 */
export class RunTable {
  readonly #slots: (ExecutionRun | undefined)[] = [];
  readonly #free: number[] = [];
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Gives the slot that `remove` wants back. */
  add(run: ExecutionRun): number {
    const slot = this.#free.pop() ?? this.#slots.length;
    this.#slots[slot] = run;
    this.#size += 1;
    return slot;
  }

  remove(slot: number): void {
    this.#slots[slot] = undefined;
    this.#free.push(slot);
    this.#size -= 1;
  }

  /** Looks through all: only rare things ask by id. */
  find(executionId: string): ExecutionRun | undefined {
    return this.#slots.find((run) => run?.execution.id === executionId);
  }

  list(): ExecutionRun[] {
    return this.#slots.filter((run) => run !== undefined);
  }
}
