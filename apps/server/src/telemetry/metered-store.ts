/**
 * The engine's store with every call counted and timed, and every record that was committed passed on to the counts.
 * It changes nothing of what a call does or gives.
 */

import type { JournalRecord } from '@navette/contracts';
import type { ExecutionStore, JournalWrite, NewExecution, WriteResult } from '@navette/engine';
import type { ExecutionCounts } from './execution-counts.ts';
import type { StepCounts } from './step-counts.ts';
import type { OperationStatus, StoreCounts } from './store-counts.ts';

export interface StoreMeters {
  executions: ExecutionCounts;
  steps: StepCounts;
  store: StoreCounts;
}

type Method = (...args: readonly unknown[]) => unknown;

export function createMeteredStore(inner: ExecutionStore, meters: StoreMeters): ExecutionStore {
  const watchers = createWatchers(inner, meters);
  const methods: Record<string, Method> = {};
  for (const name of listMethods(inner)) {
    const method = (inner as unknown as Record<string, Method>)[name]!;
    const operation = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    const watch = watchers.get(name);
    methods[name] = (...args) => {
      const startedAt = performance.now();
      const result = method.call(inner, ...args);
      if (!(result instanceof Promise)) return result;
      result.then(
        (answer) => {
          meters.store.addOperation(operation, statusOf(answer), performance.now() - startedAt);
          watch?.(args, answer);
        },
        // The caller gets the same error, and handles it.
        () => meters.store.addOperation(operation, 'error', performance.now() - startedAt),
      );
      return result;
    };
  }
  return methods as unknown as ExecutionStore;
}

type Watcher = (args: readonly unknown[], answer: unknown) => void;

/** What the calls that change executions say about them. */
function createWatchers(
  inner: ExecutionStore,
  { executions, steps }: StoreMeters,
): ReadonlyMap<string, Watcher> {
  const add = (execution: NewExecution, records: readonly JournalRecord[], answer: unknown) => {
    if ((answer as WriteResult).outcome !== 'written') return;
    executions.add(execution, records);
    steps.add(execution, records);
  };
  return new Map<string, Watcher>([
    [
      'write',
      ([write], answer) => {
        const { execution, records } = write as JournalWrite;
        if (execution) add(execution, records, answer);
      },
    ],
    [
      'requestCancel',
      ([projectId, executionId], answer) => {
        // One that runs is ended by its owner, who writes it down.
        if ((answer as { outcome: string }).outcome !== 'cancelled') return;
        const count = (execution?: NewExecution) =>
          executions.addFinished(
            execution?.mode,
            'cancelled',
            execution ? Date.now() - execution.createdAt : 0,
          );
        inner.readExecution(projectId as string, executionId as string).then(count, () => count());
      },
    ],
  ]);
}

function statusOf(answer: unknown): OperationStatus {
  const outcome = (answer as { outcome?: unknown } | undefined)?.outcome;
  return outcome === 'fenced' || outcome === 'duplicate' ? outcome : 'ok';
}

/** Of the class of the store, getters left out. */
function listMethods(store: object): string[] {
  const prototype = Object.getPrototypeOf(store) as object;
  return Object.entries(Object.getOwnPropertyDescriptors(prototype))
    .filter(([name, { value }]) => name !== 'constructor' && typeof value === 'function')
    .map(([name]) => name);
}
