import { expressionErrors } from './errors.ts';
import { limits } from './limits.ts';
import { RegexValue } from './regex/regex-value.ts';
import { createBudgetError } from './runtime/budget-error.ts';
import type { Evaluation } from './runtime/evaluation.ts';
import { Callable, isPlainObject, View } from './runtime/values.ts';

/**
 * What leaves an evaluation: data. Views become objects of their data, functions are refused. Where an expression can
 * multiply (functions, loops), the result is measured, because ten lines can describe a list of a billion elements
 * that costs nothing until somebody writes it out.
 */
export function finishResult(evaluation: Evaluation, value: unknown, canMultiply: boolean): unknown {
  if (value instanceof Callable || typeof value === 'function')
    throw expressionErrors.create('EXPRESSION_FUNCTION_RESULT');
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof RegexValue) return value.toString();
  if (value instanceof View) return toData(evaluation, value);
  if (canMultiply) assertMeasurable(value);
  return value;
}

function toData(evaluation: Evaluation, view: View): object {
  const data: Record<string, unknown> = {};
  for (const key of view.keys()) {
    const value = view.read(evaluation, key);
    if (!(value instanceof Callable) && !(value instanceof View)) data[key] = value;
  }
  return data;
}

/** Counts what a writer of this value would go through, without going deeper than it could. */
function assertMeasurable(root: object): void {
  let left: number = limits.resultValues;
  const visit = (value: unknown, depth: number): void => {
    left -= 1;
    if (left < 0 || depth > limits.valueDepth) {
      throw createBudgetError(limits.resultValues, 'values in a result, or the result contains itself');
    }
    if (typeof value !== 'object' || value === null) return;
    if (Array.isArray(value)) for (const element of value) visit(element, depth + 1);
    else if (isPlainObject(value)) for (const key of Object.keys(value)) visit(value[key], depth + 1);
    else if (value instanceof Map || value instanceof Set) left -= value.size;
  };
  visit(root, 0);
}
