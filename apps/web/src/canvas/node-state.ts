/** What the canvas shows on a node and its edges while an execution runs: the steps of a node taken together. */
import type { StepStatus, WorkflowDefinition, WorkflowEdge } from '@navette/contracts';

export interface StepState {
  nodeId: string;
  path: string;
  status: StepStatus;
  attempts: number;
  startedAt: string | null;
  finishedAt: string | null;
  outputCounts: Readonly<Record<string, number>>;
}

export interface NodeState {
  status: StepStatus;
  attempts: number;
  /** Passes, in a loop. */
  passes: number;
  /** In how many loops, one in the other, its steps lie. */
  depth: number;
  durationMs: number | undefined;
  outputCounts: ReadonlyMap<string, number>;
}

/** Most telling first: a node with one running pass among twenty finished ones is running. */
const byUrgency: readonly StepStatus[] = [
  'running',
  'retrying',
  'waiting',
  'failed',
  'cancelled',
  'succeeded',
  'pending',
  'skipped',
];

/** Steps of a node that ended well and are not listed, taken together. */
export interface EarlierSteps {
  nodeId: string;
  count: number;
  durationMs: number;
  outputCounts: Readonly<Record<string, number>>;
}

export function toNodeStates(
  steps: readonly StepState[],
  earlier: ReadonlyMap<string, EarlierSteps> = new Map(),
): Map<string, NodeState> {
  const states = new Map<string, NodeState>();
  for (const { nodeId, count, durationMs, outputCounts } of earlier.values()) {
    const counts = new Map(Object.entries(outputCounts));
    states.set(nodeId, {
      status: 'succeeded',
      attempts: 1,
      passes: count,
      depth: 0,
      durationMs,
      outputCounts: counts,
    });
  }
  for (const step of steps) {
    const before = states.get(step.nodeId);
    const duration =
      step.startedAt && step.finishedAt
        ? Date.parse(step.finishedAt) - Date.parse(step.startedAt)
        : undefined;
    const counts = new Map(before?.outputCounts);
    for (const [port, count] of Object.entries(step.outputCounts)) {
      counts.set(port, (counts.get(port) ?? 0) + count);
    }
    states.set(step.nodeId, {
      status: before ? moreUrgent(before.status, step.status) : step.status,
      attempts: Math.max(before?.attempts ?? 0, step.attempts),
      passes: (before?.passes ?? 0) + 1,
      depth: Math.max(before?.depth ?? 0, step.path.split('/').length - 1),
      durationMs: duration === undefined ? before?.durationMs : (before?.durationMs ?? 0) + duration,
      outputCounts: counts,
    });
  }
  return states;
}

function moreUrgent(a: StepStatus, b: StepStatus): StepStatus {
  return byUrgency.indexOf(a) <= byUrgency.indexOf(b) ? a : b;
}

/** The output port that an edge leaves by: error edges leave by the error port, whatever they say. */
export function portOfEdge(edge: WorkflowEdge): string {
  return edge.kind === 'error' ? 'error' : edge.fromPort;
}

export interface EdgeState {
  /** Items that went over it; undefined before its source has ended. */
  count: number | undefined;
  /** Items are on their way: the target works on them. */
  active: boolean;
  /** It leads into the body of a loop, which was entered: how many items went over it is not recorded. */
  entered: boolean;
}

export function toEdgeStates(
  definition: WorkflowDefinition,
  nodes: ReadonlyMap<string, NodeState>,
): EdgeState[] {
  return definition.edges.map((edge) => {
    const source = nodes.get(edge.from);
    const target = nodes.get(edge.to);
    const entered = source !== undefined && target !== undefined && target.depth > source.depth;
    const ended = source?.status === 'succeeded' || source?.status === 'failed' || (source?.passes ?? 0) > 1;
    const count = ended && !entered ? (source?.outputCounts.get(portOfEdge(edge)) ?? 0) : undefined;
    const busy =
      target?.status === 'running' || target?.status === 'retrying' || target?.status === 'waiting';
    return { count, active: busy && (entered || (count ?? 0) > 0), entered };
  });
}
