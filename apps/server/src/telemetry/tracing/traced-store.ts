/** The engine's store, watched for what executions do: the journal tells everything that spans are made of. */
import type { JournalRecord } from '@navette/contracts';
import type { ExecutionStore, JournalWrite, NewExecution, WriteResult } from '@navette/engine';
import type { ExecutionTraces } from './execution-traces.ts';
import { preciseNow } from './span.ts';
import { encodeTraceParent } from './trace-context.ts';

export function createTracedStore(inner: ExecutionStore, traces: ExecutionTraces): ExecutionStore {
  const watched: Pick<ExecutionStore, 'write' | 'claim' | 'readJournal' | 'readJournals'> = {
    write: (write) => traceWrite(inner, traces, write),
    async claim(options) {
      const claimed = await inner.claim(options);
      for (const execution of claimed) {
        // Whatever a former owner in this process knew.
        traces.close(execution.id);
        traces.open(execution, []);
      }
      return claimed;
    },
    async readJournal(executionId, afterSeq) {
      const chunks = await inner.readJournal(executionId, afterSeq);
      if (!afterSeq) traces.resume(executionId, chunks);
      return chunks;
    },
    async readJournals(executionIds) {
      const journals = await inner.readJournals(executionIds);
      for (const [id, chunks] of journals) traces.resume(id, chunks);
      return journals;
    },
  };
  return new Proxy(inner, {
    get(target, name) {
      if (Object.hasOwn(watched, name)) return watched[name as keyof typeof watched];
      const value: unknown = Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

function traceWrite(
  inner: ExecutionStore,
  traces: ExecutionTraces,
  write: JournalWrite,
): Promise<WriteResult> {
  const { create, execution, handover, records } = write;
  if (!execution) return inner.write(write);
  if (create) traces.open(execution, records);
  const startMs = preciseNow();
  const result = inner.write(withTracedChildren(write, traces));
  const { id } = execution;
  const settle = (errorCode: string | undefined) => {
    traces.addCommit(id, { startMs, endMs: preciseNow(), records: records.length, errorCode });
    if (errorCode === undefined) traces.add(id, records);
    if (errorCode !== undefined || handover) traces.close(id);
  };
  result.then(
    ({ outcome }) => settle(outcome === 'written' ? undefined : outcome),
    // The caller gets the same error, and handles it.
    () => settle('error'),
  );
  return result;
}

/** What an execution starts belongs to its trace, below the step that started it. */
function withTracedChildren(write: JournalWrite, traces: ExecutionTraces): JournalWrite {
  if (!write.children) return write;
  const children = write.children.map(({ execution, records, ...child }) => {
    const context = traces.contextWithin(write.executionId, execution.parentPath);
    const traced = context ? addTrace(records, execution, encodeTraceParent(context)) : records;
    return { ...child, execution, records: traced };
  });
  return { ...write, children };
}

function addTrace(
  records: readonly JournalRecord[],
  { triggerNodeId }: NewExecution,
  trace: string,
): JournalRecord[] {
  return records.map((record) =>
    record.type === 'step-completed' && record.path === triggerNodeId ? { trace, ...record } : record,
  );
}
