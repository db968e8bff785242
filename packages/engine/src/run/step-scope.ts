/** What expressions see while a step works on one item. Built once per item; every part is computed when it is read. */
import type { Item } from '@navette/contracts';
import type { ExpressionScope, ItemView, NodeView, OutputSelector } from '@navette/expression';
import { encodeId } from '@navette/kit';
import type { CompiledNode } from '../graph/compile.ts';
import type { ExecutionState } from '../state/execution-state.ts';
import { traceItem } from '../state/lineage.ts';
import type { StepLinks } from './step-links.ts';

/** The part that is the same for all items of a step. */
export interface StepSurroundings {
  state: ExecutionState;
  node: CompiledNode;
  /** Items of the first input port. */
  items: readonly Item[];
  executionId: string;
  mode: string;
  links: StepLinks;
  now(): number;
  random(): number;
}

const noVars: ReadonlyMap<string, unknown> = new Map();

export class StepScope implements ExpressionScope {
  readonly itemIndex: number;
  readonly runIndex = 0;
  readonly vars = noVars;
  readonly env = undefined;
  readonly extras: ReadonlyMap<string, unknown> | undefined;
  readonly #around: StepSurroundings;

  constructor(around: StepSurroundings, itemIndex: number, extras?: ReadonlyMap<string, unknown>) {
    this.#around = around;
    this.itemIndex = itemIndex;
    this.extras = extras;
  }

  get json(): unknown {
    return this.#around.items[this.itemIndex]?.json ?? {};
  }
  get binary(): unknown {
    return this.#around.items[this.itemIndex]?.binary ?? {};
  }
  get workflow() {
    const { version } = this.#around.state.workflow;
    return { id: encodeId('workflow', version.workflowId), name: version.workflowName };
  }
  get execution() {
    const { executionId, links, mode } = this.#around;
    return { id: encodeId('execution', executionId), mode, resumeUrl: links.resumeUrl, links };
  }
  get timeZone(): string {
    return this.#around.state.workflow.version.definition.settings.timeZone;
  }
  get self() {
    const { id, name, typeVersion } = this.#around.node.node;
    return { id, name, typeVersion };
  }
  get prevNode() {
    const { state, node } = this.#around;
    const port = node.inputPorts[0] ?? 'main';
    const source = state.sourceOf(node.index, port, this.itemIndex);
    if (!source) return undefined;
    const from = state.workflow.nodes[source.index]!;
    return {
      name: from.node.name,
      outputIndex: Math.max(0, from.outputPorts.indexOf(source.port)),
      runIndex: 0,
    };
  }

  items(): readonly ItemView[] {
    return this.#around.items;
  }
  now(): number {
    return this.#around.now();
  }
  random(): number {
    return this.#around.random();
  }

  node(name: string): NodeView | undefined {
    const { state, node } = this.#around;
    const index = state.workflow.indexByName.get(name);
    if (index === undefined) return undefined;
    const step = state.step(index);
    const outputs = step?.outputs;
    return {
      isExecuted: outputs !== undefined,
      params: state.workflow.nodes[index]!.node.parameters,
      runIndex: 0,
      all(selector: OutputSelector) {
        const port = choosePort(state, index, node.index, selector.output);
        return outputs && Object.hasOwn(outputs, port) ? (outputs[port] ?? []) : [];
      },
      itemMatching: (itemIndex) =>
        traceItem(
          state,
          { index: node.index, port: node.inputPorts[0] ?? 'main', position: itemIndex },
          index,
        ),
    };
  }
}

/** The named or numbered output; else the one that leads straight to the current node; else the first. */
function choosePort(
  state: ExecutionState,
  from: number,
  to: number,
  output: string | number | undefined,
): string {
  const node = state.workflow.nodes[from]!;
  if (typeof output === 'string') return output;
  if (typeof output === 'number') return node.outputPorts[output] ?? '';
  return node.outgoing.find((edge) => edge.to === to)?.fromPort ?? node.outputPorts[0] ?? 'main';
}
