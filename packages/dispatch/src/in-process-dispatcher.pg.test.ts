import { failOnUnheardRejections } from '@navette/testing';
import { afterAll } from 'vitest';
import { InProcessDispatcher } from './in-process-dispatcher.ts';
import { describeExecutionQueue } from './testing/execution-queue-conformance.ts';

failOnUnheardRejections(afterAll);

describeExecutionQueue('in-process', async () => ({
  open: async (world) => new InProcessDispatcher({ logger: world.logger, source: world.source }),
  async awaitEntry() {},
}));
