/** A step as the page shows it: the server's view, overlaid by what the live stream has told since. */
import type { ExecutionDetail, ExecutionStatus, Step, StepStatus, WorkflowNode } from '@navette/contracts';
import {
  type Attempt,
  compareEventIds,
  type ExecutionHistory,
  type StepHistory,
} from './execution-history.ts';
import { nodeIdOfPath } from './step-path.ts';

export interface StepView extends Step {
  logs: ShownLogLine[];
  tries: readonly Attempt[];
  itemsDone: number;
  itemsFailed: number;
  pinned: boolean;
}

/** While the step is at work, lines may be left out. */
export type ShownLogLine = Step['logs'][number] & { leftOut?: number };

/**
 * The steps of both views. The live one counts only once it has caught up with the server's. A node of a loop that has no
 * step yet stands for itself.
 */
export function mergeSteps(
  detail: ExecutionDetail,
  history: ExecutionHistory,
  nodes: ReadonlyMap<string, WorkflowNode>,
): StepView[] {
  const live = isCaughtUp(detail, history) ? history.steps : new Map<string, StepHistory>();
  const merged = new Map<string, StepView>();
  for (const step of detail.steps) {
    const isGathered = live.size > 0 && step.path.includes('/') && !live.has(step.path);
    if (isGathered) continue;
    merged.set(step.path, overlayStep(step, history.steps.get(step.path), live.has(step.path)));
  }
  for (const step of live.values()) {
    if (merged.has(step.path)) continue;
    merged.set(step.path, overlayStep(createPendingStep(step, nodes), step, true));
  }
  const isWaiting = statusOf(detail, history) === 'waiting';
  const views = [...merged.values()].map((view) => (isWaiting ? toParked(view) : view));
  const inPasses = new Set(views.filter(({ path }) => path.includes('/')).map(({ nodeId }) => nodeId));
  return views.filter(({ path, nodeId }) => path !== nodeId || !inPasses.has(nodeId)).sort(byStart);
}

function statusOf(detail: ExecutionDetail, history: ExecutionHistory): ExecutionStatus {
  return isCaughtUp(detail, history) ? (history.status ?? detail.status) : detail.status;
}

/** While an execution waits nothing of it is at work: a program that is not over waits for its calls. */
function toParked(view: StepView): StepView {
  return view.status === 'running' && view.nodeType === 'program' ? { ...view, status: 'waiting' } : view;
}

function isCaughtUp(detail: ExecutionDetail, history: ExecutionHistory): boolean {
  return history.lastEventId !== undefined && compareEventIds(history.lastEventId, detail.lastEventId) >= 0;
}

function overlayStep(step: Step, live: StepHistory | undefined, trusted: boolean): StepView {
  const extras = {
    tries: live?.attempts ?? [],
    itemsDone: live?.itemsDone ?? 0,
    itemsFailed: live?.itemsFailed ?? 0,
    pinned: live?.pinned ?? false,
  };
  if (!live || !trusted) return { ...step, ...extras };
  return {
    ...step,
    ...extras,
    status: live.status,
    attempts: Math.max(live.attemptCount, live.attempts.length === 0 ? 0 : 1),
    startedAt: toIso(live.startedAt) ?? step.startedAt,
    finishedAt: toIso(live.endedAt),
    wakeAt: toIso(live.wakeAt),
    error: (live.error as Step['error']) ?? null,
    outputCounts: live.outputCounts,
    reused: live.reused,
    childExecutionId: live.childId ?? step.childExecutionId,
    logs: live.logs.map((log) => ({ ...log, at: new Date(log.at).toISOString() })),
  };
}

function createPendingStep({ path, call }: StepHistory, nodes: ReadonlyMap<string, WorkflowNode>): Step {
  const nodeId = nodeIdOfPath(path);
  const node = nodes.get(nodeId);
  return {
    path,
    nodeId,
    nodeName: node?.name ?? call?.name ?? nodeId.replace(/^@/, ''),
    nodeType: node?.type ?? call?.nodeType ?? '',
    status: 'pending' satisfies StepStatus,
    attempts: 0,
    startedAt: null,
    finishedAt: null,
    wakeAt: null,
    error: null,
    outputCounts: {},
    reused: false,
    childExecutionId: null,
    logs: [],
  };
}

function byStart(a: StepView, b: StepView): number {
  return startOf(a) - startOf(b);
}

function startOf(step: StepView): number {
  return step.startedAt === null ? Number.MAX_SAFE_INTEGER : Date.parse(step.startedAt);
}

function toIso(ms: number | undefined): string | null {
  return ms === undefined ? null : new Date(ms).toISOString();
}
