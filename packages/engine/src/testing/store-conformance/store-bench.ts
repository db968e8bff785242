import type { JournalRecord } from '@navette/contracts';
import { createUuid } from '@navette/kit';
import type { ExecutionStore, JournalWrite, NewExecution } from '../../ports.ts';
import { newExecution } from '../new-execution.ts';

export interface StoreUnderTest {
  store: ExecutionStore;
  registerWorker(workerId: string): Promise<void>;
  /** Declares the worker dead and queues what it had; gives the ids. */
  buryWorker(workerId: string): Promise<string[]>;
  /** Queues the waits that are due now. */
  queueDueWaits(): Promise<string[]>;
  /** Lets pass what waits behind limits that have room, where that happens only after the commit. */
  passLimits?(): Promise<unknown>;
}

/** A store with a worker that is registered, and an execution that is not made yet. */
interface StartedStore extends StoreUnderTest {
  worker: string;
  execution: NewExecution;
  /** A write of that worker to that execution. */
  write(over: Partial<JournalWrite>): JournalWrite;
}

/** What the cases work with. */
export interface StoreBench {
  started(): Promise<StartedStore>;
}

export function createStoreBench(open: () => Promise<StoreUnderTest>): StoreBench {
  return {
    async started() {
      const under = await open();
      const worker = createUuid();
      await under.registerWorker(worker);
      const execution = newExecution();
      const write = (over: Partial<JournalWrite>): JournalWrite => ({
        executionId: execution.id,
        projectId: execution.projectId,
        workflowId: execution.workflowId,
        workerId: worker,
        fence: 1,
        seq: 1,
        records: [record('start')],
        ...over,
      });
      return { ...under, worker, execution, write };
    },
  };
}

export function record(path: string): JournalRecord {
  return {
    type: 'step-completed',
    at: 1,
    path,
    startedAt: 1,
    attempts: 1,
    outputs: { main: [{ json: { path } }] },
  };
}

export function finish(status: 'succeeded' | 'failed' | 'cancelled') {
  return { kind: 'finish', status, at: Date.now(), error: null } as const;
}
