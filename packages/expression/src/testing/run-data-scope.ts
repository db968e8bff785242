import { compileTemplate } from '../compile-template.ts';
import { expressionErrors } from '../errors.ts';
import type { ExpressionScope, ItemView, NodeView, OutputSelector } from '../scope.ts';

/** The world of a conformance case: a graph in n8n's format and what its nodes have given so far. */
export interface CaseContext {
  activeNode: string;
  mode: string;
  runIndex: number;
  itemIndex: number;
  inputFrom?: string;
  /** What unset parameters read, "default-<name>". */
  paramDefault?: string;
  workflow: {
    id?: string;
    name?: string;
    nodes: CaseNode[];
    connections: Record<string, Record<string, ({ node: string }[] | null)[]>>;
    pinData?: Record<string, object[]> | null;
    settings?: { timezone?: string };
  };
  runData: Record<string, CaseRun[]> | null;
}

interface CaseNode {
  id?: string;
  name: string;
  typeVersion?: number;
  webhookId?: string;
  executeOnce?: boolean;
  parameters: Record<string, unknown>;
}

interface CaseRun {
  source?: (CaseSource | null)[];
  data?: { main?: (ItemView[] | null)[] };
}

interface CaseSource {
  previousNode: string;
  previousNodeOutput?: number;
  previousNodeRun?: number;
}

/** Where an item lies: in which run and output of which node, and at which place. */
interface ItemPlace {
  node: string;
  output: number;
  run: number;
  index: number;
}

/** A scope over run data as n8n keeps them, evaluated as one node of the graph. */
export class RunDataScope implements ExpressionScope {
  readonly itemIndex: number;
  readonly runIndex: number;
  readonly timeZone: string;
  readonly extras: ReadonlyMap<string, unknown>;
  readonly vars = new Map<string, unknown>();
  readonly env: Record<string, unknown> | undefined;
  readonly #context: CaseContext;
  readonly #nodeName: string;

  constructor(context: CaseContext, nodeName: string, env?: Record<string, unknown>) {
    this.#context = context;
    this.#nodeName = nodeName;
    this.env = env;
    this.itemIndex = context.itemIndex;
    this.runIndex = context.runIndex;
    this.timeZone = context.workflow.settings?.timezone ?? 'America/New_York';
    this.extras = new Map([['$mode', context.mode]]);
  }

  get json(): unknown {
    return this.#currentItem().json;
  }

  get binary(): unknown {
    return this.#currentItem().binary ?? {};
  }

  get workflow() {
    const { id, name } = this.#context.workflow;
    return { id: id ?? '', name: name ?? '', active: false };
  }

