/**
 * What undoes an execution that failed or was cancelled: for every step that took effect and names nodes that undo it,
 * these nodes, in the reverse order of completion. Made from the journal of the execution, which has ended and never
 * changes again, so that whoever makes the plan makes the same one.
 *
 * C1. Undone is what this execution did itself: not what it reused from another one, not pinned data, not disabled nodes.
 * C2. Of a step that did not come to its end, the items that did are undone.
 * C3. The input of a compensation is what the step gave, without the items that failed.
 */
import type { Item, JournalRecord, PortItems, WorkflowDefinition, WorkflowNode } from '@navette/contracts';
import { compileTemplate } from '@navette/expression';
import { isRecord, type Json } from '@navette/kit';
import type { CompiledWorkflow } from '../graph/compile.ts';
import { nodeIdOf } from '../replay/step-node.ts';

export interface CompensationStep {
  /** Path of the compensation step, unique in its execution. */
  path: string;
  /** The node that does it. */
  nodeId: string;
  /** Path of the step that it undoes. */
  undoes: string;
}

/** Whether any node names nodes that undo it. */
export function hasCompensation(definition: WorkflowDefinition): boolean {
  return definition.nodes.some((node) => node.settings.compensate !== undefined && !node.disabled);
}

/** The first records of the execution that runs the compensation: `compensations` of the first has the steps in order. */
export function planCompensation(
  workflow: CompiledWorkflow,
  triggerNodeId: string,
  records: readonly JournalRecord[],
  at: number,
): JournalRecord[] {
  const nodes = new Map(workflow.nodes.map(({ node }) => [node.id, node]));
  const steps: CompensationStep[] = [];
  const inputs: { path: string; inputs: PortItems }[] = [];
  for (const { path: undoes, items } of listEffects(nodes, records).reverse()) {
    for (const nodeId of nodes.get(nodeIdOf(undoes))!.settings.compensate ?? []) {
      const compiled = workflow.nodes[workflow.indexById.get(nodeId) ?? -1];
      if (!compiled || compiled.node.disabled) continue;
      const path = `${nodeId}~${steps.length + 1}`;
      steps.push({ path, nodeId, undoes });
      inputs.push({ path, inputs: { [compiled.inputPorts[0] ?? 'main']: items } });
    }
  }
  return [
    { type: 'execution-prepared', at, compensations: steps, inputs },
    ...listKnown(nodes, triggerNodeId, steps, records),
  ];
}

/** Steps with something to undo, in the order in which it happened. */
function listEffects(
  nodes: ReadonlyMap<string, WorkflowNode>,
  records: readonly JournalRecord[],
): { path: string; items: Item[] }[] {
  const effects = new Map<string, Item[]>();
  const open = new Map<string, Map<number, Item[]>>();
  for (const record of records) {
    if (record.type !== 'step-completed' && record.type !== 'item-completed') continue;
    const node = nodes.get(nodeIdOf(record.path));
    if (!node?.settings.compensate || node.disabled) continue;
    const { path } = record;
    if (record.type === 'item-completed') {
      if (record.reused) continue;
      const items = open.get(path) ?? new Map<number, Item[]>();
      open.set(path, items.set(record.item, listItems(record.outputs, undefined)));
      effects.delete(path);
      effects.set(
        path,
        [...items.entries()].sort(([a], [b]) => a - b).flatMap(([, made]) => made),
      );
      continue;
    }
    effects.delete(path);
    if (record.reused || record.pinned) continue;
    const items = listItems(record.outputs, record.error && node.settings.onError);
    if (items.length > 0) effects.set(path, items);
  }
  return [...effects].map(([path, items]) => ({ path, items }));
}

/** The items of all ports but the one of errors; where errors went on with the others, without those that failed. */
function listItems(outputs: PortItems, passedErrors: string | undefined): Item[] {
  return Object.entries(outputs)
    .filter(([port]) => port !== 'error')
    .flatMap(([, items]) => items)
    .filter((item) => passedErrors !== 'continue' || !isFailed(item))
    .map(({ json, binary }) => (binary ? { json, binary } : { json }));
}

function isFailed({ json }: Item): boolean {
  const error = Object.hasOwn(json, 'error') ? json['error'] : undefined;
  return isRecord(error) && typeof error['code'] === 'string' && typeof error['message'] === 'string';
}

/** What the expressions of the compensations refer to, with the trigger, which the graph of a compensation starts at. */
function listKnown(
  nodes: ReadonlyMap<string, WorkflowNode>,
  triggerNodeId: string,
  steps: readonly CompensationStep[],
  records: readonly JournalRecord[],
): JournalRecord[] {
  const names = new Set(steps.flatMap((step) => listReferences(nodes.get(step.nodeId)!.parameters)));
  const wanted = new Set([...nodes.values()].filter((node) => names.has(node.name)).map((node) => node.id));
  wanted.add(triggerNodeId);
  const known = new Map<string, JournalRecord>();
  for (const record of records) {
    if (record.type !== 'step-completed') continue;
    const nodeId = nodeIdOf(record.path);
    if (!wanted.has(nodeId)) continue;
    const { at, startedAt, attempts, outputs } = record;
    known.set(nodeId, {
      type: 'step-completed',
      at,
      path: nodeId,
      startedAt,
      attempts,
      outputs,
      reused: true,
    });
  }
  const trigger = known.get(triggerNodeId);
  known.delete(triggerNodeId);
  return trigger ? [trigger, ...known.values()] : [...known.values()];
}

/** Names of the nodes that the expressions inside refer to. */
function listReferences(value: Json): string[] {
  if (typeof value === 'string')
    return value.includes('{{') ? [...compileTemplate(value).references.nodes] : [];
  if (value === null || typeof value !== 'object') return [];
  return Object.values(value).flatMap(listReferences);
}
