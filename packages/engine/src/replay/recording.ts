/** What an execution that has ended left behind, as retries, reruns, forks and replays start from it. */
import { isTerminal, type JournalChunk, type JournalRecord } from '@navette/contracts';
import { findPlan } from '../compensation/compile-compensation.ts';
import { engineErrors } from '../errors.ts';
import type {
  DerivedExecution,
  ExecutionStore,
  NewExecution,
  VersionRecord,
  VersionSource,
} from '../ports.ts';

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

/** Throws EXECUTION_NOT_FOUND, EXECUTION_NOT_FINISHED, EXECUTION_DATA_GONE, EXECUTION_COMPENSATING. */
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
  if (!version || chunks.length === 0) throw engineErrors.create('EXECUTION_DATA_GONE');
  const records = chunks.flatMap((chunk) => chunk.records);
  const undone =
    execution.mode === 'compensation' ? new Set<string>() : await readUndone(store, projectId, executionId);
  return { execution: execution as Recording['execution'], version, chunks, records, undone };
}

/**
 * The steps that the compensation of an execution undid. One that has not succeeded leaves open what is undone: nothing
 * may build on the execution until it has, or a retry of it has.
 */
async function readUndone(
  store: ExecutionStore,
  projectId: string,
  executionId: string,
): Promise<ReadonlySet<string>> {
  const compensations = await listCompensations(store, projectId, executionId);
  if (compensations.length === 0) return new Set();
  const done = compensations.find((one) => one.status === 'succeeded');
  if (!done) throw engineErrors.create('EXECUTION_COMPENSATING');
  return new Set((findPlan(await store.readJournal(done.id)) ?? []).map((step) => step.undoes));
}

/** The compensation of an execution, and the retries of it. */
async function listCompensations(
  store: ExecutionStore,
  projectId: string,
  executionId: string,
): Promise<DerivedExecution[]> {
  const found: DerivedExecution[] = [];
  const open = [executionId];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    const derived = await store.listDerived(projectId, id);
    const compensations = derived.filter((one) => one.mode === 'compensation');
    found.push(...compensations);
    open.push(...compensations.map((one) => one.id));
  }
  return found;
}
