/** The spans that end with a record of the journal. */
import type { JournalRecord } from '@navette/contracts';
import type { NewExecution } from '@navette/engine';
import { encodeId } from '@navette/kit';
import { stepNodeIdOf } from '../step-node-id.ts';
import type { Span } from './span.ts';
import { deriveSpanId, type TraceContext } from './trace-context.ts';

/** What is known of an execution that runs here. */
export interface RecordSource {
  readonly execution: NewExecution;
  context: TraceContext;
  /** When an attempt began, by step and item. */
  readonly attempts: Map<string, number>;
}

type RecordOf<T extends JournalRecord['type']> = Extract<JournalRecord, { type: T }>;
type EndOfStep = RecordOf<'step-completed' | 'step-failed'>;
type EndOfAttempt = EndOfStep | RecordOf<'attempt-failed' | 'item-completed' | 'item-failed'>;

export function spanIdOfExecution(executionId: string): string {
  return deriveSpanId(executionId);
}

export function spanIdOfStep(executionId: string, path: string): string {
  return deriveSpanId(executionId, path);
}

/** Remembers when attempts begin, so that their ends have a start. */
export function noteAttempt({ attempts }: RecordSource, record: JournalRecord): void {
  if (record.type === 'step-started') attempts.set(attemptKey(record.path, record.item), record.at);
  else if (isEndOfAttempt(record)) attempts.delete(attemptKey(record.path, itemOf(record)));
}

/** `types` gives the type of a node by its id. */
export function createRecordSpans(
  source: RecordSource,
  record: JournalRecord,
  types: ReadonlyMap<string, string>,
): Span[] {
  if (record.type === 'execution-started') return createQueueSpans(source, record);
  if (record.type === 'execution-finished') return [createExecutionSpan(source, record)];
  if (!isEndOfAttempt(record)) return [];
  const isEnd = record.type === 'step-completed' || record.type === 'step-failed';
  if (isEnd && record.path === source.execution.triggerNodeId) return [];
  if (record.type === 'step-completed' && record.reused) return [];
  const type = types.get(stepNodeIdOf(record.path)) ?? 'unknown';
  return [
    ...createAttemptSpans(source, record, type),
    ...(isEnd ? [createStepSpan(source, record, type)] : []),
  ];
}

function createExecutionSpan(
  { context, execution }: RecordSource,
  { at, error, status }: RecordOf<'execution-finished'>,
): Span {
  return {
    traceId: context.traceId,
    spanId: spanIdOfExecution(execution.id),
    parentSpanId: context.spanId,
    name: `execution ${execution.mode}`,
    kind: 'internal',
    startMs: execution.createdAt,
    endMs: at,
    attributes: { ...describeExecution(execution), 'navette.execution.status': status },
    errorCode: error?.code,
  };
}

/** Nothing for an execution that ran at once. */
function createQueueSpans(
  { context, execution }: RecordSource,
  { at, fence }: RecordOf<'execution-started'>,
): Span[] {
  if (fence !== 1 || at <= execution.createdAt) return [];
  return [
    {
      traceId: context.traceId,
      spanId: deriveSpanId(execution.id, 'queue', 1),
      parentSpanId: spanIdOfExecution(execution.id),
      name: 'queue',
      kind: 'internal',
      startMs: execution.createdAt,
      endMs: at,
      attributes: describeExecution(execution),
    },
  ];
}

function createStepSpan({ context, execution }: RecordSource, record: EndOfStep, type: string): Span {
  return {
    traceId: context.traceId,
    spanId: spanIdOfStep(execution.id, record.path),
    parentSpanId: spanIdOfExecution(execution.id),
    name: `step ${type}`,
    kind: 'internal',
    startMs: record.startedAt,
    endMs: record.at,
    attributes: { ...describeStep(execution, record.path, type), 'navette.step.attempts': record.attempts },
    errorCode: record.error?.code,
  };
}

/** Attempts whose beginning was worth a record: effects, repeated tries, work with a time limit. */
function createAttemptSpans(source: RecordSource, record: EndOfAttempt, type: string): Span[] {
  const { attempts, context, execution } = source;
  const item = itemOf(record);
  const startMs = attempts.get(attemptKey(record.path, item));
  if (startMs === undefined) return [];
  const attempt = 'attempt' in record ? record.attempt : record.attempts;
  const errorCode = 'error' in record ? record.error?.code : undefined;
  return [
    {
      traceId: context.traceId,
      spanId: deriveSpanId(execution.id, record.path, attempt, item ?? ''),
      parentSpanId: spanIdOfStep(execution.id, record.path),
      name: `attempt ${type}`,
      kind: 'internal',
      startMs,
      endMs: record.at,
      attributes: {
        ...describeStep(execution, record.path, type),
        'navette.attempt': attempt,
        ...(item === undefined ? {} : { 'navette.item': item }),
      },
      errorCode,
    },
  ];
}

function describeExecution({ id, mode, workflowId }: NewExecution): Record<string, string> {
  return {
    'navette.execution.id': encodeId('execution', id),
    'navette.workflow.id': encodeId('workflow', workflowId),
    'navette.execution.mode': mode,
  };
}

function describeStep(execution: NewExecution, path: string, type: string): Record<string, string> {
  return { ...describeExecution(execution), 'navette.step.path': path, 'navette.node.type': type };
}

function isEndOfAttempt(record: JournalRecord): record is EndOfAttempt {
  return (
    record.type === 'step-completed' ||
    record.type === 'step-failed' ||
    record.type === 'attempt-failed' ||
    record.type === 'item-completed' ||
    record.type === 'item-failed'
  );
}

function itemOf(record: EndOfAttempt): number | undefined {
  return 'item' in record ? record.item : undefined;
}

function attemptKey(path: string, item: number | undefined): string {
  return item === undefined ? path : `${path}\n${item}`;
}
