/**
 * Makes spans of what executions write to their journal. Spans are made when things have ended, from the times that the
 * journal has, under ids that follow from the execution and the step: so a step's span has the same parent whichever
 * process ran it, and nothing is carried through the engine.
 *
 * Owns: the context and the open attempts of each execution that this process runs.
 *
 * T1. Spans of a record are made after the commit that holds it.
 * T2. The context of an execution is the one that its first chunk holds (`trace` of the trigger's record); without it,
 *     it follows from the id. Every process comes to the same.
 * T3. Memory is bounded: an execution is forgotten when it is handed over, and the oldest ones when there are too many.
 */
import type { JournalChunk, JournalRecord } from '@navette/contracts';
import type { NewExecution } from '@navette/engine';
import type { NodeTypeNames } from './node-type-names.ts';
import {
  createRecordSpans,
  noteAttempt,
  type RecordSource,
  spanIdOfExecution,
  spanIdOfStep,
} from './record-spans.ts';
import type { SpanSink } from './span.ts';
import {
  deriveSpanId,
  deriveTraceId,
  isSampled,
  parseTraceParent,
  type TraceContext,
} from './trace-context.ts';

export interface ExecutionTracesOptions {
  sink: SpanSink;
  nodeTypes: NodeTypeNames;
  /** Share of traces, begun here, whose spans are sent. */
  sampleRatio: number;
}

export interface CommitTimes {
  startMs: number;
  endMs: number;
  /** Of the journal. */
  records: number;
  errorCode?: string | undefined;
}

const mostActive = 20_000;

export class ExecutionTraces {
  readonly #options: ExecutionTracesOptions;
  readonly #active = new Map<string, RecordSource>();

  constructor(options: ExecutionTracesOptions) {
    this.#options = options;
  }

  /** An execution is about to run here; `records` are its first, when they are known. */
  open(execution: NewExecution, records: readonly JournalRecord[]): void {
    if (this.#active.has(execution.id)) return;
    const context = this.#contextOf(execution, records);
    this.#active.set(execution.id, { execution, context, attempts: new Map() });
    if (this.#active.size > mostActive) this.#active.delete(this.#active.keys().next().value!);
  }

  /** Its journal was read so that it can go on here. */
  resume(executionId: string, chunks: readonly JournalChunk[]): void {
    const source = this.#active.get(executionId);
    if (!source) return;
    const records = chunks.flatMap((chunk) => chunk.records);
    source.context = this.#contextOf(source.execution, records);
    for (const record of records) noteAttempt(source, record);
  }

  /** It does not run here any more. */
  close(executionId: string): void {
    this.#active.delete(executionId);
  }

  /** The context for what happens inside a step that runs here; null: inside the execution as a whole. */
  contextWithin(executionId: string, path: string | null): (TraceContext & { spanId: string }) | undefined {
    const source = this.#active.get(executionId);
    const spanId = path === null ? spanIdOfExecution(executionId) : spanIdOfStep(executionId, path);
    return source && { ...source.context, spanId };
  }

  /** Records of an execution that runs here were committed. */
  add(executionId: string, records: readonly JournalRecord[]): void {
    const source = this.#active.get(executionId);
    if (!source?.context.sampled || records.length === 0) return;
    const { nodeTypes, sink } = this.#options;
    void nodeTypes.read(source.execution).then((types) => {
      for (const record of records) {
        for (const span of createRecordSpans(source, record, types)) sink.add(span);
        noteAttempt(source, record);
      }
    });
  }

  /** A write of its journal, whatever came of it. */
  addCommit(executionId: string, { startMs, endMs, records, errorCode }: CommitTimes): void {
    const source = this.#active.get(executionId);
    if (!source?.context.sampled) return;
    this.#options.sink.add({
      traceId: source.context.traceId,
      spanId: deriveSpanId(executionId, 'commit', startMs),
      parentSpanId: spanIdOfExecution(executionId),
      name: 'journal commit',
      kind: 'client',
      startMs,
      endMs,
      attributes: { 'db.system.name': 'postgresql', 'navette.journal.records': records },
      errorCode,
    });
  }

  #contextOf(execution: NewExecution, records: readonly JournalRecord[]): TraceContext {
    for (const record of records) {
      if (record.type !== 'step-completed' || record.path !== execution.triggerNodeId) continue;
      const given = record.trace === undefined ? undefined : parseTraceParent(record.trace);
      if (given) return given;
      break;
    }
    const traceId = deriveTraceId(execution);
    return { traceId, spanId: undefined, sampled: isSampled(traceId, this.#options.sampleRatio) };
  }
}
