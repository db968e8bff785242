import { shortBoundsMs, Tally } from './tally.ts';

export type OperationStatus = 'ok' | 'fenced' | 'duplicate' | 'error';

export class OperationTally {
  readonly statuses = new Map<OperationStatus, number>();
  readonly durationMs = new Tally(shortBoundsMs);
}

const batchBounds = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1_024] as const;

/** What the engine asked of its store, and how the journal writer grouped it. */
export class StoreCounts {
  /** By name: a method of the store. */
  readonly operations = new Map<string, OperationTally>();
  /** Writes that shared a commit. */
  readonly batchWrites = new Tally(batchBounds);
  /** From sending a batch to the answer that it is committed, in milliseconds. */
  readonly commitMs = new Tally(shortBoundsMs);

  addOperation(operation: string, status: OperationStatus, durationMs: number): void {
    let tally = this.operations.get(operation);
    if (!tally) {
      tally = new OperationTally();
      this.operations.set(operation, tally);
    }
    tally.statuses.set(status, (tally.statuses.get(status) ?? 0) + 1);
    tally.durationMs.add(durationMs);
  }

  addBatch(writes: number, durationMs: number): void {
    this.batchWrites.add(writes);
    this.commitMs.add(durationMs);
  }
}
