/** What a worker looks after once a second: its executions as the store sees them, and work that nobody told it of. */
import type { Engine } from '@navette/engine';
import type { Logger } from '@navette/kit';
import { type Database, listOwned, requeueAbandoned, type SharedLook } from '@navette/store';
import { beatMs } from './beat.ts';
import type { LoopTask } from './run-loop.ts';
import type { WorkDispatcher } from './work-dispatcher.ts';

export class WorkerSweep implements LoopTask {
  readonly name = 'The sweep';
  readonly #database: Database;
  readonly #look: SharedLook;
  readonly #engine: Engine;
  readonly #dispatcher: WorkDispatcher;
  readonly #logger: Logger;
  /** Executions that the store says are ours and no run holds, as seen by the sweep before. */
  #strays = new Set<string>();

  constructor(options: {
    database: Database;
    look: SharedLook;
    engine: Engine;
    dispatcher: WorkDispatcher;
    logger: Logger;
  }) {
    this.#database = options.database;
    this.#look = options.look;
    this.#engine = options.engine;
    this.#dispatcher = options.dispatcher;
    this.#logger = options.logger;
  }

  async turn(): Promise<number> {
    // Another process may have paused the queue: from here on, starts queue.
    this.#dispatcher.poll();
    const [owned] = await Promise.all([this.#listOwned(), this.#dispatcher.isPaused()]);
    // The only way in which a cancellation reaches the process that runs the execution when another one took it.
    this.#engine.cancelHere(
      owned.filter((execution) => execution.cancel_requested).map((execution) => execution.id),
    );
    for (const { id, wake_requested: isAsked } of owned) if (isAsked) this.#engine.notify(id);
    await this.#requeueStrays(owned.map((execution) => execution.id));
    return beatMs;
  }

  async #listOwned() {
    const { owned } = await this.#look.at('owned');
    return owned ? listOwned(this.#database.pool, this.#engine.workerId) : [];
  }

  /** Twice in a row, since a run may be just beginning or just ending. */
  async #requeueStrays(ownedIds: readonly string[]): Promise<void> {
    const held = new Set(this.#engine.runningIds());
    const strays = ownedIds.filter((id) => !held.has(id));
    const lasting = strays.filter((id) => this.#strays.has(id));
    // What a claim under way was given is not a stray, however late its answer comes.
    const isClaiming = this.#engine.isClaiming;
    this.#strays = new Set(isClaiming ? [] : strays);
    if (isClaiming || lasting.length === 0) return;
    const requeued = await requeueAbandoned(this.#database.pool, this.#engine.workerId, lasting);
    this.#logger.warn({ executions: requeued.length }, 'Executions without a run were queued again');
    this.#dispatcher.enqueue(requeued);
  }
}
