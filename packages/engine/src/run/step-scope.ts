/** What expressions see while a step works on one item. Built once per item; every part is computed when it is read. */
import type { Item } from '@navette/contracts';
import type { ExpressionScope, ItemView, NodeView, OutputSelector } from '@navette/expression';
import { encodeId } from '@navette/kit';
import { engineErrors } from '../errors.ts';
import type { CompiledNode } from '../graph/compile.ts';
import type { ExecutionState } from '../state/execution-state.ts';
import { findSource, traceItem } from '../state/lineage.ts';
import type { StepState } from '../state/step-state.ts';
import { findVisible, type VisibleOutputs } from '../state/visible-outputs.ts';
import type { StepLinks } from './step-links.ts';

/** The part that is the same for all items of a step. */
export interface StepSurroundings {
  state: ExecutionState;
  step: StepState;
  node: CompiledNode;
  /** Items of the first input port. */
  items: readonly Item[];
  executionId: string;
  mode: string;
  /** Of a loop node that looks at items that came back; otherwise the pass that the step is in counts. */
  runIndex?: number;
  /** The position among the step's input of an item that is none of it. */
  originOf?(itemIndex: number): number | undefined;
  links: StepLinks;
  now(): number;
  random(): number;
}

const noVars: ReadonlyMap<string, unknown> = new Map();

export class StepScope implements ExpressionScope {
  readonly itemIndex: number;
  readonly vars = noVars;
  readonly env = undefined;
  readonly extras: ReadonlyMap<string, unknown> | undefined;
  readonly #around: StepSurroundings;

  constructor(around: StepSurroundings, itemIndex: number, extras?: ReadonlyMap<string, unknown>) {
    this.#around = around;
    this.itemIndex = itemIndex;
    this.extras = extras;
  }

  get runIndex(): number {
    return this.#around.runIndex ?? this.#around.step.scope.pass;
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
    const { state } = this.#around;
    const start = this.#startAt(this.itemIndex);
    const source = start && findSource(start.step, start.port, start.position);
    if (!source) return undefined;
    const from = state.workflow.nodes[source.edge.from]!;
    return {
      name: from.node.name,
      outputIndex: Math.max(0, from.outputPorts.indexOf(source.edge.fromPort)),
      runIndex: source.scope.pass,
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
    const { state, step, node } = this.#around;
    const target = state.workflow.nodes[state.workflow.indexByName.get(name) ?? -1];
    if (!target) return undefined;
    const visible = findVisible(step, target);
    return {
      isExecuted: visible?.outputs !== undefined,
      params: target.node.parameters,
      context: visible?.context,
      runIndex: visible?.pass ?? 0,
      all: (selector) => readOutput(target, node, visible, selector),
      itemMatching: (itemIndex) => {
        const start = this.#startAt(itemIndex);
        return start && traceItem(start, target.index);
      },
    };
  }

  #startAt(itemIndex: number): { step: StepState; port: string; position: number } | undefined {
    const { step, node, originOf } = this.#around;
    const position = originOf ? originOf(itemIndex) : itemIndex;
    return position === undefined ? undefined : { step, port: node.inputPorts[0] ?? 'main', position };
  }
}

function readOutput(
  target: CompiledNode,
  to: CompiledNode,
  visible: VisibleOutputs | undefined,
  selector: OutputSelector,
): readonly ItemView[] {
  const { run } = selector;
  if (run !== undefined && run >= 0 && run !== (visible?.pass ?? 0)) {
    throw engineErrors.create('PASS_NOT_KEPT', { params: { node: target.node.name, pass: run } });
  }
  const port = choosePort(target, to, visible, selector.output);
  const outputs = visible?.outputs;
  return outputs && Object.hasOwn(outputs, port) ? (outputs[port] ?? []) : [];
}

/** The named or numbered output; else the one that leads straight to the current node; else the first. */
function choosePort(
  target: CompiledNode,
  to: CompiledNode,
  visible: VisibleOutputs | undefined,
  output: string | number | undefined,
): string {
  if (typeof output === 'string') return output;
  if (typeof output === 'number') return target.outputPorts[output] ?? '';
  if (visible?.isAround) return target.body?.port ?? '';
  return target.outgoing.find((edge) => edge.to === to.index)?.fromPort ?? target.outputPorts[0] ?? 'main';
}
