import type { Logger } from '@navette/kit';

/** Tells what the start is doing and how long each part took: lines for people, or log records for programs. */
export class StartReport {
  readonly #logger: Logger;
  readonly #pretty: boolean;
  /** When the process began, so that the loading of the program counts as well. */
  readonly #startedAt: number;
  #stepAt: number;

  constructor(options: { logger: Logger; pretty: boolean; startedAt: number }) {
    this.#logger = options.logger;
    this.#pretty = options.pretty;
    this.#startedAt = options.startedAt;
    this.#stepAt = options.startedAt;
  }

  step(what: string): void {
    const now = performance.now();
    const elapsedMs = Math.round(now - this.#stepAt);
    this.#stepAt = now;
    if (this.#pretty) console.log(`  ✓ ${what.padEnd(44)} ${encodeMs(elapsedMs)}`);
    else this.#logger.info({ elapsedMs }, what);
  }

  ready(url: string): void {
    const elapsedMs = Math.round(performance.now() - this.#startedAt);
    const { pid } = process;
    if (this.#pretty)
      console.log(
        `\n  Navette is ready after ${encodeMs(elapsedMs)}: ${url}\n  Ctrl-C stops it (process id ${pid}).\n`,
      );
    else this.#logger.info({ url, elapsedMs, pid }, 'Navette is ready');
  }

  stopping(): void {
    if (this.#pretty) console.log('\n  Stopping: finishing what is at work. Ctrl-C again to force.');
    else this.#logger.info({}, 'Navette is stopping');
  }

  stopped(): void {
    if (this.#pretty) console.log('  Stopped. Nothing is left running.');
    else this.#logger.info({}, 'Navette has stopped');
  }
}

function encodeMs(ms: number): string {
  return ms < 1_000 ? `${ms} ms` : `${(ms / 1_000).toFixed(1)} s`;
}
