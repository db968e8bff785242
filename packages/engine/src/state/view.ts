/** The journal as people read it: steps with their state, inputs and outputs. Pure. */
import type { JournalChunk, Step, StepData, StepDoubt, StepStatus } from '@navette/contracts';
import { encodeId } from '@navette/kit';
import { planGraph } from '../compensation/compile-compensation.ts';
import { type CompiledNode, compileWorkflow } from '../graph/compile.ts';
import type { NodeTypes, VersionRecord } from '../ports.ts';
import { ExecutionState } from './execution-state.ts';
import type { Passes } from './passes.ts';
import type { Scope } from './scope.ts';
import type { StepState } from './step-state.ts';

/** Passes of one loop that are shown when they have ended: the last ones, and the first that failed. */
const shownPasses = 25;
const shownFailedPasses = 25;
/** Steps inside of passes that are shown in all. */
const shownPassSteps = 1_000;
/** Calls of one program that are shown. */
const shownCalls = 1_000;

/**
 * The state that the chunks lead to. Throws WORKFLOW_INVALID when this server lacks a node type of the version.
 * @param path of a step that will be looked at; without it some of the ended passes are kept.
 */
export function foldJournal(
  version: VersionRecord,
  nodeTypes: NodeTypes,
  triggerNodeId: string,
  chunks: readonly JournalChunk[],
  path?: string,
): ExecutionState {
  const keepsPass = path === undefined ? keepSome : (scope: Scope) => path.startsWith(scope.prefix);
  const workflow = planGraph(compileWorkflow(version, nodeTypes), triggerNodeId, chunks);
  const state = new ExecutionState(workflow, triggerNodeId, { keepsPass });
  for (const chunk of chunks) for (const record of chunk.records) state.apply(record);
  return state;
}

function keepSome(scope: Scope, { kept }: Passes): boolean {
  if (hasFailed(scope)) return kept.filter(hasFailed).length < shownFailedPasses;
  const others = kept.filter((one) => !hasFailed(one));
  if (others.length >= shownPasses) kept.splice(kept.indexOf(others[0]!), 1);
  return true;
}

function hasFailed(scope: Scope): boolean {
  return scope.steps.some((step) => step?.status === 'failed');
}

/**
 * Every node of the version with what became of it, in the order of the definition. A node in a loop is there once for
 * each pass that is open or shown; before any, once.
 */
export function viewSteps(state: ExecutionState): Step[] {
  const inPasses = new Map<CompiledNode, Step[]>();
  for (const step of listPassSteps(state.root, shownPassSteps)) {
    const views = inPasses.get(step.node) ?? [];
    views.push(...viewWithCalls(state, step.node, step));
    inPasses.set(step.node, views);
  }
  const { durability } = state.workflow.version.definition.settings;
  return state.workflow.nodes.flatMap((node) => {
    // What was not recorded is not made up either.
    const isLost = viewStatus(state, node, state.root.steps[node.local]) === 'pending';
    if (durability === 'none' && state.status.ended && isLost) return [];
    if (!node.region.owner) return viewWithCalls(state, node, state.root.steps[node.local]);
    return inPasses.get(node) ?? viewStep(state, node, undefined);
  });
}

/** Steps of the passes in a scope, those of each pass followed by those of the loops in it. */
function listPassSteps(scope: Scope, limit: number): StepState[] {
  const steps: StepState[] = [];
  for (const { passes } of scope.steps.filter((step) => step !== undefined)) {
    if (!passes) continue;
    const scopes = new Set([...passes.kept, ...passes.open.values()]);
    for (const inner of [...scopes].sort((a, b) => a.pass - b.pass)) {
      if (steps.length >= limit) return steps;
      steps.push(...inner.steps.filter((step) => step !== undefined));
      steps.push(...listPassSteps(inner, limit - steps.length));
    }
  }
  return steps;
}

