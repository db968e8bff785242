import { RegexSyntaxError } from '../regex/regex-syntax-error.ts';
import { compileRegex, RegexValue } from '../regex/regex-value.ts';
import { toElements, toKey, toNumber, toNumeric } from '../runtime/convert.ts';
import type { Evaluation } from '../runtime/evaluation.ts';
import { assertAllowedName, constructValue } from '../runtime/member.ts';
import { binaryOperators, joinTemplate, readTypeName } from '../runtime/operator.ts';
import { isPlainObject, setOwn } from '../runtime/values.ts';
import type { Expression, Spread } from '../syntax/ast.ts';
import { compileAssign, compileDelete, compileUpdate } from './compile-assign.ts';
import { compileCall, compileChain, compileMember } from './compile-chain.ts';
import { compileFunction } from './compile-function.ts';
import { compileName } from './compile-name.ts';
import type { Compiler } from './compiler.ts';
import type { Frame, Run } from './frame.ts';
import type { NameScope } from './name-scope.ts';

/** Turns a syntax tree into closures, once; evaluating is calling them. */
export function compileExpression(compiler: Compiler, scope: NameScope, node: Expression): Run {
  switch (node.type) {
    case 'literal': {
      const { value } = node;
      return () => value;
    }
    case 'name':
      return compileName(compiler, scope, node);
    case 'member':
      return compileMember(compiler, scope, node);
    case 'call':
      return compileCall(compiler, scope, node);
    case 'chain':
      return compileChain(compiler, scope, node.body);
    case 'binary':
      return compileBinary(compiler, scope, node);
    case 'logical':
      return compileLogical(compiler, scope, node);
    case 'unary':
      return compileUnary(compiler, scope, node);
    case 'conditional': {
      const test = compileExpression(compiler, scope, node.test);
      const consequent = compileExpression(compiler, scope, node.consequent);
      const alternate = compileExpression(compiler, scope, node.alternate);
      return (frame) => (test(frame) ? consequent(frame) : alternate(frame));
    }
    case 'template':
      return compileTemplateLiteral(compiler, scope, node);
    case 'array':
      return compileArray(compiler, scope, node);
    case 'object':
      return compileObject(compiler, scope, node);
    case 'regex':
      return compileRegexLiteral(compiler, node);
    case 'new':
      return compileNew(compiler, scope, node);
    case 'function':
      return compileFunction(compiler, scope, node);
    case 'assign':
      return compileAssign(compiler, scope, node);
    case 'update':
      return compileUpdate(compiler, scope, node);
    case 'sequence': {
      const runs = node.expressions.map((expression) => compileExpression(compiler, scope, expression));
      return (frame) => {
        let value: unknown;
        for (const run of runs) value = run(frame);
        return value;
      };
    }
  }
}

type NodeOf<Type extends Expression['type']> = Extract<Expression, { type: Type }>;

function compileBinary(compiler: Compiler, scope: NameScope, node: NodeOf<'binary'>): Run {
  const left = compileExpression(compiler, scope, node.left);
  const right = compileExpression(compiler, scope, node.right);
  const operate = binaryOperators[node.operator];
  return (frame) => operate(frame.evaluation, left(frame), right(frame));
}

function compileLogical(compiler: Compiler, scope: NameScope, node: NodeOf<'logical'>): Run {
  const left = compileExpression(compiler, scope, node.left);
  const right = compileExpression(compiler, scope, node.right);
  switch (node.operator) {
    case '&&':
      return (frame) => left(frame) && right(frame);
    case '||':
      return (frame) => left(frame) || right(frame);
    case '??':
      return (frame) => left(frame) ?? right(frame);
  }
}

function compileUnary(compiler: Compiler, scope: NameScope, node: NodeOf<'unary'>): Run {
  if (node.operator === 'delete') return compileDelete(compiler, scope, node);
  if (node.operator === 'typeof' && node.operand.type === 'name') {
    const operand = compileName(compiler, scope, node.operand, { isUnknownAllowed: true });
    return (frame) => readTypeName(operand(frame));
  }
  const operand = compileExpression(compiler, scope, node.operand);
  switch (node.operator) {
    case '!':
      return (frame) => !operand(frame);
    case '-':
      return (frame) => -toNumeric(frame.evaluation, operand(frame));
    case '+':
      return (frame) => toNumber(frame.evaluation, operand(frame));
    case '~':
      return (frame) => ~toNumeric(frame.evaluation, operand(frame));
    case 'typeof':
      return (frame) => readTypeName(operand(frame));
    case 'void':
      return (frame) => {
        operand(frame);
        return undefined;
      };
  }
}

