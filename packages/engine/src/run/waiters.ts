import type { Awaited } from '../awaited.ts';

/** Those who wait for one execution that is, or will be, in the hands of this process, whichever of its runs ends it. */
export interface Waiter {
  readonly response: PromiseWithResolvers<Awaited>;
  readonly end: PromiseWithResolvers<Awaited>;
}

/** Waiters by execution. Shared by all who wait for the same one, and gone with the last of them. */
export class Waiters {
  readonly #waiters = new Map<string, Waiter & { count: number }>();

  find(executionId: string): Waiter | undefined {
    return this.#waiters.size === 0 ? undefined : this.#waiters.get(executionId);
  }

  ids(): string[] {
    return [...this.#waiters.keys()];
  }

  open(executionId: string): Waiter {
    let waiter = this.#waiters.get(executionId);
    if (!waiter) {
      waiter = { response: Promise.withResolvers(), end: Promise.withResolvers(), count: 0 };
      this.#waiters.set(executionId, waiter);
    }
    waiter.count += 1;
    return waiter;
  }

  close(executionId: string): void {
    const waiter = this.#waiters.get(executionId);
    if (!waiter) return;
    waiter.count -= 1;
    if (waiter.count === 0) this.#waiters.delete(executionId);
  }
}
