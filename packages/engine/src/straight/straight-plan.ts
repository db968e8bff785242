/**
 * Which executions may be run straight through (see StraightRun): those whose every step is one call of a pure node that
 * nothing is around. What can be said before the first item is said here, once per compiled workflow.
 */
import type { ExecutionMode, NodeDefinition } from '@navette/contracts';
import type { CompiledEdge, CompiledNode, CompiledWorkflow } from '../graph/compile.ts';

/** Longer graphs gain little, and hold up the process. */
const maxNodes = 100;
/** After so many vain tries a plan is given up, unless it has worked several times as often. */
const vainTries = 8;
const worthwhile = 4;

export interface StraightNode {
  readonly compiled: CompiledNode;
  readonly execute: NonNullable<NodeDefinition['execute']>;
}

export class StraightPlan {
  readonly workflow: CompiledWorkflow;
  readonly trigger: CompiledNode;
  /** By position in the graph; undefined for nodes that the trigger does not lead to. */
  readonly nodes: readonly (StraightNode | undefined)[];
  /** How each node counts the edges that are still open: twice their number, plus one when one of them is live. */
  readonly openEdges: readonly number[];
  readonly #hasPinned: boolean;
  #done = 0;
  #vain = 0;
  #givenUp = false;

  constructor(
    workflow: CompiledWorkflow,
    trigger: CompiledNode,
    nodes: readonly (StraightNode | undefined)[],
  ) {
    this.workflow = workflow;
    this.trigger = trigger;
    this.nodes = nodes;
    this.openEdges = workflow.root.nodes.map((node) => 2 * node.incoming.length);
    this.#hasPinned = nodes.some((node) => node?.compiled.node.pinned !== undefined);
  }

  mayRun(mode: ExecutionMode): boolean {
    return !this.#givenUp && !(this.#hasPinned && mode === 'manual');
  }

  noteDone(): void {
    this.#done += 1;
  }

  /** It came to nothing, perhaps only this time. */
  noteVain(): void {
    this.#vain += 1;
    if (this.#vain > vainTries && this.#vain * worthwhile > this.#done) this.#givenUp = true;
  }

  /** A node asks for what only the general engine has: it would ask for it every time. */
  giveUp(): void {
    this.#givenUp = true;
  }
}

/** The plans of an engine. */
export class StraightPlans {
  readonly #plans = new WeakMap<CompiledWorkflow, Map<string, StraightPlan | undefined>>();

  find(workflow: CompiledWorkflow, triggerNodeId: string): StraightPlan | undefined {
    let ofWorkflow = this.#plans.get(workflow);
    if (!ofWorkflow) {
      ofWorkflow = new Map();
      this.#plans.set(workflow, ofWorkflow);
    }
    let plan = ofWorkflow.get(triggerNodeId);
    if (!plan && !ofWorkflow.has(triggerNodeId)) {
      plan = planStraight(workflow, triggerNodeId);
      ofWorkflow.set(triggerNodeId, plan);
    }
    return plan;
  }
}

export function planStraight(workflow: CompiledWorkflow, triggerNodeId: string): StraightPlan | undefined {
  const { durability, executionOrder, timeoutMs } = workflow.version.definition.settings;
  if (durability !== 'effects' || executionOrder !== 'parallel' || timeoutMs !== undefined) return undefined;
  const trigger = workflow.nodes[workflow.indexById.get(triggerNodeId) ?? -1];
  if (!trigger || trigger.region !== workflow.root || workflow.root.nodes.length > maxNodes) return undefined;
  const nodes: (StraightNode | undefined)[] = workflow.root.nodes.map(() => undefined);
  for (const node of listReached(workflow, trigger)) {
    const straight = asStraight(node);
    if (!straight) return undefined;
    nodes[node.local] = straight;
  }
  return new StraightPlan(workflow, trigger, nodes);
}

function asStraight(node: CompiledNode): StraightNode | undefined {
  const { body, definition, effect } = node;
  const { disabled, settings } = node.node;
  if (definition.kind !== 'node' || !definition.execute || definition.executeItem) return undefined;
  if (definition.program || definition.passes || definition.credentials || definition.link) return undefined;
  if (effect !== 'pure' || body || disabled) return undefined;
  if (settings.timeoutMs !== undefined || settings.executeOnce || settings.continueEmpty) return undefined;
  return { compiled: node, execute: definition.execute };
}

/** Without the trigger itself. */
function listReached({ nodes }: CompiledWorkflow, trigger: CompiledNode): Set<CompiledNode> {
  const reached = new Set<CompiledNode>();
  const pending: CompiledEdge[] = [...trigger.outgoing];
  for (let edge = pending.pop(); edge; edge = pending.pop()) {
    const node = nodes[edge.to]!;
    if (reached.has(node)) continue;
    reached.add(node);
    pending.push(...node.outgoing);
  }
  return reached;
}
