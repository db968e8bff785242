import { InProcessDispatcher } from './in-process-dispatcher.ts';
import { describeExecutionQueue } from './testing/execution-queue-conformance.ts';

describeExecutionQueue('in-process', async () => ({
  open: async (world) => new InProcessDispatcher({ logger: world.logger, source: world.source }),
  async awaitEntry() {},
}));
