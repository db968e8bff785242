import { expressionErrors } from '../errors.ts';
import { describeType, toNumeric } from '../runtime/convert.ts';
import type { Evaluation } from '../runtime/evaluation.ts';
import { readAllowedMember } from '../runtime/member.ts';
import { binaryOperators } from '../runtime/operator.ts';
import { createTypeFault } from '../runtime/thrown.ts';
import { isPlainObject, setOwn } from '../runtime/values.ts';
import type { BinaryOperator, Expression, MemberExpression, Pattern } from '../syntax/ast.ts';
import { compileExpression, compileKey } from './compile-expression.ts';
import { compileBinding, createWriter } from './compile-pattern.ts';
import type { Compiler } from './compiler.ts';
import type { Frame, Run } from './frame.ts';
import type { NameScope } from './name-scope.ts';

/** A place that can be read and written: a variable, or a field of something that the expression made. */
interface Place {
  read: (frame: Frame) => unknown;
  write: (frame: Frame, value: unknown) => void;
}

/** Looks the place up once, so that `list[i++] += 1` counts once. */
type Locate = (frame: Frame) => Place;

export function compileAssign(
  compiler: Compiler,
  scope: NameScope,
  node: Extract<Expression, { type: 'assign' }>,
): Run {
  const value = compileExpression(compiler, scope, node.value);
  if (node.operator === '=' && node.target.type !== 'member') {
    assertNotConstant(compiler, scope, node.target);
    const bind = compileBinding(compiler, scope, node.target);
    return (frame) => {
      const result = value(frame);
      bind(frame, result);
      return result;
    };
  }
  const locate = compilePlace(compiler, scope, node.target as Expression);
  const combine = createCombination(node.operator.slice(0, -1));
  return (frame) => {
    const place = locate(frame);
    return combine(frame, place, value);
  };
}

type Combine = (frame: Frame, place: Place, value: Run) => unknown;

function createCombination(operator: string): Combine {
  const store = (frame: Frame, place: Place, value: unknown) => {
    place.write(frame, value);
    return value;
  };
  switch (operator) {
    case '':
      return (frame, place, value) => store(frame, place, value(frame));
    case '&&':
      return (frame, place, value) => place.read(frame) && store(frame, place, value(frame));
    case '||':
      return (frame, place, value) => place.read(frame) || store(frame, place, value(frame));
    case '??':
      return (frame, place, value) => place.read(frame) ?? store(frame, place, value(frame));
    default: {
      const operate = binaryOperators[operator as BinaryOperator];
      return (frame, place, value) =>
        store(frame, place, operate(frame.evaluation, place.read(frame), value(frame)));
    }
  }
}

export function compileUpdate(
  compiler: Compiler,
  scope: NameScope,
  node: Extract<Expression, { type: 'update' }>,
): Run {
  const locate = compilePlace(compiler, scope, node.target);
  const isUp = node.operator === '++';
  return (frame) => {
    const place = locate(frame);
    const before = toNumeric(frame.evaluation, place.read(frame));
    const one = typeof before === 'bigint' ? 1n : 1;
    const after = binaryOperators[isUp ? '+' : '-'](frame.evaluation, before, one);
    place.write(frame, after);
    return node.prefix ? after : before;
  };
}

export function compileDelete(
  compiler: Compiler,
  scope: NameScope,
  node: Extract<Expression, { type: 'unary' }>,
): Run {
  if (node.operand.type !== 'member') throw compiler.fail(node.at, '"delete" needs a field');
  compiler.tracksOwnership = true;
  const object = compileExpression(compiler, scope, node.operand.object);
  const key = compileKey(compiler, scope, node.operand.property);
  return (frame) => {
    const target = object(frame);
    const name = typeof key === 'string' ? key : key(frame);
    assertOwn(frame.evaluation, target);
    if (!isPlainObject(target)) throw createTypeFault(`a field of ${describeType(target)} cannot be deleted`);
    return delete target[name];
  };
}

function compilePlace(compiler: Compiler, scope: NameScope, target: Expression): Locate {
  if (target.type === 'member') return compileFieldPlace(compiler, scope, target);
  if (target.type !== 'name') throw compiler.fail(target.at, 'a variable or a field is expected here');
  assertNotConstant(compiler, scope, target);
  const variable = scope.find(target.name);
  if (!variable) throw compiler.fail(target.at, `"${target.name}" is not a variable of this expression`);
  const place = { read: compileExpression(compiler, scope, target), write: createWriter(variable) };
  return () => place;
}

function compileFieldPlace(compiler: Compiler, scope: NameScope, node: MemberExpression): Locate {
  if (node.optional) throw compiler.fail(node.at, 'a field behind "?." cannot be changed');
  compiler.tracksOwnership = true;
  const object = compileExpression(compiler, scope, node.object);
  const key = compileKey(compiler, scope, node.property);
  return (frame) => {
    const target = object(frame);
    const name = typeof key === 'string' ? key : key(frame);
    return {
      read: ({ evaluation }) => readAllowedMember(evaluation, target, name),
      write: ({ evaluation }, value) => writeField(evaluation, target, name, value),
    };
  };
}

function writeField(evaluation: Evaluation, target: unknown, key: string, value: unknown): void {
  if (target === undefined || target === null) throw createTypeFault(`"${key}" is set on ${target}`);
  assertOwn(evaluation, target);
  evaluation.step();
  if (Array.isArray(target)) {
    const index = key === 'length' ? Number(value) : /^\d{1,9}$/.test(key) ? Number(key) : -1;
    if (!Number.isInteger(index) || index < 0) throw createTypeFault(`a list has no place "${key}"`);
    evaluation.reserveList(index);
    if (key === 'length') target.length = index;
    else target[index] = value;
  } else if (isPlainObject(target)) {
    setOwn(target, key, value);
  } else {
    throw createTypeFault(`a field of ${describeType(target)} cannot be changed`);
  }
}

/** Data that was given to the expression is never changed. */
function assertOwn(evaluation: Evaluation, target: unknown): void {
  if (typeof target === 'object' && target !== null && evaluation.isOwn(target)) return;
  throw expressionErrors.create('EXPRESSION_READ_ONLY', {
    params: { what: `a value of type ${describeType(target)} that it did not make` },
  });
}

function assertNotConstant(compiler: Compiler, scope: NameScope, pattern: Pattern): void {
  switch (pattern.type) {
    case 'name':
      if (scope.find(pattern.name)?.isConstant)
        throw compiler.fail(pattern.at, `"${pattern.name}" is a constant`);
      return;
    case 'default':
    case 'rest':
      assertNotConstant(compiler, scope, pattern.target);
      return;
    case 'arrayPattern':
      for (const element of pattern.elements) if (element) assertNotConstant(compiler, scope, element);
      return;
    case 'objectPattern':
      for (const { value } of pattern.properties) assertNotConstant(compiler, scope, value);
      if (pattern.rest) assertNotConstant(compiler, scope, pattern.rest);
  }
}
