import type { FastifyReply } from 'fastify';

/**
 * How long a webhook waits for its execution: no longer than its client, and not beyond the limit. Most are answered with
 * one commit, so that the signal is made, and the clock started, only when the engine asks for the signal. It does not ask
 * where the answer is that commit alone, which the store ends or gives up well within the limit.
 */
export class CallerPatience {
  readonly until: 'response' | 'finished';
  readonly #reply: FastifyReply;
  readonly #limitMs: number;
  readonly #gone = () => this.#controller?.abort();
  #controller: AbortController | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isLate = false;

  constructor(reply: FastifyReply, until: 'response' | 'finished', limitMs: number) {
    this.#reply = reply;
    this.until = until;
    this.#limitMs = limitMs;
  }

  /** Aborted when the client has gone or the limit has passed. */
  get signal(): AbortSignal {
    if (!this.#controller) {
      this.#controller = new AbortController();
      if (this.#reply.raw.destroyed) this.#controller.abort();
      this.#reply.raw.once('close', this.#gone);
      this.#timer = setTimeout(() => {
        this.#isLate = true;
        this.#controller?.abort();
      }, this.#limitMs);
    }
    return this.#controller.signal;
  }

  get isOver(): boolean {
    return this.#controller?.signal.aborted ?? false;
  }
  /** Over since the limit has passed: the client is still there. */
  get isLate(): boolean {
    return this.#isLate;
  }

  close(): void {
    if (!this.#controller) return;
    clearTimeout(this.#timer);
    this.#reply.raw.off('close', this.#gone);
  }
}