  get execution() {
    return { mode: this.#context.mode === 'manual' ? 'test' : 'production' };
  }

  get prevNode() {
    const source = this.#source();
    return source && { name: source.node, outputIndex: source.output, runIndex: source.run };
  }

  get self() {
    const node = this.#find(this.#nodeName)!;
    const { id, name, typeVersion, webhookId } = node;
    return { id, name, typeVersion, webhookId, params: this.#params(node), context: {} };
  }

  now(): number {
    return Date.now();
  }

  random(): number {
    return Math.random();
  }

  items(): readonly ItemView[] {
    const source = this.#source();
    const items = source ? this.#output(source.node, source.output, source.run) : [];
    return this.#find(this.#nodeName)?.executeOnce ? items.slice(0, 1) : items;
  }

  node(name: string): NodeView | undefined {
    const node = this.#find(name);
    if (!node && !this.#context.runData?.[name]) return undefined;
    return {
      isExecuted: this.#runCount(name) > 0,
      params: node && this.#params(node),
      context: {},
      all: (selector) => this.#select(name, selector),
      itemMatching: (index) => this.#trace(name, index),
    };
  }

  #find(name: string): CaseNode | undefined {
    return this.#context.workflow.nodes.find((node) => node.name === name);
  }

  #currentItem(): ItemView {
    const item = this.items()[this.itemIndex];
    if (!item) throw expressionErrors.create('EXPRESSION_NO_ITEM');
    return item;
  }

  /** The output that feeds this node. */
  #source(): { node: string; output: number; run: number } | undefined {
    const { inputFrom, runData } = this.#context;
    const recorded = runData?.[this.#nodeName]?.[this.runIndex]?.source?.[0];
    if (recorded) return toPlace(recorded);
    const parent = inputFrom ?? this.#findParent();
    return parent === undefined ? undefined : { node: parent, output: this.#leadingOutput(parent), run: 0 };
  }

  #findParent(): string | undefined {
    const { connections } = this.#context.workflow;
    return Object.keys(connections).find((name) =>
      connections[name]?.['main']?.some((targets) =>
        targets?.some((target) => target.node === this.#nodeName),
      ),
    );
  }

  /** The output of a node through which this one is reached; 0 when there is no way. */
  #leadingOutput(from: string): number {
    const { connections } = this.#context.workflow;
    const reaches = (name: string, seen: Set<string>): boolean => {
      if (name === this.#nodeName) return true;
      if (seen.has(name)) return false;
      seen.add(name);
      return (connections[name]?.['main'] ?? [])
        .flat()
        .some((target) => target && reaches(target.node, seen));
    };
    const outputs = connections[from]?.['main'] ?? [];
    const found = outputs.findIndex((targets) => targets?.some((target) => reaches(target.node, new Set())));
    return Math.max(0, found);
  }

  #pinned(name: string): readonly ItemView[] | undefined {
    const pinned = this.#context.mode === 'manual' ? this.#context.workflow.pinData?.[name] : undefined;
    return pinned?.map((json) => ({ json }));
  }

  #runCount(name: string): number {
    return this.#pinned(name) ? 1 : (this.#context.runData?.[name]?.length ?? 0);
  }

  #output(name: string, output: number, run: number): readonly ItemView[] {
    return this.#pinned(name) ?? this.#context.runData?.[name]?.[run]?.data?.main?.[output] ?? [];
  }

  #select(name: string, { output, run }: OutputSelector): readonly ItemView[] {
    const last = this.#runCount(name) - 1;
    const index = run === undefined || run < 0 ? last : run;
    return this.#output(name, typeof output === 'number' ? output : this.#leadingOutput(name), index);
  }

  /** Follows item links from the item that this node reads back to the one that `target` gave. */
  #trace(target: string, index: number): ItemView | undefined {
    const source = this.#source();
    let place: ItemPlace | undefined = source && { ...source, index };
    while (place) {
      const item = this.#output(place.node, place.output, place.run)[place.index];
      if (place.node === target) return item;
      place = item && this.#before(place, item);
    }
    return undefined;
  }

  #before(place: ItemPlace, item: ItemView): ItemPlace | undefined {
    const link = item.pairedItem as { item: number; input?: number } | number | undefined;
    const { item: index, input = 0 } = typeof link === 'number' ? { item: link } : (link ?? { item: -1 });
    const source = this.#context.runData?.[place.node]?.[place.run]?.source?.[input];
    return source && index >= 0 ? { ...toPlace(source), index } : undefined;
  }

  /** The parameters of a node, each resolved when read, as that node would resolve it. */
  #params(node: CaseNode): object {
    const params = {};
    const { paramDefault } = this.#context;
    const names = paramDefault === undefined ? [] : ['value1', 'value2', 'value3'];
    for (const name of names) Object.assign(params, { [name]: paramDefault!.replace('<name>', name) });
    for (const [name, value] of Object.entries(node.parameters)) {
      Object.defineProperty(params, name, { enumerable: true, get: () => this.#resolve(node, value) });
    }
    return params;
  }

  #resolve(node: CaseNode, value: unknown): unknown {
    if (typeof value !== 'string') return value;
    const scope = new RunDataScope(this.#context, node.name, this.env);
    return compileTemplate(value, { mode: 'n8n' }).evaluate(scope);
  }
}

function toPlace({ previousNode, previousNodeOutput, previousNodeRun }: CaseSource) {
  return { node: previousNode, output: previousNodeOutput ?? 0, run: previousNodeRun ?? 0 };
}
