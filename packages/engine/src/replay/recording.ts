/** What an execution that has ended left behind, as retries, reruns, forks and replays start from it. */
import { isTerminal, type JournalChunk, type JournalRecord } from '@navette/contracts';
import { engineErrors } from '../errors.ts';
import type { ExecutionStore, NewExecution, VersionRecord, VersionSource } from '../ports.ts';

export interface Recording {
  execution: NewExecution & { status: 'succeeded' | 'failed' | 'cancelled' };
  version: VersionRecord;
  chunks: readonly JournalChunk[];
  /** Of all chunks, in order. */
  records: readonly JournalRecord[];
  /** Paths of steps whose effects a compensation has undone: they are not there to be built on. */
  undone: ReadonlySet<string>;
}

interface RecordingSource {
  store: ExecutionStore;
  versions: VersionSource;
}

/** Throws EXECUTION_NOT_FOUND, EXECUTION_NOT_FINISHED, EXECUTION_DATA_DELETED, EXECUTION_COMPENSATING. */
export async function readRecording(
  { store, versions }: RecordingSource,
  projectId: string,
  executionId: string,
): Promise<Recording> {
  const execution = await store.readExecution(projectId, executionId);
  if (!execution) throw engineErrors.create('EXECUTION_NOT_FOUND');
  const { status } = execution;
  if (!isTerminal(status)) throw engineErrors.create('EXECUTION_NOT_FINISHED', { params: { status } });
  const version = await versions.read(projectId, execution.versionId);
  const chunks = await store.readJournal(executionId);
  if (!version || chunks.length === 0) throw engineErrors.create('EXECUTION_DATA_DELETED');
  const records = chunks.flatMap((chunk) => chunk.records);
  const undone = await readUndone(store, projectId, records);
  return { execution: execution as Recording['execution'], version, chunks, records, undone };
}

/**
 * The steps that the compensation of an execution undid. One that has not succeeded leaves open what is undone: nothing
 * may build on the execution until it has, or a retry of it has.
 */
async function readUndone(
  store: ExecutionStore,
  projectId: string,
  records: readonly JournalRecord[],
): Promise<ReadonlySet<string>> {
  const first = records
    .flatMap((record) => (record.type === 'execution-finished' ? (record.followUps ?? []) : []))
    .find((followUp) => followUp.kind === 'compensation' && 'executionId' in followUp);
  if (!first || !('executionId' in first)) return new Set();
  const { executionId } = first;
  if (!(await hasSucceeded(store, projectId, executionId))) {
    throw engineErrors.create('EXECUTION_COMPENSATING');
  }
  const plan = (await store.readJournal(executionId)).flatMap((chunk) => chunk.records);
  return new Set(
    plan.flatMap((record) =>
      record.type === 'execution-prepared' ? (record.compensations ?? []).map((step) => step.undoes) : [],
    ),
  );
}

/** Whether a compensation, or a retry of it, has succeeded. */
async function hasSucceeded(store: ExecutionStore, projectId: string, executionId: string): Promise<boolean> {
  const pending = [executionId];
  const seen = new Set<string>();
  for (let id = pending.pop(); id !== undefined; id = pending.pop()) {
    if (seen.has(id)) continue;
    seen.add(id);
    if ((await store.readOutcome(id))?.status === 'succeeded') return true;
    const derived = await store.listDerived(projectId, id);
    pending.push(...derived.filter((one) => one.mode === 'compensation').map((one) => one.id));
  }
  return false;
}
