import { InProcessDispatcher } from '@navette/dispatch';
import { PostgresQueueSource, type ProcessBus } from '@navette/store';
import type { DispatchContext, WorkDispatcher } from './work-dispatcher.ts';

/**
 * Postgres alone as the queue: what is queued here is offered to this process at once and told to the others, who claim
 * from the store. A process that missed the news finds the work when it polls.
 */
export function createPostgresDispatcher(context: DispatchContext): WorkDispatcher {
  return new PostgresDispatcher(context);
}

class PostgresDispatcher extends InProcessDispatcher {
  readonly #bus: ProcessBus | undefined;

  constructor({ bus, database, logger, look }: DispatchContext) {
    super({ logger, source: new PostgresQueueSource(database, look) });
    this.#bus = bus;
  }

  override enqueue(executionIds: readonly string[], projectId?: string): void {
    super.enqueue(executionIds, projectId);
    this.#bus?.publish({ kind: 'queued', executionIds });
  }
}
