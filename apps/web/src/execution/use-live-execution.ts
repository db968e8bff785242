import { type ExecutionDetail, isTerminal, routes, type WorkflowDefinition } from '@navette/contracts';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useEffectEvent, useMemo, useState } from 'react';
import { isProblem } from '../api/api-problem.ts';
import { formatRouteUrl } from '../api/call-route.ts';
import { openEventStream, type StreamState } from '../api/event-stream.ts';
import { executionQuery, versionQuery } from '../api/queries.ts';
import { type NodeState, toNodeStates } from '../canvas/node-state.ts';
import { type ConsolePart, parseConsolePart } from './console-lines.ts';
import {
  applyConsolePart,
  applyLiveEvents,
  type ExecutionHistory,
  emptyHistory,
} from './execution-history.ts';
import { type LiveEvent, parseLiveEvent } from './live-record.ts';
import { mergeSteps, type StepView } from './step-view.ts';

export interface LiveExecution {
  detail: ExecutionDetail | undefined;
  error: Error | null;
  refetch(): void;
  history: ExecutionHistory;
  /** The definition that it runs; undefined while it is read, and when it was deleted. */
  definition: WorkflowDefinition | undefined;
  definitionGone: boolean;
  steps: readonly StepView[];
  nodeStates: ReadonlyMap<string, NodeState>;
  stream: StreamState;
}

const noSteps: readonly StepView[] = [];
const batchMs = 60;

/** An execution as it happens: what the server knows, kept current by its event stream until it ends. */
export function useLiveExecution(executionId: string | undefined): LiveExecution {
  const client = useQueryClient();
  const query = useQuery({ ...executionQuery(executionId ?? ''), enabled: executionId !== undefined });
  const detail = executionId === undefined ? undefined : query.data;
  const version = useQuery({
    ...versionQuery(detail?.workflowId ?? '', detail?.versionId ?? ''),
    enabled: detail !== undefined,
  });
  const { history, stream } = useExecutionHistory(executionId, () => {
    void client.invalidateQueries({ queryKey: ['executions', 'detail', executionId] });
    void client.invalidateQueries({ queryKey: ['executions', 'artifacts', executionId] });
    void client.invalidateQueries({ queryKey: ['executions', 'step', executionId] });
  });
  const definition = version.data?.definition;
  const steps = useMemo(() => {
    if (!detail) return noSteps;
    return mergeSteps(detail, history, new Map(definition?.nodes.map((node) => [node.id, node])));
  }, [detail, history, definition]);
  const nodeStates = useMemo(() => toNodeStates(steps, history.earlier), [steps, history.earlier]);
  return {
    detail: detail && overlayStatus(detail, history),
    error: query.error,
    refetch: () => void query.refetch(),
    history,
    definition,
    definitionGone: isProblem(version.error) && version.error.status === 404,
    steps,
    nodeStates,
    stream,
  };
}

/** Reads the journal from its start and follows it; tells once when the execution has ended. */
function useExecutionHistory(executionId: string | undefined, onFinished: () => void) {
  const [history, setHistory] = useState<ExecutionHistory>(emptyHistory);
  const [stream, setStream] = useState<StreamState>('connecting');
  const tellFinished = useEffectEvent(onFinished);
  useEffect(() => {
    setHistory(emptyHistory);
    if (executionId === undefined) return;
    let batch: (LiveEvent | ConsolePart)[] = [];
    let timer: ReturnType<typeof setTimeout> | undefined;
    const flush = () => {
      timer = undefined;
      const events = batch;
      batch = [];
      setHistory((before) => applyAll(before, events));
    };
    const close = openEventStream({
      url: (after) => formatRouteUrl(routes.streamExecution, { params: { executionId }, query: { after } }),
      types: ['console'],
      onState: setStream,
      onEvent(type, data) {
        const event = type === 'console' ? parseConsolePart(data) : parseLiveEvent(data);
        if (!event) return;
        batch.push(event);
        timer ??= setTimeout(flush, batchMs);
        if (!('record' in event) || event.record.type !== 'execution-finished') return;
        close();
        tellFinished();
      },
    });
    return () => {
      clearTimeout(timer);
      close();
    };
  }, [executionId]);
  return { history, stream };
}

/** In their order; records that follow each other at once. */
function applyAll(history: ExecutionHistory, events: readonly (LiveEvent | ConsolePart)[]): ExecutionHistory {
  let next = history;
  let records: LiveEvent[] = [];
  for (const event of events) {
    if ('record' in event) {
      records.push(event);
      continue;
    }
    next = applyConsolePart(applyLiveEvents(next, records), event);
    records = [];
  }
  return applyLiveEvents(next, records);
}

/** The stream is ahead of the last read: its status counts until the next read. */
function overlayStatus(detail: ExecutionDetail, history: ExecutionHistory): ExecutionDetail {
  if (isTerminal(detail.status) || history.status === undefined || detail.status === history.status)
    return detail;
  if (!isTerminal(history.status) && detail.status !== 'queued') return detail;
  return {
    ...detail,
    status: history.status,
    startedAt: detail.startedAt ?? toIso(history.startedAt),
    finishedAt: toIso(history.endedAt) ?? detail.finishedAt,
    error: (history.error as ExecutionDetail['error']) ?? detail.error,
    reason: null,
  };
}

function toIso(ms: number | undefined): string | null {
  return ms === undefined ? null : new Date(ms).toISOString();
}
