import { expressionErrors } from '../errors.ts';
import { findMethod, listMethodNames } from '../methods/method-tables.ts';
import { deniedNames } from '../syntax/words.ts';
import { describeType } from './convert.ts';
import type { Evaluation } from './evaluation.ts';
import { toSuggestion } from './suggestion.ts';
import { createTypeFault, Thrown } from './thrown.ts';
import { Callable, ErrorValue, isPlainObject, NativeFunction, View } from './values.ts';

/** The one gate to the members of a value. Nothing else in this package looks a user's name up on anything. */

export function assertAllowedName(name: string): void {
  if (deniedNames.has(name)) throw expressionErrors.create('EXPRESSION_DENIED', { params: { name } });
}

/** `target.key` and `target[key]`. */
export function readMember(evaluation: Evaluation, target: unknown, key: string): unknown {
  assertAllowedName(key);
  return readAllowedMember(evaluation, target, key);
}

/** As `readMember`, for a name that was checked when the expression was compiled. */
export function readAllowedMember(evaluation: Evaluation, target: unknown, key: string): unknown {
  if (isPlainObject(target)) return Object.hasOwn(target, key) ? target[key] : undefined;
  if (target === undefined || target === null) {
    // Data with a gap reads as undefined; n8n ends the whole expression there, which reads as undefined too.
    if (!evaluation.isLenient) return undefined;
    throw createTypeFault(`"${key}" is read from ${target}`);
  }
  if (Array.isArray(target)) return readListMember(target, key);
  if (target instanceof View) return target.read(evaluation, key);
  if (typeof target === 'string' && (key === 'length' || isIndex(key))) {
    if (key === 'length') return target.length;
    evaluation.touch(target.length >> 4);
    return target[Number(key)];
  }
  if (target instanceof NativeFunction && target.members?.has(key)) return target.members.get(key);
  return readTypeMember(target, key);
}

/** `list.length`, `list[0]`, and the extra fields of a match (`index`, `groups`). */
function readListMember(target: readonly unknown[], key: string): unknown {
  if (key === 'length') return target.length;
  if (Object.hasOwn(target, key)) return (target as unknown as Record<string, unknown>)[key];
  return isIndex(key) ? undefined : readTypeMember(target, key);
}

function isIndex(key: string): boolean {
  const code = key.charCodeAt(0);
  return code >= 48 && code <= 57;
}

/** A property of the type (`dateTime.year`), or one of its functions as a value (`list.map`). */
function readTypeMember(target: unknown, key: string): unknown {
  const property = findMethod(target, key);
  if (property === undefined) return undefined;
  if (property.kind === 'property') return property.read(target as never);
  if (property.kind === 'extension') return undefined;
  return new NativeFunction(key, (evaluation, args) => callMember({ evaluation, target, key, args }));
}

export interface MemberCall {
  evaluation: Evaluation;
  target: unknown;
  key: string;
  args: readonly unknown[];
}

/** `target.key(…)`. The name must have been checked. */
export function callMember(call: MemberCall): unknown {
  const { evaluation, target, key, args } = call;
  const own = readOwnFunction(evaluation, target, key);
  if (own !== undefined) return own.call(evaluation, args);
  const method = findMethod(target, key);
  if (method === undefined || method.kind === 'property') return refuseCall(call);
  const size =
    typeof target === 'string' ? target.length >> 8 : Array.isArray(target) ? target.length >> 3 : 0;
  evaluation.step(1 + size);
  const result = method.run(evaluation, target as never, args);
  return typeof result === 'string' ? evaluation.text(result) : result;
}

/** A function that the value itself holds: a field of an object, a member of a view or of `Math`. */
function readOwnFunction(evaluation: Evaluation, target: unknown, key: string): Callable | undefined {
  let member: unknown;
  if (isPlainObject(target)) member = Object.hasOwn(target, key) ? target[key] : undefined;
  else if (target instanceof View) member = target.read(evaluation, key);
  else if (target instanceof NativeFunction) member = target.members?.get(key);
  return member instanceof Callable ? member : undefined;
}

function refuseCall({ evaluation, target, key }: MemberCall): never {
  if (target === undefined || target === null) {
    throw createTypeFault(`${key}() is called on ${target === null ? 'null' : 'a missing value'}`);
  }
  const type = describeType(target);
  if (evaluation.isLenient) throw createTypeFault(`a value of type ${type} has no method ${key}`);
  const suggestion = toSuggestion(key, listMethodNames(target));
  const reason = `${key} is not a function`;
  throw new Thrown(new ErrorValue('TypeError', reason), 'EXPRESSION_UNKNOWN_METHOD', {
    type,
    name: key,
    suggestion,
  });
}

/** `f(…)` for any value. */
export function callValue(evaluation: Evaluation, callee: unknown, args: readonly unknown[]): unknown {
  if (callee instanceof Callable) return callee.call(evaluation, args);
  throw createTypeFault(`a value of type ${describeType(callee)} is called as a function`);
}

/** `new F(…)`. */
export function constructValue(evaluation: Evaluation, callee: unknown, args: readonly unknown[]): unknown {
  if (callee instanceof NativeFunction && callee.construct) return callee.construct(evaluation, args);
  throw createTypeFault('"new" needs a type such as Date');
}
