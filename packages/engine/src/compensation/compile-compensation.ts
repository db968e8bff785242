/**
 * The graph that a compensation runs: the trigger, the steps that its expressions refer to (done, with what they gave),
 * and a copy of a compensation node for every step to undo, one after the other in the order of the plan.
 */
import type { JournalChunk } from '@navette/contracts';
import {
  type CompiledEdge,
  type CompiledNode,
  type CompiledWorkflow,
  createRegion,
} from '../graph/compile.ts';
import type { VersionRecord } from '../ports.ts';
import type { CompensationStep } from './plan-compensation.ts';

/** The plan of the execution that the journal is of; undefined when it is no compensation, or has none yet. */
export function findPlan(chunks: readonly JournalChunk[]): readonly CompensationStep[] | undefined {
  for (const chunk of chunks) {
    for (const record of chunk.records) {
      if (record.type === 'execution-prepared' && record.compensations) return record.compensations;
    }
  }
  return undefined;
}

/** What the execution of the journal runs: its version, or, for a compensation, the graph of its plan. */
export function planGraph(
  workflow: CompiledWorkflow,
  triggerNodeId: string,
  chunks: readonly JournalChunk[],
): CompiledWorkflow {
  const plan = findPlan(chunks);
  return plan ? compileCompensation(workflow, triggerNodeId, plan, chunks) : workflow;
}

function compileCompensation(
  workflow: CompiledWorkflow,
  triggerNodeId: string,
  plan: readonly CompensationStep[],
  chunks: readonly JournalChunk[],
): CompiledWorkflow {
  const known = listKnown(chunks);
  known.delete(triggerNodeId);
  const nodes: CompiledNode[] = [];
  const outgoing: CompiledEdge[] = [];
  const root = createRegion(undefined);
  const add = (node: CompiledNode) => {
    const index = nodes.length;
    const toPort = node.inputPorts[0] ?? 'main';
    const edge: CompiledEdge = { from: 0, fromPort: 'main', fromLocal: 0, to: index, toPort, toLocal: index };
    if (index > 0) outgoing.push(edge);
    const incoming = index > 0 ? [edge] : [];
    nodes.push({ ...node, index, incoming, outgoing: [], region: root, local: index, body: undefined });
  };
  add(find(workflow, triggerNodeId));
  for (const nodeId of known) if (workflow.indexById.has(nodeId)) add(find(workflow, nodeId));
  for (const [position, step] of plan.entries()) add(createStep(workflow, step, position));
  nodes[0] = { ...nodes[0]!, outgoing };
  root.nodes = nodes;
  return {
    version: runInOrder(workflow.version),
    nodes,
    indexById: new Map(nodes.map(({ node }, index) => [node.id, index])),
    indexByName: new Map(nodes.map(({ node }, index) => [node.name, index])),
    root,
    nodeTypes: workflow.nodeTypes,
  };
}

/** Nodes whose steps are done before any compensation runs. */
function listKnown(chunks: readonly JournalChunk[]): Set<string> {
  const known = new Set<string>();
  for (const record of chunks.flatMap((chunk) => chunk.records)) {
    if (record.type === 'step-completed' && record.reused && !record.path.includes('~'))
      known.add(record.path);
  }
  return known;
}

function find(workflow: CompiledWorkflow, nodeId: string): CompiledNode {
  return workflow.nodes[workflow.indexById.get(nodeId)!]!;
}

function createStep(workflow: CompiledWorkflow, step: CompensationStep, position: number): CompiledNode {
  const compiled = find(workflow, step.nodeId);
  const name = `${compiled.node.name} (${step.undoes})`;
  return { ...compiled, node: { ...compiled.node, id: step.path, name, position: [0, position] } };
}

/** One step at a time, without the time limit of the workflow: what was begun is to be undone however long it takes. */
function runInOrder(version: VersionRecord): VersionRecord {
  const { timeoutMs: _, ...settings } = version.definition.settings;
  const definition = {
    ...version.definition,
    settings: { ...settings, executionOrder: 'sequential' as const },
  };
  return { ...version, definition };
}
