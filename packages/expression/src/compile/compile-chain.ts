import { changingMethods } from '../methods/array.ts';
import { changingDateMethods } from '../methods/date.ts';
import { toKey } from '../runtime/convert.ts';
import {
  assertAllowedName,
  callMember,
  callValue,
  readAllowedMember,
  readMember,
} from '../runtime/member.ts';
import type { Expression, MemberExpression } from '../syntax/ast.ts';
import { compileExpression, compileList } from './compile-expression.ts';
import { noteMember, noteNodeCall } from './compile-name.ts';
import type { Compiler } from './compiler.ts';
import type { Run } from './frame.ts';
import type { NameScope } from './name-scope.ts';

/** What runs through the rest of a chain once a `?.` has met nothing. */
const skipped = Symbol('skipped');

/** The whole of a chain with `?.`: undefined when it was cut short. */
export function compileChain(compiler: Compiler, scope: NameScope, body: Expression): Run {
  const run = compileExpression(compiler, scope, body);
  return (frame) => {
    const value = run(frame);
    return value === skipped ? undefined : value;
  };
}

export function compileMember(compiler: Compiler, scope: NameScope, node: MemberExpression): Run {
  noteMember(compiler, scope, node);
  const object = compileExpression(compiler, scope, node.object);
  const { property, optional } = node;
  if (typeof property === 'string' || isTextLiteral(property)) {
    const key = typeof property === 'string' ? property : property.value;
    assertAllowedName(key);
    noteChange(compiler, key);
    return (frame) => {
      const target = object(frame);
      if (target === skipped || (optional && (target === undefined || target === null))) return skipped;
      return readAllowedMember(frame.evaluation, target, key);
    };
  }
  compiler.tracksOwnership = true;
  const key = compileExpression(compiler, scope, property);
  return (frame) => {
    const target = object(frame);
    if (target === skipped || (optional && (target === undefined || target === null))) return skipped;
    const value = key(frame);
    if (typeof value === 'number' && Array.isArray(target)) return target[value];
    return readMember(frame.evaluation, target, toKey(frame.evaluation, value));
  };
}

type TextLiteral = Extract<Expression, { type: 'literal' }> & { value: string };

function isTextLiteral(node: Expression): node is TextLiteral {
  return node.type === 'literal' && typeof node.value === 'string';
}

function noteChange(compiler: Compiler, key: string): void {
  if (changingMethods.has(key) || changingDateMethods.has(key) || key === 'assign')
    compiler.tracksOwnership = true;
}

export function compileCall(
  compiler: Compiler,
  scope: NameScope,
  node: Extract<Expression, { type: 'call' }>,
): Run {
  noteNodeCall(compiler, scope, node);
  compiler.makesValues = true;
  if (node.callee.type === 'member') return compileMemberCall(compiler, scope, node, node.callee);
  const callee = compileExpression(compiler, scope, node.callee);
  const args = compileList(compiler, scope, node.args);
  const { optional } = node;
  return (frame) => {
    const target = callee(frame);
    if (target === skipped || (optional && (target === undefined || target === null))) return skipped;
    return callValue(frame.evaluation, target, args(frame));
  };
}

function compileMemberCall(
  compiler: Compiler,
  scope: NameScope,
  node: Extract<Expression, { type: 'call' }>,
  callee: MemberExpression,
): Run {
  noteMember(compiler, scope, callee);
  const object = compileExpression(compiler, scope, callee.object);
  const args = compileList(compiler, scope, node.args);
  const readKey = compileMethodName(compiler, scope, callee.property);
  const { optional: isObjectOptional } = callee;
  const { optional: isCallOptional } = node;
  return (frame) => {
    const target = object(frame);
    if (target === skipped) return skipped;
    const isNothing = target === undefined || target === null;
    if (isNothing && isObjectOptional) return skipped;
    const { evaluation } = frame;
    const key = readKey(frame);
    if (isCallOptional) {
      const method = readAllowedMember(evaluation, target, key);
      if (method === undefined || method === null) return skipped;
    }
    return callMember({ evaluation, target, key, args: args(frame) });
  };
}

function compileMethodName(
  compiler: Compiler,
  scope: NameScope,
  property: string | Expression,
): (...args: Parameters<Run>) => string {
  if (typeof property === 'string' || isTextLiteral(property)) {
    const key = typeof property === 'string' ? property : property.value;
    assertAllowedName(key);
    noteChange(compiler, key);
    return () => key;
  }
  compiler.tracksOwnership = true;
  const run = compileExpression(compiler, scope, property);
  return (frame) => {
    const key = toKey(frame.evaluation, run(frame));
    assertAllowedName(key);
    return key;
  };
}
