/** The journal as people read it: steps with their state, inputs and outputs. Pure. */
import type { JournalChunk, Step, StepData, StepStatus } from '@navette/contracts';
import { encodeId } from '@navette/kit';
import { planGraph } from '../compensation/compile-compensation.ts';
import { compileWorkflow } from '../graph/compile.ts';
import type { NodeTypes, VersionRecord } from '../ports.ts';
import { ExecutionState, type StepState } from './execution-state.ts';

/** The state that the chunks lead to. Throws WORKFLOW_INVALID when this server lacks a node type of the version. */
export function foldJournal(
  version: VersionRecord,
  nodeTypes: NodeTypes,
  triggerNodeId: string,
  chunks: readonly JournalChunk[],
): ExecutionState {
  const workflow = planGraph(compileWorkflow(version, nodeTypes), triggerNodeId, chunks);
  const state = new ExecutionState(workflow, triggerNodeId);
  for (const chunk of chunks) for (const record of chunk.records) state.apply(record);
  return state;
}

/** Every node of the version with what became of it, in the order of the definition. */
export function viewSteps(state: ExecutionState): Step[] {
  return state.workflow.nodes.map((node) => {
    const step = state.step(node.index);
    return {
      path: node.node.id,
      nodeId: node.node.id,
      nodeName: node.node.name,
      nodeType: node.node.type,
      status: viewStatus(state, step),
      attempts: step ? step.attempts || step.failedAttempts + (step.inFlight ? 1 : 0) : 0,
      startedAt: viewTime(step?.startedAt),
      finishedAt: viewTime(step?.finishedAt),
      wakeAt: viewTime(step?.wakeAt),
      error: step?.error
        ? { ...step.error, issues: step.error.issues ? [...step.error.issues] : undefined }
        : null,
      outputCounts: countOutputs(step),
      reused: step?.reused ?? false,
      childExecutionId: step?.childId ? encodeId('execution', step.childId) : null,
      logs: (step?.logs ?? []).map((log) => ({ at: new Date(log.at).toISOString(), message: log.message })),
    };
  });
}

/** What went into a step and what came out; undefined when the workflow has no such step. */
export function viewStepData(state: ExecutionState, path: string): StepData | undefined {
  const index = state.workflow.indexById.get(path);
  if (index === undefined) return undefined;
  const step = state.step(index);
  return {
    path,
    inputs: Object.fromEntries([...state.inputsOf(index)].map(([port, items]) => [port, [...items]])),
    outputs: step?.outputs ?? {},
  };
}

/** After the end nothing runs any more: what had not ended was cancelled with the execution. */
function viewStatus(state: ExecutionState, step: StepState | undefined): StepStatus {
  const status = step?.status ?? 'pending';
  const open = status === 'running' || status === 'retrying' || status === 'waiting';
  return state.status.ended && open ? 'cancelled' : status;
}

function countOutputs(step: StepState | undefined): Record<string, number> {
  return Object.fromEntries(Object.entries(step?.outputs ?? {}).map(([port, items]) => [port, items.length]));
}

function viewTime(ms: number | undefined): string | null {
  return ms === undefined ? null : new Date(ms).toISOString();
}
