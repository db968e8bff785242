/**
 * The connections that code makes: one line in the log for each hop, redirects and refused ones included, with the step and
 * what came of it. Never a path, a query, a header or a body: they may hold secrets.
 */
import type { HttpHop } from '@navette/contracts';
import { type Logger, NavetteError } from '@navette/kit';

export interface ConnectionStep {
  projectId: string;
  executionId: string;
  path: string;
}

/** For the metrics; see `CodeConnectionCounts`. */
export interface ConnectionCounts {
  add(outcome: string): void;
}

/** Of one request. */
export class ConnectionLog {
  readonly #logger: Logger;
  readonly #step: ConnectionStep;
  readonly #counts: ConnectionCounts | undefined;
  #open: { hop: HttpHop; startedAt: number } | undefined;

  constructor(options: { logger: Logger; step: ConnectionStep; counts?: ConnectionCounts | undefined }) {
    this.#logger = options.logger;
    this.#step = options.step;
    this.#counts = options.counts;
  }

  /** The hop before, if there was one, led here. */
  begin(hop: HttpHop): void {
    this.#end('redirected');
    this.#open = { hop, startedAt: performance.now() };
  }

  succeed(status: number): void {
    this.#end(`${Math.trunc(status / 100)}xx`, { status });
  }

  /** Nothing is written where no hop was begun: such a request leads nowhere. */
  fail(error: unknown): void {
    const code = NavetteError.is(error) ? error.code : 'HTTP_UNEXPECTED';
    const isRefused = code === 'POLICY_HOST_REFUSED' || code.startsWith('HTTP_BLOCKED_');
    this.#end(isRefused ? 'refused' : 'failed', { code });
  }

  #end(outcome: string, rest: { status?: number; code?: string } = {}): void {
    if (!this.#open) return;
    const { hop, startedAt } = this.#open;
    this.#open = undefined;
    const { executionId, path, projectId } = this.#step;
    const { host, method, port } = hop;
    const durationMs = Math.round(performance.now() - startedAt);
    this.#logger.info(
      { projectId, executionId, path, method, host, port, outcome, ...rest, durationMs },
      'Code made a connection',
    );
    this.#counts?.add(outcome);
  }
}
