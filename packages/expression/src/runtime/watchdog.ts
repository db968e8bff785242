import { getHeapStatistics } from 'node:v8';
import { limits } from '../limits.ts';
import { createBudgetError } from './budget-error.ts';

/**
 * The last line behind the step budget: real time and real memory. Steps bound the work in a way that is the same on
 * every run; this catches what steps measure badly. It never decides about an expression that behaves.
 */
export class Watchdog {
  #startMs = -1;
  #heapBytes = 0;

  /** Asked now and then during an evaluation; the first time only notes where things stand. */
  check(): void {
    const nowMs = performance.now();
    const heapBytes = getHeapStatistics().used_heap_size;
    if (this.#startMs < 0) {
      this.#startMs = nowMs;
      this.#heapBytes = heapBytes;
      return;
    }
    if (nowMs - this.#startMs > limits.durationMs) throw createBudgetError(limits.durationMs, 'milliseconds');
    if (heapBytes - this.#heapBytes > limits.heapGrowthBytes) {
      throw createBudgetError(limits.heapGrowthBytes, 'bytes of memory');
    }
  }
}
