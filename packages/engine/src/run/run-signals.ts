/** The signals of a run. Each is made when somebody listens: a short run of pure steps needs none of them. */
import { RunStopped } from './step-host.ts';

/** The reason of every signal of a run; made once, since a stack costs more than a short run. */
const runOver = new RunStopped('The execution goes no further here');

/** A signal that is made when it is asked for, aborted or not. */
class LazySignal {
  #controller: AbortController | undefined;
  aborted = false;

  get signal(): AbortSignal {
    if (!this.#controller) {
      this.#controller = new AbortController();
      if (this.aborted) this.#controller.abort(runOver);
    }
    return this.#controller.signal;
  }

  abort(): void {
    this.aborted = true;
    this.#controller?.abort(runOver);
  }
}

export class RunSignals {
  /** What is at work has to stop: cancel, failure of another step, timeout, loss of ownership, the end. */
  readonly steps = new LazySignal();
  /** The worker drains: who only waits goes on elsewhere. */
  readonly drain = new LazySignal();
  /** The run has ended. */
  readonly over = new LazySignal();
}