/** A program's calls follow it in the order in which it made them: the last ones, when they are many. */
function viewWithCalls(state: ExecutionState, node: CompiledNode, step: StepState | undefined): Step[] {
  const calls = step?.calls?.scope.steps.filter((call) => call !== undefined).slice(-shownCalls) ?? [];
  return [viewStep(state, node, step), ...calls.map((call) => viewStep(state, call.node, call))];
}

function viewStep(state: ExecutionState, node: CompiledNode, step: StepState | undefined): Step {
  const doubt = step && viewDoubt(state, step);
  return {
    path: step?.path ?? node.node.id,
    nodeId: node.node.id,
    nodeName: node.node.name,
    nodeType: node.node.type,
    status: viewStatus(state, node, step),
    attempts: countAttempts(step),
    startedAt: viewTime(step?.startedAt),
    finishedAt: viewTime(step?.finishedAt),
    wakeAt: viewTime(step?.wakeAt),
    error: step?.error
      ? { ...step.error, issues: step.error.issues ? [...step.error.issues] : undefined }
      : null,
    outputCounts: countOutputs(step),
    reused: step?.reused ?? false,
    childExecutionId: step?.childId ? encodeId('execution', step.childId) : null,
    ...(doubt ? { doubt } : {}),
    logs: (step?.logs ?? []).map((log) => ({ ...log, at: new Date(log.at).toISOString() })),
  };
}

/** What went into a step and what came out; undefined when the workflow has no such step. */
export function viewStepData(state: ExecutionState, path: string): StepData | undefined {
  const step = state.step(path);
  if (!step) {
    const node = state.workflow.nodes[state.workflow.indexById.get(path) ?? -1];
    return (
      node && { path, inputs: Object.fromEntries(node.inputPorts.map((port) => [port, []])), outputs: {} }
    );
  }
  return {
    path,
    inputs: Object.fromEntries([...state.inputsOf(step)].map(([port, items]) => [port, [...items]])),
    outputs: step.outputs ?? {},
  };
}

/**
 * After the end nothing runs any more: what had not ended was cancelled with the execution, and so were the steps of a
 * pass that failed. A node of a loop without any pass was skipped once the loop node is done.
 */
function viewStatus(state: ExecutionState, node: CompiledNode, step: StepState | undefined): StepStatus {
  if (!step && node.region.owner) return isLoopDone(state, node) ? 'skipped' : 'pending';
  const status = step?.status ?? 'pending';
  const open = status === 'running' || status === 'retrying' || status === 'waiting';
  return (state.status.ended || step?.scope.isOver) && open ? 'cancelled' : status;
}

function isLoopDone(state: ExecutionState, node: CompiledNode): boolean {
  let owner = node.region.owner!;
  while (owner.region.owner) owner = owner.region.owner;
  const status = state.root.steps[owner.local]?.status;
  return status === 'succeeded' || status === 'skipped';
}

function countOutputs(step: StepState | undefined): Record<string, number> {
  return Object.fromEntries(Object.entries(step?.outputs ?? {}).map(([port, items]) => [port, items.length]));
}

/** What people are asked about a step; undefined when they are not, or when an answer is of no use any more. */
export function viewDoubt(state: ExecutionState, { scope, status, wait }: StepState): StepDoubt | undefined {
  const isOpen = status === 'waiting' && !state.status.ended && !scope.isOver;
  if (!isOpen || wait?.awaits?.kind !== 'doubt') return undefined;
  const { question, begunAt, items, keys } = wait.awaits;
  const askedAt = new Date(wait.at).toISOString();
  return {
    question,
    askedAt,
    begunAt: viewTime(begunAt),
    items: items ? [...items] : null,
    keys: [...(keys ?? [])],
  };
}

function countAttempts(step: StepState | undefined): number {
  if (!step) return 0;
  const isBegun = step.inFlight || step.wait?.awaits?.kind === 'doubt';
  return step.attempts || step.failedAttempts + (isBegun ? 1 : 0);
}

function viewTime(ms: number | undefined): string | null {
  return ms === undefined ? null : new Date(ms).toISOString();
}
