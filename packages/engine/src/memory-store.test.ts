import { MemoryExecutionStore } from './memory-store.ts';
import { describeExecutionStore } from './testing/execution-store-conformance.ts';

describeExecutionStore('memory', async () => {
  const store = new MemoryExecutionStore({ committed() {} }, () => Date.now());
  return {
    store,
    registerWorker: async (id) => store.registerWorker(id),
    buryWorker: async (id) => store.buryWorker(id),
    queueDueWaits: async () => store.queueDueWaits(Date.now()),
  };
});
