import type { Item, WebhookResponse } from '@navette/contracts';
import type { NewExecution } from '../ports.ts';
import type { RunEnd } from './execution-run.ts';

/** What the engine needs of a run that it holds. */
export interface HeldRun {
  readonly execution: NewExecution;
  /** Its place in the table of runs. */
  slot: number;
  /** Resolves with the answer to the caller when it is durable; with undefined when the run ends without one. */
  readonly responded: Promise<WebhookResponse | undefined>;
  /** The answer that it gave, once it is durable. */
  readonly response: WebhookResponse | undefined;
  /** The items that the execution gave. */
  result(): Item[];
  /** Never rejects. */
  drive(): Promise<RunEnd>;
  cancel(): void;
  /** Something outside has changed: look again. */
  notify(): void;
  /** Starts nothing more; gives the execution back when what is at work has ended. */
  drain(): void;
  /** The worker lost its lease: stop at once, write nothing. */
  abandon(): void;
  flushOlderThan(time: number): void;
}

/**
 * The runs of an engine. Thousands come and go in a second while a few are there at once, so this is a list of slots and
 * not a Map: a Map that is rehashed while it is old leaves its former table behind with a pointer to the next one, and
 * that chain keeps every later run alive until the next full collection (measured: a third of the CPU of a short run).
 */
export class RunTable {
  readonly #slots: (HeldRun | undefined)[] = [];
  readonly #free: number[] = [];
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Gives the slot that `remove` wants back. */
  add(run: HeldRun): number {
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
  find(executionId: string): HeldRun | undefined {
    return this.#slots.find((run) => run?.execution.id === executionId);
  }

  list(): HeldRun[] {
    return this.#slots.filter((run) => run !== undefined);
  }
}
