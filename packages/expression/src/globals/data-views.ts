import { expressionErrors } from '../errors.ts';
import { optionalNumber, textArgument } from '../methods/arguments.ts';
import { toInteger } from '../runtime/convert.ts';
import type { Evaluation } from '../runtime/evaluation.ts';
import { createArgumentError } from '../runtime/thrown.ts';
import { NativeFunction, type NativeRun, View } from '../runtime/values.ts';
import type { ExpressionScope, ItemView, NodeView, OutputSelector } from '../scope.ts';

/** Members that are worked out when they are read. */
class LazyView extends View {
  readonly #members: Readonly<Record<string, (evaluation: Evaluation) => unknown>>;

  constructor(members: Readonly<Record<string, (evaluation: Evaluation) => unknown>>) {
    super();
    this.#members = members;
  }

  read(evaluation: Evaluation, key: string): unknown {
    return Object.hasOwn(this.#members, key) ? this.#members[key]!(evaluation) : undefined;
  }

  keys(): readonly string[] {
    return Object.keys(this.#members);
  }
}

function func(name: string, run: NativeRun): () => NativeFunction {
  return () => new NativeFunction(name, run);
}

/** `$input`. */
export function createInputView({ scope }: Evaluation): View {
  return new LazyView({
    item: () => scope.items()[scope.itemIndex],
    all: func('all', (_inner, args) => readInput(scope, '$input.all', args)),
    first: func('first', (_inner, args) => readInput(scope, '$input.first', args)[0]),
    last: func('last', (_inner, args) => readInput(scope, '$input.last', args).at(-1)),
    params: () => scope.self?.params,
    context: () => scope.self?.context ?? {},
  });
}

/** The input is one list; outputs and runs are chosen on `$('Name')`. */
function readInput(scope: ExpressionScope, name: string, args: readonly unknown[]): readonly ItemView[] {
  if (args.length > 0) throw createArgumentError(name, "it takes no arguments; $('Name') does");
  return scope.items();
}

/** `$('Name')`. */
export function createNodeReference(evaluation: Evaluation, [value]: readonly unknown[]): View {
  const name = textArgument(evaluation, value, '$');
  const node = findNode(evaluation, name);
  const { scope } = evaluation;
  const itemMatching = (index: number) => assertExecuted(node, name).itemMatching(index);
  return new LazyView({
    isExecuted: () => node.isExecuted,
    params: () => node.params,
    context: () => node.context ?? {},
    runIndex: () => node.runIndex ?? 0,
    item: () => itemMatching(scope.itemIndex),
    pairedItem: func('pairedItem', (inner, [index]) =>
      itemMatching(optionalNumber(inner, index) ?? scope.itemIndex),
    ),
    itemMatching: func('itemMatching', (inner, [index]) => {
      if (typeof index !== 'number')
        throw createArgumentError('itemMatching', 'the position of an item is needed');
      return itemMatching(toInteger(inner, index));
    }),
    all: func('all', (inner, args) => readOutput(inner, name, node, args)),
    first: func('first', (inner, args) => readOutput(inner, name, node, args)[0]),
    last: func('last', (inner, args) => readOutput(inner, name, node, args).at(-1)),
  });
}

/** `$node`: all nodes by their names, in the older form. */
export function createNodeIndex({ scope }: Evaluation): View {
  return new NodeIndex(scope.itemIndex);
}

class NodeIndex extends View {
  readonly #itemIndex: number;

  constructor(itemIndex: number) {
    super();
    this.#itemIndex = itemIndex;
  }

  read(evaluation: Evaluation, name: string): unknown {
    return createOldNodeView(name, findNode(evaluation, name), this.#itemIndex);
  }

  keys(): readonly string[] {
    return [];
  }
}

/** `$node["Name"]`: the item of the same position, without item links. */
function createOldNodeView(name: string, node: NodeView, itemIndex: number): View {
  const item = () => {
    const items = assertExecuted(node, name).all({});
    return items[itemIndex] ?? items.at(-1);
  };
  return new LazyView({
    json: () => item()?.json,
    data: () => item()?.json,
    binary: () => item()?.binary ?? {},
    parameter: () => node.params,
    context: () => node.context ?? {},
    runIndex: () => node.runIndex ?? 0,
    name: () => name,
  });
}

/** `$items()` and `$items('Name', output, run)`. */
export function listItems(
  evaluation: Evaluation,
  [name, ...selector]: readonly unknown[],
): readonly ItemView[] {
  if (name === undefined) return evaluation.scope.items();
  const text = textArgument(evaluation, name, '$items');
  return readOutput(evaluation, text, findNode(evaluation, text), selector);
}

/** `$item(i)`: what the item names mean at another position. */
export function createItemView(evaluation: Evaluation, [value]: readonly unknown[]): View {
  const { scope } = evaluation;
  const index = optionalNumber(evaluation, value) ?? scope.itemIndex;
  const item = () => scope.items()[index];
  return new LazyView({
    $json: () => item()?.json,
    $data: () => item()?.json,
    $binary: () => item()?.binary ?? {},
    $itemIndex: () => index,
    $position: () => index,
    $node: () => new NodeIndex(index),
  });
}

function findNode(evaluation: Evaluation, name: string): NodeView {
  const node = evaluation.scope.node(name);
  if (node === undefined)
    throw expressionErrors.create('EXPRESSION_NODE_UNKNOWN', { params: { node: name } });
  return node;
}

function assertExecuted(node: NodeView, name: string): NodeView {
  if (!node.isExecuted)
    throw expressionErrors.create('EXPRESSION_NODE_NOT_EXECUTED', { params: { node: name } });
  return node;
}

function readOutput(
  evaluation: Evaluation,
  name: string,
  node: NodeView,
  [output, run]: readonly unknown[],
): readonly ItemView[] {
  const selector: OutputSelector = {
    output: typeof output === 'string' ? output : optionalNumber(evaluation, output),
    run: optionalNumber(evaluation, run),
  };
  return assertExecuted(node, name).all(selector);
}
