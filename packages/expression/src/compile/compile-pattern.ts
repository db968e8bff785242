import { toElements } from '../runtime/convert.ts';
import type { Evaluation } from '../runtime/evaluation.ts';
import { readMember } from '../runtime/member.ts';
import { createTypeFault } from '../runtime/thrown.ts';
import { isPlainObject, setOwn } from '../runtime/values.ts';
import type { Pattern } from '../syntax/ast.ts';
import { compileExpression, compileKey } from './compile-expression.ts';
import type { Compiler } from './compiler.ts';
import type { Frame } from './frame.ts';
import type { FoundVariable, NameScope } from './name-scope.ts';

/** Puts a value into the variables of a pattern. */
export type Bind = (frame: Frame, value: unknown) => void;

/** Declares every name of a pattern. */
export function declareNames(scope: NameScope, pattern: Pattern, isConstant: boolean): void {
  switch (pattern.type) {
    case 'name':
      scope.declare(pattern.name, isConstant);
      return;
    case 'default':
    case 'rest':
      declareNames(scope, pattern.target, isConstant);
      return;
    case 'arrayPattern':
      for (const element of pattern.elements) if (element) declareNames(scope, element, isConstant);
      return;
    case 'objectPattern':
      for (const { value } of pattern.properties) declareNames(scope, value, isConstant);
      if (pattern.rest) declareNames(scope, pattern.rest, isConstant);
  }
}

/** Compiles writing into a pattern whose names are declared. */
export function compileBinding(compiler: Compiler, scope: NameScope, pattern: Pattern): Bind {
  switch (pattern.type) {
    case 'name': {
      const variable = scope.find(pattern.name);
      if (!variable)
        throw compiler.fail(pattern.at, `"${pattern.name}" is not a variable of this expression`);
      return createWriter(variable);
    }
    case 'default': {
      const bind = compileBinding(compiler, scope, pattern.target);
      const fallback = compileExpression(compiler, scope, pattern.value);
      return (frame, value) => bind(frame, value === undefined ? fallback(frame) : value);
    }
    case 'rest':
      throw compiler.fail(pattern.at, '"..." is not expected here');
    case 'arrayPattern':
      return compileArrayPattern(compiler, scope, pattern);
    case 'objectPattern':
      return compileObjectPattern(compiler, scope, pattern);
  }
}

export function createWriter({ hops, slot }: FoundVariable): Bind {
  return (frame, value) => {
    let at = frame;
    for (let i = 0; i < hops; i++) at = at.parent!;
    at.slots[slot] = value;
  };
}

type PatternOf<Type extends Pattern['type']> = Extract<Pattern, { type: Type }>;

function compileArrayPattern(compiler: Compiler, scope: NameScope, pattern: PatternOf<'arrayPattern'>): Bind {
  const binds = pattern.elements.map((element) => {
    if (element === null) return undefined;
    const isRest = element.type === 'rest';
    return { isRest, bind: compileBinding(compiler, scope, isRest ? element.target : element) };
  });
  return (frame, value) => {
    const elements = toElements(frame.evaluation, value);
    for (const [index, part] of binds.entries()) {
      part?.bind(frame, part.isRest ? frame.evaluation.list(elements.slice(index)) : elements[index]);
    }
  };
}

function compileObjectPattern(
  compiler: Compiler,
  scope: NameScope,
  pattern: PatternOf<'objectPattern'>,
): Bind {
  const fields = pattern.properties.map(({ key, value }) => ({
    key: compileKey(compiler, scope, key),
    bind: compileBinding(compiler, scope, value),
  }));
  const rest = pattern.rest && compileBinding(compiler, scope, pattern.rest);
  return (frame, value) => {
    if (value === undefined || value === null) throw createTypeFault(`fields are read from ${value}`);
    const taken = new Set<string>();
    for (const { key, bind } of fields) {
      const name = typeof key === 'string' ? key : key(frame);
      taken.add(name);
      bind(frame, readMember(frame.evaluation, value, name));
    }
    rest?.(frame, copyOthers(frame.evaluation, value, taken));
  };
}

function copyOthers(evaluation: Evaluation, value: unknown, taken: ReadonlySet<string>): object {
  const others = evaluation.own({});
  if (!isPlainObject(value)) return others;
  evaluation.step(Object.keys(value).length >> 2);
  for (const key of Object.keys(value)) if (!taken.has(key)) setOwn(others, key, value[key]);
  return others;
}
