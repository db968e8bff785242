/** What waits for the journal writer. */
import type { JournalWrite, WriteResult } from '@navette/engine';
import type { EncodedCreate } from '../payload/write-encoder.ts';

/** Who waits for a write. */
export class Answer {
  readonly #promise = Promise.withResolvers<WriteResult>();
  readonly since = Date.now();
  given = false;

  get promise(): Promise<WriteResult> {
    return this.#promise.promise;
  }

  resolve(result: WriteResult): void {
    this.given = true;
    this.#promise.resolve(result);
  }

  reject(error: unknown): void {
    this.given = true;
    this.#promise.reject(error);
  }
}

export type Job =
  | { kind: 'write'; write: JournalWrite; answer: Answer }
  | ({ kind: 'create'; answer: Answer } & EncodedCreate);
export type WriteJob = Extract<Job, { kind: 'write' }>;
export type CreateJob = Extract<Job, { kind: 'create' }>;

/** Whether nobody has been told of the execution. */
export function isCreate(job: Job): boolean {
  return job.kind === 'create' || job.write.create !== undefined;
}

export function countRecords(job: Job): number {
  return job.kind === 'create' ? job.records.length : job.write.records.length;
}

/** Whether a write changes more than its execution and journal: children, a parent, messages. */
export function touchesOthers({ children, wakeParent, cancelChildren, mail }: JournalWrite): boolean {
  return (
    children !== undefined || wakeParent !== undefined || cancelChildren !== undefined || mail !== undefined
  );
}

export function groupByWorker(jobs: readonly WriteJob[]): WriteJob[][] {
  const groups = new Map<string, WriteJob[]>();
  for (const job of jobs) {
    const group = groups.get(job.write.workerId);
    if (group) group.push(job);
    else groups.set(job.write.workerId, [job]);
  }
  return [...groups.values()];
}
