import type { Statement } from '../syntax/ast.ts';
import { compileExpression } from './compile-expression.ts';
import { compileBinding, declareNames } from './compile-pattern.ts';
import {
  type Completion,
  compileDeclaration,
  compileStatement,
  completion,
  listPasses,
  type RunStatement,
} from './compile-statement.ts';
import type { Compiler } from './compiler.ts';
import { Frame } from './frame.ts';
import { NameScope } from './name-scope.ts';

/** Each pass of a loop has a frame of its own, so that functions made in it keep its variables. */

type StatementOf<Type extends Statement['type']> = Extract<Statement, { type: Type }>;

export function compileFor(compiler: Compiler, scope: NameScope, node: StatementOf<'for'>): RunStatement {
  compiler.canMultiply = true;
  const inner = new NameScope(scope, 'pass');
  if (node.init?.type === 'declare') {
    const owner = node.init.kind === 'var' ? inner.findFunction() : inner;
    for (const { target } of node.init.bindings) declareNames(owner, target, false);
  }
  const init =
    node.init &&
    (node.init.type === 'declare'
      ? compileDeclaration(compiler, inner, node.init)
      : compileExpression(compiler, inner, node.init));
  const test = node.test && compileExpression(compiler, inner, node.test);
  const update = node.update && compileExpression(compiler, inner, node.update);
  const body = compileStatement(compiler, inner, node.body);
  return (outer) => {
    let frame = createFrame(outer, inner);
    init?.(frame);
    while (!test || test(frame)) {
      outer.evaluation.step();
      const ended = body(frame);
      if (isLeaving(ended)) return toOuter(ended);
      frame = new Frame(outer.evaluation, outer, [...frame.slots]);
      update?.(frame);
    }
    return completion.normal;
  };
}

export function compileForEach(
  compiler: Compiler,
  scope: NameScope,
  node: StatementOf<'forEach'>,
): RunStatement {
  compiler.canMultiply = true;
  const source = compileExpression(compiler, scope, node.source);
  const inner = new NameScope(scope, 'pass');
  const owner = node.kind === 'var' ? inner.findFunction() : inner;
  declareNames(owner, node.target, node.kind === 'const');
  const bind = compileBinding(compiler, inner, node.target);
  const body = compileStatement(compiler, inner, node.body);
  return (outer) => {
    for (const value of listPasses(outer, node.over, source(outer))) {
      outer.evaluation.step();
      const frame = createFrame(outer, inner);
      bind(frame, value);
      const ended = body(frame);
      if (isLeaving(ended)) return toOuter(ended);
    }
    return completion.normal;
  };
}

export function compileWhile(compiler: Compiler, scope: NameScope, node: StatementOf<'while'>): RunStatement {
  compiler.canMultiply = true;
  const test = compileExpression(compiler, scope, node.test);
  const inner = new NameScope(scope, 'pass');
  const body = compileStatement(compiler, inner, node.body);
  return (outer) => {
    let isFirst = true;
    while ((isFirst && !node.testsFirst) || test(outer)) {
      isFirst = false;
      outer.evaluation.step();
      const ended = body(createFrame(outer, inner));
      if (isLeaving(ended)) return toOuter(ended);
    }
    return completion.normal;
  };
}

function createFrame(outer: Frame, scope: NameScope): Frame {
  return new Frame(outer.evaluation, outer, new Array(scope.layout.size));
}

function isLeaving(ended: Completion): boolean {
  return ended === completion.break || ended === completion.return;
}

/** `break` ends here; `return` goes on outwards. */
function toOuter(ended: Completion): Completion {
  return ended === completion.break ? completion.normal : ended;
}
