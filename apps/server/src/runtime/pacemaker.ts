/** The main thread's side of the heartbeat: knows when the last beat was, and when the lease was lost. */
import { Worker } from 'node:worker_threads';
import type { Logger } from '@navette/kit';
import { beatStatement } from '@navette/store';

type Message =
  | { beat: string }
  | { lost: string }
  | { failed: string; message: string; code: string | undefined };

/** A thread that ended by itself is replaced after this. */
const restartMs = 200;

export class Pacemaker {
  readonly #logger: Logger;
  readonly #onLost: (workerId: string) => void;
  readonly #onTrouble: (error: unknown) => void;
  readonly #startThread: () => Worker;
  #thread: Worker;
  #workerId: string;
  /** Of the clock that nobody sets. */
  #lastBeatAt = performance.now();
  #stopping = false;
  #ended = Promise.withResolvers<void>();

  constructor(options: {
    connectionString: string;
    workerId: string;
    intervalMs: number;
    logger: Logger;
    onLost: (workerId: string) => void;
    onTrouble: (error: unknown) => void;
  }) {
    this.#logger = options.logger;
    this.#onLost = options.onLost;
    this.#onTrouble = options.onTrouble;
    this.#workerId = options.workerId;
    const { connectionString, intervalMs } = options;
    this.#startThread = () => {
      const workerData = { connectionString, workerId: this.#workerId, intervalMs, statement: beatStatement };
      const resourceLimits = { maxOldGenerationSizeMb: 48, maxYoungGenerationSizeMb: 8 };
      const thread = new Worker(new URL('./heartbeat-thread.mjs', import.meta.url), {
        workerData,
        resourceLimits,
      });
      thread.on('message', (message: Message) => this.#receive(message));
      thread.on('error', (error) => this.#logger.error({ err: error }, 'The heartbeat thread failed'));
      thread.on('exit', () => this.#onExit());
      return thread;
    };
    this.#thread = this.#startThread();
  }

  /** Milliseconds since the store last heard of this worker. */
  get silenceMs(): number {
    return Math.round(performance.now() - this.#lastBeatAt);
  }

  beatFor(workerId: string): void {
    this.#workerId = workerId;
    this.#thread.postMessage({ workerId });
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    this.#thread.postMessage({ stop: true });
    const timer = setTimeout(() => void this.#thread.terminate(), 2_000);
    await this.#ended.promise;
    clearTimeout(timer);
  }

  #receive(message: Message): void {
    if ('beat' in message) this.#lastBeatAt = performance.now();
    else if ('lost' in message && !this.#stopping) this.#onLost(message.lost);
    else if ('failed' in message) {
      this.#logger.debug({ reason: message.message }, 'A heartbeat did not reach the database');
      this.#onTrouble(Object.assign(new Error(message.message), { code: message.code }));
    }
  }

  /** Without beats the worker would be declared dead and never learn of it. */
  #onExit(): void {
    this.#ended.resolve();
    if (this.#stopping) return;
    setTimeout(() => {
      if (this.#stopping) return;
      this.#ended = Promise.withResolvers();
      this.#thread = this.#startThread();
    }, restartMs).unref();
  }
}
