/** The main thread's side of the heartbeat: knows when the last beat was, and when the lease was lost. */
import { Worker } from 'node:worker_threads';
import type { Logger } from '@navette/kit';
import { beatStatement } from '@navette/store';

type Message = { beat: string } | { lost: string } | { failed: string; message: string };

export class Pacemaker {
  readonly #logger: Logger;
  readonly #onLost: (workerId: string) => void;
  readonly #thread: Worker;
  #lastBeatAt = Date.now();
  #stopping = false;

  constructor(options: {
    connectionString: string;
    workerId: string;
    intervalMs: number;
    logger: Logger;
    onLost: (workerId: string) => void;
  }) {
    this.#logger = options.logger;
    this.#onLost = options.onLost;
    const { connectionString, workerId, intervalMs } = options;
    this.#thread = new Worker(new URL('./heartbeat-thread.mjs', import.meta.url), {
      workerData: { connectionString, workerId, intervalMs, statement: beatStatement },
      resourceLimits: { maxOldGenerationSizeMb: 48, maxYoungGenerationSizeMb: 8 },
    });
    this.#thread.on('message', (message: Message) => this.#receive(message));
    this.#thread.on('error', (error) => this.#logger.error({ err: error }, 'The heartbeat thread failed'));
  }

  /** Milliseconds since the store last heard of this worker. */
  get silenceMs(): number {
    return Date.now() - this.#lastBeatAt;
  }

  beatFor(workerId: string): void {
    this.#thread.postMessage({ workerId });
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    const gone = new Promise<void>((resolve) => this.#thread.once('exit', () => resolve()));
    this.#thread.postMessage({ stop: true });
    const timer = setTimeout(() => void this.#thread.terminate(), 2_000);
    await gone;
    clearTimeout(timer);
  }

  #receive(message: Message): void {
    if ('beat' in message) this.#lastBeatAt = Date.now();
    else if ('lost' in message && !this.#stopping) this.#onLost(message.lost);
    else if ('failed' in message)
      this.#logger.warn({ reason: message.message }, 'A heartbeat did not reach the database');
  }
}
