import { expressionErrors } from '../errors.ts';
import { deniedGlobals, findGlobal, listGlobalNames } from '../globals/global-table.ts';
import { assertAllowedName } from '../runtime/member.ts';
import { toSuggestion } from '../runtime/suggestion.ts';
import { Thrown } from '../runtime/thrown.ts';
import { ErrorValue } from '../runtime/values.ts';
import type { Expression, MemberExpression } from '../syntax/ast.ts';
import type { Compiler } from './compiler.ts';
import type { Run } from './frame.ts';
import type { NameScope } from './name-scope.ts';

interface NameOptions {
  /** `typeof name` asks about names that may not exist. */
  isUnknownAllowed?: boolean;
}

/** A variable of the expression, a name of the language, or data of a special place, in this order. */
export function compileName(
  compiler: Compiler,
  scope: NameScope,
  { name }: { name: string },
  options: NameOptions = {},
): Run {
  assertAllowedName(name);
  const variable = scope.find(name);
  if (variable) return compileVariable(variable.hops, variable.slot);
  const global = findGlobal(name);
  if (global) {
    if (itemNames.has(name)) compiler.usesItem = true;
    return (frame) => global(frame.evaluation);
  }
  if (deniedGlobals.has(name)) return compileDenied(compiler, name, options);
  compiler.unknownNames.add(name);
  compiler.usesItem = true;
  return (frame) => {
    const { extras } = frame.evaluation.scope;
    if (extras?.has(name)) return extras.get(name);
    if (options.isUnknownAllowed || frame.evaluation.isLenient) return undefined;
    const suggestion = toSuggestion(name, listGlobalNames());
    const value = new ErrorValue('ReferenceError', `${name} is not defined`);
    throw new Thrown(value, 'EXPRESSION_UNKNOWN_NAME', { name, suggestion });
  };
}

function compileVariable(hops: number, slot: number): Run {
  if (hops === 0) return (frame) => frame.slots[slot];
  if (hops === 1) return (frame) => frame.parent!.slots[slot];
  return (frame) => {
    let at = frame;
    for (let i = 0; i < hops; i++) at = at.parent!;
    return at.slots[slot];
  };
}

/** Names of a JavaScript host. n8n shows an empty object for them. */
function compileDenied(compiler: Compiler, name: string, options: NameOptions): Run {
  if (options.isUnknownAllowed) return () => undefined;
  if (compiler.mode === 'n8n') return (frame) => frame.evaluation.own({});
  throw expressionErrors.create('EXPRESSION_DENIED', { params: { name } });
}

/** Names whose value belongs to the current item. */
const itemNames = new Set([
  ...[
    '$json',
    '$binary',
    '$data',
    '$item',
    '$itemIndex',
    '$position',
    '$thisItem',
    '$thisItemIndex',
    '$node',
  ],
  ...['$parameter', '$self'],
]);
/** What can be read from `$input` or `$('Name')` without looking at the current item. */
const itemlessMembers = new Set(['all', 'first', 'last', 'isExecuted', 'params', 'context']);

/** Keeps account of `$node["Name"]`, `$input.item` and `$('Name').item`. */
export function noteMember(compiler: Compiler, scope: NameScope, node: MemberExpression): void {
  const { object, property } = node;
  const key =
    typeof property === 'string' ? property : property.type === 'literal' ? property.value : undefined;
  if (isFreeName(scope, object, '$node')) noteNode(compiler, key);
  const isView =
    isFreeName(scope, object, '$input') || (object.type === 'call' && isFreeName(scope, object.callee, '$'));
  if (isView && (typeof key !== 'string' || !itemlessMembers.has(key))) compiler.usesItem = true;
}

/** Keeps account of `$('Name')` and `$items('Name')`. */
export function noteNodeCall(
  compiler: Compiler,
  scope: NameScope,
  node: Extract<Expression, { type: 'call' }>,
): void {
  const isItems = isFreeName(scope, node.callee, '$items');
  if (!isItems && !isFreeName(scope, node.callee, '$')) return;
  const [first] = node.args;
  if (first === undefined && isItems) return;
  noteNode(compiler, first?.type === 'literal' ? first.value : undefined);
}

function noteNode(compiler: Compiler, name: unknown): void {
  if (typeof name === 'string') compiler.nodes.add(name);
  else compiler.hasDynamicNode = true;
}

function isFreeName(scope: NameScope, node: Expression, name: string): boolean {
  return node.type === 'name' && node.name === name && scope.find(name) === undefined;
}
