/**
 * What a node sees that is run straight through: its items and its parameters. Whatever else it asks for (files, requests,
 * links, other steps) only the general engine has; then the straight run is given up and nothing of it remains.
 */
import type { Item, StepContext } from '@navette/contracts';
import { compileTemplate, type ExpressionScope } from '@navette/expression';
import { encodeId, type Json } from '@navette/kit';
import type { RunDeps } from '../deps.ts';
import type { CompiledNode } from '../graph/compile.ts';
import type { NewExecution } from '../ports.ts';
import { evaluateParameters } from '../run/evaluate-parameters.ts';

/** Control flow, never a failure: the execution is for the general engine. Made once, since a stack is costly. */
const notStraight = new Error('This step needs more than a straight run has');

/** What the steps of one straight run share. */
export interface StraightSurroundings {
  readonly deps: RunDeps;
  readonly execution: NewExecution;
  readonly workflowName: string;
  readonly timeZone: string;
  /** Somebody asked for what is not here; set before anything is thrown, since nodes and templates may catch it. */
  refused: boolean;
}

export class StraightContext implements StepContext<unknown> {
  readonly attempt = 1;
  readonly items: readonly Item[];
  readonly #around: StraightSurroundings;
  readonly #node: CompiledNode;
  readonly #readInputs: () => ReadonlyMap<string, readonly Item[]>;
  #inputs: ReadonlyMap<string, readonly Item[]> | undefined;
  #parameters: unknown;
  #parametersIndex = -1;

  constructor(
    around: StraightSurroundings,
    node: CompiledNode,
    items: readonly Item[],
    readInputs: () => ReadonlyMap<string, readonly Item[]>,
  ) {
    this.#around = around;
    this.#node = node;
    this.items = items;
    this.#readInputs = readInputs;
  }

  get inputs(): ReadonlyMap<string, readonly Item[]> {
    this.#inputs ??= this.#readInputs();
    return this.#inputs;
  }
  get parameters(): unknown {
    return this.parametersFor(0);
  }
  get node() {
    return { id: this.#node.node.id, name: this.#node.node.name };
  }
  get workflow() {
    const { execution, timeZone, workflowName } = this.#around;
    return { id: encodeId('workflow', execution.workflowId), name: workflowName, timeZone };
  }
  get execution() {
    const { id, mode } = this.#around.execution;
    return { id: encodeId('execution', id), mode };
  }
  get signal(): AbortSignal {
    return refuse(this.#around);
  }
  get idempotencyKey(): string {
    return refuse(this.#around);
  }
  get http() {
    return refuse(this.#around);
  }
  get artifacts() {
    return refuse(this.#around);
  }
  get signals() {
    return refuse(this.#around);
  }
  get code() {
    return refuse(this.#around);
  }

  parametersFor(itemIndex: number): unknown {
    const node = this.#node;
    if (node.staticParameters !== undefined) return node.staticParameters;
    if (this.#parametersIndex === itemIndex) return this.#parameters;
    const scope = new StraightScope(this.#around, node, this.items, itemIndex);
    this.#parameters = evaluateParameters(node, scope);
    this.#parametersIndex = itemIndex;
    return this.#parameters;
  }

  evaluate(template: string, extras: ReadonlyMap<string, Json>, itemIndex: number): unknown {
    const scope = new StraightScope(this.#around, this.#node, this.items, itemIndex, extras);
    return compileTemplate(template).evaluate(scope);
  }

  credential(): never {
    return refuse(this.#around);
  }
  sleep(): never {
    return refuse(this.#around);
  }
  /** Somebody may be watching for lines. */
  log(): never {
    return refuse(this.#around);
  }

  now(): number {
    return this.#around.deps.clock.now();
  }
  random(): number {
    return this.#around.deps.random();
  }
}

const noVars: ReadonlyMap<string, unknown> = new Map();

class StraightScope implements ExpressionScope {
  readonly itemIndex: number;
  readonly runIndex = 0;
  readonly vars = noVars;
  readonly env = undefined;
  readonly extras: ReadonlyMap<string, unknown> | undefined;
  readonly #around: StraightSurroundings;
  readonly #node: CompiledNode;
  readonly #items: readonly Item[];

  constructor(
    around: StraightSurroundings,
    node: CompiledNode,
    items: readonly Item[],
    itemIndex: number,
    extras?: ReadonlyMap<string, unknown>,
  ) {
    this.#around = around;
    this.#node = node;
    this.#items = items;
    this.itemIndex = itemIndex;
    this.extras = extras;
  }

  get json(): unknown {
    return this.#items[this.itemIndex]?.json ?? {};
  }
  get binary(): unknown {
    return this.#items[this.itemIndex]?.binary ?? {};
  }
  get workflow() {
    const { execution, workflowName } = this.#around;
    return { id: encodeId('workflow', execution.workflowId), name: workflowName };
  }
  /** It has the links of waiting steps. */
  get execution(): never {
    return refuse(this.#around);
  }
  get prevNode(): never {
    return refuse(this.#around);
  }
  get timeZone(): string {
    return this.#around.timeZone;
  }
  get self() {
    const { id, name, typeVersion } = this.#node.node;
    return { id, name, typeVersion };
  }

  items(): readonly Item[] {
    return this.#items;
  }
  now(): number {
    return this.#around.deps.clock.now();
  }
  random(): number {
    return this.#around.deps.random();
  }
  node(): never {
    return refuse(this.#around);
  }
}

function refuse(around: StraightSurroundings): never {
  around.refused = true;
  throw notStraight;
}
