/**
 * One look into the database for all who ask in the same turn of the event loop.
 *
 * S1. Nobody gets an answer from before he asked: a look that is under way is not shared.
 */
import type { Database } from './database.ts';
import { lookAround, nobody, type Onlooker, type Sight } from './sql/look-around.ts';

export interface SharedLookOptions {
  pool: Database['pool'];
  /** Who looks, at this moment. A process that runs nothing and leads nothing may leave it out. */
  readOnlooker?(): Onlooker;
}

export class SharedLook {
  readonly #options: SharedLookOptions;
  #next: { names: Set<keyof Sight>; answer: Promise<Sight> } | undefined;

  constructor(options: SharedLookOptions) {
    this.#options = options;
  }

  /** Rejects as a query does. */
  at<Name extends keyof Sight>(...names: Name[]): Promise<Pick<Sight, Name>> {
    this.#next ??= this.#gather();
    for (const name of names) this.#next.names.add(name);
    return this.#next.answer;
  }

  #gather(): { names: Set<keyof Sight>; answer: Promise<Sight> } {
    const names = new Set<keyof Sight>();
    const { promise, resolve } = Promise.withResolvers<void>();
    setImmediate(resolve);
    const answer = promise.then(() => {
      this.#next = undefined;
      return lookAround(this.#options.pool, names, this.#options.readOnlooker?.() ?? nobody);
    });
    return { names, answer };
  }
}
