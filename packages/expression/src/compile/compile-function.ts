import { Closure } from '../runtime/values.ts';
import type { FunctionExpression } from '../syntax/ast.ts';
import { compileExpression } from './compile-expression.ts';
import { type Bind, compileBinding, declareNames } from './compile-pattern.ts';
import { compileBody } from './compile-statement.ts';
import type { Compiler } from './compiler.ts';
import { Frame, type Run } from './frame.ts';
import { NameScope } from './name-scope.ts';

/** A function of the expression: `x => x.name`, `function (x) { … }`. */
export function compileFunction(compiler: Compiler, scope: NameScope, node: FunctionExpression): Run {
  compiler.canMultiply = true;
  const inner = new NameScope(scope, 'function');
  const own = node.name === undefined ? undefined : inner.declare(node.name, false);
  for (const param of node.params) declareNames(inner, param, false);
  const binds = node.params.map((param, index) => compileParameter(compiler, inner, param, index));
  const run =
    node.body.type === 'block'
      ? compileBody(compiler, inner, node.body)
      : compileExpression(compiler, inner, node.body);
  const name = node.name ?? '';
  return (definition) => {
    const closure: Closure = new Closure(name, (evaluation, args) => {
      const frame = new Frame(evaluation, definition, new Array(inner.layout.size));
      if (own) frame.slots[own.slot] = closure;
      for (const bind of binds) bind(frame, args);
      return run(frame);
    });
    return closure;
  };
}

function compileParameter(
  compiler: Compiler,
  scope: NameScope,
  param: FunctionExpression['params'][number],
  index: number,
): (frame: Frame, args: readonly unknown[]) => void {
  if (param.type === 'name') {
    const { slot } = scope.find(param.name)!;
    return (frame, args) => {
      frame.slots[slot] = args[index];
    };
  }
  if (param.type === 'rest') {
    const bind: Bind = compileBinding(compiler, scope, param.target);
    return (frame, args) => bind(frame, frame.evaluation.list(args.slice(index)));
  }
  const bind = compileBinding(compiler, scope, param);
  return (frame, args) => bind(frame, args[index]);
}
