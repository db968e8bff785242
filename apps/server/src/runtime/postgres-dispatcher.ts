import { InProcessDispatcher } from '@navette/dispatch';
import type { DispatchContext, WorkDispatcher } from './work-dispatcher.ts';

/**
 * Postgres alone as the queue: what is queued here is offered to this process at once and told to the others, who claim
 * from the store. A process that missed the news finds the work when it polls.
 */
export function createPostgresDispatcher({ bus, duties, logger }: DispatchContext): WorkDispatcher {
  const local = new InProcessDispatcher(logger);
  return {
    enqueue(executionIds) {
      if (duties.executes) local.enqueue(executionIds);
      bus?.publish({ kind: 'queued', executionIds });
    },
    start: (engine) => local.start(engine),
    async stop(drain) {
      local.stop();
      await drain();
    },
    wake: () => local.wake(),
    poll: () => local.poll(),
  };
}
