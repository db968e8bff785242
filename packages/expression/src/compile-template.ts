import { NavetteError } from '@navette/kit';
import { compileExpression } from './compile/compile-expression.ts';
import { Compiler, type References } from './compile/compiler.ts';
import { Frame, type Run } from './compile/frame.ts';
import { NameScope } from './compile/name-scope.ts';
import { finishResult } from './finish-result.ts';
import { joinText } from './runtime/convert.ts';
import { Evaluation } from './runtime/evaluation.ts';
import { Thrown, toKnown } from './runtime/thrown.ts';
import type { ExpressionScope } from './scope.ts';
import { parseTemplate, type TemplateOptions } from './syntax/parse-template.ts';
import { TextCache } from './text-cache.ts';

export interface CompiledTemplate {
  /** False for plain text, whose value is always the same. */
  readonly isExpression: boolean;
  readonly references: References;
  /** False when an object that it gives is always data of the scope (or a date), as in `{{ $json.customer }}`. */
  readonly makesValues: boolean;
  /**
   * The value for one item. A text that is exactly one `{{ }}` keeps the type of its value; otherwise the parts are
   * joined as text: null and undefined are empty, lists are joined by commas, DateTimes are ISO.
   * @throws NavetteError with an EXPRESSION_… code, or what the scope throws.
   */
  evaluate(scope: ExpressionScope): unknown;
}

const cache = new TextCache<CompiledTemplate>();

/**
 * Parses and compiles a template once; the same text is compiled once per process as long as it stays in use.
 * @example
 * compileTemplate('Dear {{ $json.name }}').evaluate(scope); // "Dear Ada"
 * @throws EXPRESSION_SYNTAX, and EXPRESSION_DENIED for a name that may not be used.
 */
export function compileTemplate(text: string, options: TemplateOptions = {}): CompiledTemplate {
  const mode = options.mode ?? 'navette';
  const key = mode === 'n8n' ? `n${text}` : `N${text}`;
  const known = cache.find(key);
  if (known) return known;
  const compiled = compileUncached(text, { mode });
  cache.append(key, compiled);
  return compiled;
}

function compileUncached(text: string, options: TemplateOptions): CompiledTemplate {
  const template = parseTemplate(text, options);
  const compiler = new Compiler(text, template.mode);
  const scope = new NameScope();
  const parts = template.parts.map((part) => {
    if (part.type === 'text') return part.text;
    return part.expression ? compilePart(compiler, scope, part) : () => undefined;
  });
  const settings: EvaluateSettings = {
    compiler,
    isLenient: template.mode === 'n8n',
    tracksOwnership: compiler.tracksOwnership,
  };
  const [first] = parts;
  return {
    isExpression: template.isExpression,
    references: compiler.toReferences(),
    makesValues: compiler.makesValues,
    evaluate:
      parts.length === 1 && typeof first === 'function'
        ? (evaluated) => evaluateWhole(first, evaluated, settings)
        : createJoin(parts, settings),
  };
}

type Part = string | Run;

function compilePart(
  compiler: Compiler,
  scope: NameScope,
  part: { expression: Parameters<typeof compileExpression>[2] | undefined; start: number },
): Run {
  try {
    return compileExpression(compiler, scope, part.expression!);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw compiler.fail(part.start, 'it is nested too deeply');
  }
}

interface EvaluateSettings {
  compiler: Compiler;
  isLenient: boolean;
  tracksOwnership: boolean;
}

function evaluateWhole(run: Run, scope: ExpressionScope, settings: EvaluateSettings): unknown {
  const evaluation = new Evaluation(scope, settings);
  const value = evaluatePart(run, evaluation);
  return typeof value === 'object' || typeof value === 'function'
    ? finishResult(evaluation, value, settings.compiler.canMultiply)
    : value;
}

function createJoin(parts: readonly Part[], settings: EvaluateSettings): (scope: ExpressionScope) => unknown {
  if (parts.every((part) => typeof part === 'string')) {
    const text = parts.join('');
    return () => text;
  }
  return (scope) => {
    const evaluation = new Evaluation(scope, settings);
    const values = parts.map((part) => {
      if (typeof part === 'string') return part;
      return finishResult(evaluation, evaluatePart(part, evaluation), false);
    });
    return joinParts(evaluation, values);
  };
}

function evaluatePart(run: Run, evaluation: Evaluation): unknown {
  try {
    return run(new Frame(evaluation, undefined, []));
  } catch (error) {
    const known = toKnown(error);
    if (NavetteError.is(known)) throw known;
    if (evaluation.isLenient) return undefined;
    throw (known as Thrown).toNavetteError();
  }
}

function joinParts(evaluation: Evaluation, values: readonly unknown[]): string {
  try {
    return joinText(evaluation, values, '');
  } catch (error) {
    const known = toKnown(error);
    throw known instanceof Thrown ? known.toNavetteError() : known;
  }
}
