import { type Json, NavetteError } from '@navette/kit';
import type { References } from './compile/compiler.ts';
import { type CompiledTemplate, compileTemplate } from './compile-template.ts';
import { expressionErrors } from './errors.ts';
import { limits } from './limits.ts';
import { isPlainObject } from './runtime/values.ts';
import type { ExpressionScope } from './scope.ts';
import type { TemplateOptions } from './syntax/parse-template.ts';
import { toJsonValue } from './to-json-value.ts';

export interface CompiledParameters {
  /** True when no text in the tree is an expression; `evaluate` then gives the same frozen tree every time. */
  readonly isStatic: boolean;
  readonly references: References;
  /**
   * The tree with every template evaluated for one item, as JSON: dates are ISO texts. A parameter whose expression
   * gives nothing is undefined. Parts without expressions are shared between calls and frozen; treat the whole as
   * read-only.
   * @throws NavetteError; its `issues` hold the JSON pointer of the parameter at fault.
   */
  evaluate(scope: ExpressionScope): unknown;
}

type Evaluate = (scope: ExpressionScope) => unknown;

/** A compiled part: either a value that never changes, or how to get it. */
type Part = { isStatic: true; value: unknown } | { isStatic: false; evaluate: Evaluate };

/**
 * Compiles every text of a parameter tree once. Do this when a workflow version is loaded, not per item.
 * @throws EXPRESSION_SYNTAX or EXPRESSION_DENIED with the JSON pointer of the parameter in `issues`.
 */
export function compileParameters(parameters: Json, options: TemplateOptions = {}): CompiledParameters {
  const walker = new ParameterWalker(options);
  const part = walker.compile(parameters, '');
  return {
    isStatic: part.isStatic,
    references: mergeReferences(walker.templates),
    evaluate: part.isStatic ? () => part.value : part.evaluate,
  };
}

class ParameterWalker {
  readonly templates: CompiledTemplate[] = [];
  readonly #options: TemplateOptions;
  #depth = 0;

  constructor(options: TemplateOptions) {
    this.#options = options;
  }

  compile(value: Json, path: string): Part {
    if (typeof value === 'string') return this.#compileText(value, path);
    if (typeof value !== 'object' || value === null) return { isStatic: true, value };
    this.#depth += 1;
    if (this.#depth > limits.valueDepth) {
      const params = { limit: limits.valueDepth, unit: 'parameters inside one another' };
      throw expressionErrors.create('EXPRESSION_BUDGET', { params });
    }
    const part = Array.isArray(value) ? this.#compileList(value, path) : this.#compileObject(value, path);
    this.#depth -= 1;
    return part;
  }

  #compileText(text: string, path: string): Part {
    const template = withPath(path, () => compileTemplate(text, this.#options));
    if (!template.isExpression) return { isStatic: true, value: readStatic(template) };
    this.templates.push(template);
    return { isStatic: false, evaluate: (scope) => withPath(path, () => evaluateToJson(template, scope)) };
  }

  #compileList(list: readonly Json[], path: string): Part {
    const parts = list.map((value, index) => this.compile(value, `${path}/${index}`));
    if (parts.every((part) => part.isStatic)) {
      return { isStatic: true, value: Object.freeze(parts.map((part) => part.value)) };
    }
    return { isStatic: false, evaluate: (scope) => parts.map((part) => readPart(part, scope)) };
  }

  #compileObject(object: Readonly<Record<string, Json>>, path: string): Part {
    const fields = Object.entries(object).map(([key, value]) => ({
      key,
      part: this.compile(value, `${path}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`),
    }));
    if (fields.every(({ part }) => part.isStatic)) {
      const build = createBuilder(fields);
      return { isStatic: true, value: Object.freeze(build(undefined as never)) };
    }
    return { isStatic: false, evaluate: createBuilder(fields) };
  }
}

function evaluateToJson(template: CompiledTemplate, scope: ExpressionScope): unknown {
  const value = template.evaluate(scope);
  if (typeof value === 'string') return value;
  // Data of the scope is JSON and may be large: it is not walked.
  const isData = !template.makesValues && (Array.isArray(value) || isPlainObject(value));
  return isData ? value : toJsonValue(value);
}

interface Field {
  key: string;
  part: Part;
}

/** Makes an object with the fields of a parameter tree; a key that leads to a prototype is defined, not set. */
function createBuilder(fields: readonly Field[]): (scope: ExpressionScope) => object {
  const isPlain = fields.every(({ key }) => !(key in Object.prototype));
  return (scope) => {
    const object: Record<string, unknown> = {};
    for (const { key, part } of fields) {
      const value = readPart(part, scope);
      if (isPlain) object[key] = value;
      else
        Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
    }
    return object;
  };
}

function readPart(part: Part, scope: ExpressionScope): unknown {
  return part.isStatic ? part.value : part.evaluate(scope);
}

/** The text of a template without expressions: its escapes are taken away, in n8n mode its "=". */
function readStatic(template: CompiledTemplate): unknown {
  return template.evaluate(undefined as never);
}

/** Adds the place in the parameters to an error. */
function withPath<T>(path: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (!NavetteError.is(error) || error.issues) throw error;
    const { code, kind, status, retry, help, params, message, cause } = error;
    const issues = [{ path, message }];
    throw new NavetteError(code, { kind, status, retry, message, help }, { message, params, issues, cause });
  }
}

function mergeReferences(templates: readonly CompiledTemplate[]): References {
  const all = templates.map((template) => template.references);
  return {
    nodes: [...new Set(all.flatMap((one) => one.nodes))],
    hasDynamicNode: all.some((one) => one.hasDynamicNode),
    usesItem: all.some((one) => one.usesItem),
    unknownNames: [...new Set(all.flatMap((one) => one.unknownNames))],
  };
}
