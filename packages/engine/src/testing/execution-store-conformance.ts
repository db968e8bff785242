/** What every ExecutionStore must do. A store's test calls `describeExecutionStore` with a way to make one. */
import { describe } from 'vitest';
import { describeCancels } from './store-conformance/cancels.ts';
import { describeChildren } from './store-conformance/children.ts';
import { describeClaims } from './store-conformance/claims.ts';
import { describeCreates } from './store-conformance/creates.ts';
import { describeFences } from './store-conformance/fences.ts';
import { describeLimits } from './store-conformance/limits.ts';
import { createStoreBench, type StoreUnderTest } from './store-conformance/store-bench.ts';
import { describeWaits } from './store-conformance/waits.ts';

export { newExecution } from './new-execution.ts';

export function describeExecutionStore(name: string, open: () => Promise<StoreUnderTest>): void {
  describe(`${name}: execution store`, () => {
    const bench = createStoreBench(open);
    // In this order: some look at all that is queued, and would see what others leave.
    describeClaims(bench);
    describeCreates(bench);
    describeFences(bench);
    describeWaits(bench);
    describeChildren(bench);
    describeCancels(bench);
    describeLimits(bench);
  });
}
