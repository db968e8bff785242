import { toElements } from '../runtime/convert.ts';
import { isSame } from '../runtime/operator.ts';
import { Thrown, toCaught } from '../runtime/thrown.ts';
import { isPlainObject } from '../runtime/values.ts';
import type { BlockStatement, Statement } from '../syntax/ast.ts';
import { compileExpression } from './compile-expression.ts';
import { compileFor, compileForEach, compileWhile } from './compile-loop.ts';
import { compileBinding, declareNames } from './compile-pattern.ts';
import type { Compiler } from './compiler.ts';
import type { Frame, Run } from './frame.ts';
import { NameScope } from './name-scope.ts';

/** How a statement ended. */
export const completion = { normal: 0, break: 1, continue: 2, return: 3 } as const;
export type Completion = (typeof completion)[keyof typeof completion];
export type RunStatement = (frame: Frame) => Completion;

/** The body of a function in braces: what it returns. */
export function compileBody(compiler: Compiler, scope: NameScope, body: BlockStatement): Run {
  const run = compileStatements(compiler, scope, body.body);
  return (frame) => {
    const ended = run(frame);
    if (ended !== completion.return) return undefined;
    const { returned } = frame.evaluation;
    frame.evaluation.returned = undefined;
    return returned;
  };
}

/** Statements one after the other, in a scope that is theirs. */
export function compileStatements(
  compiler: Compiler,
  scope: NameScope,
  statements: readonly Statement[],
): RunStatement {
  for (const statement of statements) declareStatement(scope, statement);
  const runs = statements.map((statement) => compileStatement(compiler, scope, statement));
  return (frame) => {
    for (const run of runs) {
      const ended = run(frame);
      if (ended !== completion.normal) return ended;
    }
    return completion.normal;
  };
}

function declareStatement(scope: NameScope, statement: Statement): void {
  if (statement.type !== 'declare') return;
  const owner = statement.kind === 'var' ? scope.findFunction() : scope;
  for (const { target } of statement.bindings) declareNames(owner, target, statement.kind === 'const');
}

export function compileStatement(compiler: Compiler, scope: NameScope, node: Statement): RunStatement {
  switch (node.type) {
    case 'block':
      return compileStatements(compiler, new NameScope(scope, 'block'), node.body);
    case 'declare':
      return compileDeclaration(compiler, scope, node);
    case 'evaluate': {
      const run = compileExpression(compiler, scope, node.value);
      return (frame) => {
        run(frame);
        return completion.normal;
      };
    }
    case 'if':
      return compileIf(compiler, scope, node);
    case 'return': {
      const run = node.value && compileExpression(compiler, scope, node.value);
      return (frame) => {
        frame.evaluation.returned = run?.(frame);
        return completion.return;
      };
    }
    case 'throw':
      return compileThrow(compiler, scope, node);
    case 'for':
      return compileFor(compiler, scope, node);
    case 'forEach':
      return compileForEach(compiler, scope, node);
    case 'while':
      return compileWhile(compiler, scope, node);
    case 'switch':
      return compileSwitch(compiler, scope, node);
    case 'try':
      return compileTry(compiler, scope, node);
    case 'break':
      return () => completion.break;
    case 'continue':
      return () => completion.continue;
    case 'empty':
      return () => completion.normal;
  }
}

type StatementOf<Type extends Statement['type']> = Extract<Statement, { type: Type }>;

export function compileDeclaration(
  compiler: Compiler,
  scope: NameScope,
  node: StatementOf<'declare'>,
): RunStatement {
  const writers = node.bindings.map(({ target, value }) => ({
    bind: compileBinding(compiler, scope, target),
    run: value && compileExpression(compiler, scope, value),
  }));
  return (frame) => {
    for (const { bind, run } of writers) {
      if (run || node.kind !== 'var') bind(frame, run?.(frame));
    }
    return completion.normal;
  };
}

function compileIf(compiler: Compiler, scope: NameScope, node: StatementOf<'if'>): RunStatement {
  const test = compileExpression(compiler, scope, node.test);
  const consequent = compileStatement(compiler, new NameScope(scope, 'block'), node.consequent);
  const alternate =
    node.alternate && compileStatement(compiler, new NameScope(scope, 'block'), node.alternate);
  return (frame) => (test(frame) ? consequent(frame) : (alternate?.(frame) ?? completion.normal));
}

function compileThrow(compiler: Compiler, scope: NameScope, node: StatementOf<'throw'>): RunStatement {
  const run = compileExpression(compiler, scope, node.value);
  return (frame) => {
    throw new Thrown(run(frame), 'EXPRESSION_THROWN', {});
  };
}

function compileSwitch(compiler: Compiler, scope: NameScope, node: StatementOf<'switch'>): RunStatement {
  const subject = compileExpression(compiler, scope, node.subject);
  const inner = new NameScope(scope, 'block');
  const tests = node.cases.map(({ test }) => test && compileExpression(compiler, inner, test));
  for (const { body } of node.cases) for (const statement of body) declareStatement(inner, statement);
  const bodies = node.cases.map(({ body }) => compileStatements(compiler, inner, body));
  const fallback = node.cases.findIndex(({ test }) => test === undefined);
  return (frame) => {
    const value = subject(frame);
    const found = tests.findIndex(
      (test) => test !== undefined && isSame(frame.evaluation, value, test(frame)),
    );
    const start = found >= 0 ? found : fallback;
    if (start < 0) return completion.normal;
    for (const body of bodies.slice(start)) {
      const ended = body(frame);
      if (ended === completion.break) return completion.normal;
      if (ended !== completion.normal) return ended;
    }
    return completion.normal;
  };
}

function compileTry(compiler: Compiler, scope: NameScope, node: StatementOf<'try'>): RunStatement {
  const body = compileStatement(compiler, scope, node.body);
  const handle = node.handler && compileHandler(compiler, scope, node);
  const finalize = node.finalizer && compileStatement(compiler, scope, node.finalizer);
  const attempt: RunStatement = (frame) => {
    if (!handle) return body(frame);
    try {
      return body(frame);
    } catch (error) {
      const caught = toCaught(error);
      if (!caught) throw error;
      return handle(frame, caught.value);
    }
  };
  if (!finalize) return attempt;
  return (frame) => {
    let ended: Completion;
    try {
      ended = attempt(frame);
    } catch (error) {
      // `finally` may not hold up an error that ends the evaluation.
      if (!toCaught(error)) throw error;
      const final = finalize(frame);
      if (final !== completion.normal) return final;
      throw error;
    }
    const { returned } = frame.evaluation;
    const final = finalize(frame);
    if (final !== completion.normal) return final;
    frame.evaluation.returned = returned;
    return ended;
  };
}

function compileHandler(
  compiler: Compiler,
  scope: NameScope,
  { param, handler }: StatementOf<'try'>,
): (frame: Frame, error: unknown) => Completion {
  const inner = new NameScope(scope, 'block');
  if (param) declareNames(inner, param, false);
  const bind = param && compileBinding(compiler, inner, param);
  const run = compileStatement(compiler, inner, handler!);
  return (frame, error) => {
    bind?.(frame, error);
    return run(frame);
  };
}

/** What `for … of` and `for … in` go through. */
export function listPasses(frame: Frame, over: 'of' | 'in', source: unknown): unknown[] {
  const { evaluation } = frame;
  if (over === 'of') return toElements(evaluation, source);
  if (isPlainObject(source)) return Object.keys(source);
  if (Array.isArray(source) || typeof source === 'string') {
    return toElements(evaluation, source).map((_value, index) => String(index));
  }
  return [];
}