function compileTemplateLiteral(compiler: Compiler, scope: NameScope, node: NodeOf<'template'>): Run {
  const { texts } = node;
  const values = node.values.map((value) => compileExpression(compiler, scope, value));
  return (frame) =>
    joinTemplate(
      frame.evaluation,
      texts,
      values.map((value) => value(frame)),
    );
}

/** The values of a list of arguments or elements, `...` taken apart. */
export function compileList(
  compiler: Compiler,
  scope: NameScope,
  nodes: readonly (Expression | Spread | null)[],
): (frame: Frame) => unknown[] {
  const parts = nodes.map((node) => {
    if (node === null) return { isSpread: false, run: () => undefined };
    const isSpread = node.type === 'spread';
    return { isSpread, run: compileExpression(compiler, scope, isSpread ? node.value : node) };
  });
  if (!parts.some((part) => part.isSpread)) {
    const runs = parts.map((part) => part.run);
    return (frame) => runs.map((run) => run(frame));
  }
  return (frame) => {
    const list: unknown[] = [];
    for (const { isSpread, run } of parts) {
      const value = run(frame);
      if (!isSpread) list.push(value);
      else for (const element of toElements(frame.evaluation, value)) list.push(element);
    }
    return list;
  };
}

function compileArray(compiler: Compiler, scope: NameScope, node: NodeOf<'array'>): Run {
  compiler.makesValues = true;
  const list = compileList(compiler, scope, node.elements);
  return (frame) => frame.evaluation.list(list(frame));
}

type Writer = (frame: Frame, target: object) => void;

function compileObject(compiler: Compiler, scope: NameScope, node: NodeOf<'object'>): Run {
  compiler.makesValues = true;
  const writers = node.properties.map((property): Writer => {
    if (property.type === 'spread') {
      const source = compileExpression(compiler, scope, property.value);
      return (frame, target) => copyFields(frame.evaluation, target, source(frame));
    }
    if (property.isPatternOnly) throw compiler.fail(property.at, '":" and a value are missing here');
    const key = compileKey(compiler, scope, property.key);
    const value = compileExpression(compiler, scope, property.value);
    if (typeof key === 'string') return (frame, target) => setOwn(target, key, value(frame));
    return (frame, target) => setOwn(target, key(frame), value(frame));
  });
  return (frame) => {
    const object = frame.evaluation.own({});
    frame.evaluation.step();
    for (const write of writers) write(frame, object);
    return object;
  };
}

/** A field name: a checked text, or what gives one at run time and checks it then. */
export function compileKey(
  compiler: Compiler,
  scope: NameScope,
  key: string | Expression,
): string | ((frame: Frame) => string) {
  if (typeof key === 'string') {
    assertAllowedName(key);
    return key;
  }
  const run = compileExpression(compiler, scope, key);
  return (frame) => {
    const name = toKey(frame.evaluation, run(frame));
    assertAllowedName(name);
    return name;
  };
}

/** `{ ...source }`. */
function copyFields(evaluation: Evaluation, target: object, source: unknown): void {
  if (isPlainObject(source)) {
    const keys = Object.keys(source);
    evaluation.step(1 + (keys.length >> 2));
    for (const key of keys) setOwn(target, key, source[key]);
  } else if (Array.isArray(source) || typeof source === 'string') {
    for (const [index, value] of toElements(evaluation, source).entries())
      setOwn(target, String(index), value);
  }
}

function compileRegexLiteral(compiler: Compiler, node: NodeOf<'regex'>): Run {
  try {
    const compiled = compileRegex(node.source, node.flags);
    return () => new RegexValue(compiled);
  } catch (error) {
    if (!(error instanceof RegexSyntaxError)) throw error;
    throw compiler.fail(node.at, `the regular expression is not valid: ${error.message}`);
  }
}

function compileNew(compiler: Compiler, scope: NameScope, node: NodeOf<'new'>): Run {
  compiler.makesValues = true;
  const callee = compileExpression(compiler, scope, node.callee);
  const args = compileList(compiler, scope, node.args);
  return (frame) => constructValue(frame.evaluation, callee(frame), args(frame));
}
