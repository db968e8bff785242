import { MemoryExecutionStore } from './memory-store.ts';
import { describeMessageStore, newSignal } from './testing/message-store-conformance.ts';

describeMessageStore('memory', async () => {
  const store = new MemoryExecutionStore();
  return {
    store,
    registerWorker: async (id) => store.registerWorker(id),
    buryWorker: async (id) => store.buryWorker(id),
    queueDueWaits: async () => store.queueDueWaits(Date.now()),
    addWorkflow: async () => {},
    async addMessages({ id }, count) {
      for (let n = 0; n < count; n++) await store.deliver(newSignal({ executionId: id }));
    },
    readApprovals: async (id) =>
      Object.fromEntries(
        store
          .listApprovals()
          .filter((approval) => approval.executionId === id)
          .map((approval) => [approval.path, approval.status]),
      ),
  };
});
