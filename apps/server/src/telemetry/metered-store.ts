/**
 * The engine's store with every call counted and timed, and every record that was committed passed on to the counts.
 * It changes nothing of what a call does or gives.
 */

import type { ExecutionStore, JournalWrite, WriteResult } from '@navette/engine';
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
  const methods: Record<string, Method> = {};
  for (const name of listMethods(inner)) {
    const method = (inner as unknown as Record<string, Method>)[name]!;
    const operation = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    methods[name] = (...args) => {
      const startedAt = performance.now();
      const result = method.call(inner, ...args);
      if (!(result instanceof Promise)) return result;
      result.then(
        (answer) => {
          meters.store.addOperation(operation, statusOf(answer), performance.now() - startedAt);
          if (name === 'write') countWrite(args[0] as JournalWrite, answer as WriteResult, meters);
        },
        // The caller gets the same error, and handles it.
        () => meters.store.addOperation(operation, 'error', performance.now() - startedAt),
      );
      return result;
    };
  }
  return methods as unknown as ExecutionStore;
}

/** What a write that was committed says about its execution. */
function countWrite(
  { execution, records }: JournalWrite,
  answer: WriteResult,
  { executions, steps }: StoreMeters,
): void {
  if (!execution || answer.outcome !== 'written') return;
  executions.add(execution, records);
  steps.add(execution, records);
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
