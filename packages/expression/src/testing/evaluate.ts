import { NavetteError } from '@navette/kit';
import { compileTemplate } from '../compile-template.ts';
import type { TemplateOptions } from '../syntax/parse-template.ts';
import { createTestScope, type TestScopeOptions } from './test-scope.ts';

/** The value of a whole template in a test scope. */
export function evaluate(text: string, scope: TestScopeOptions = {}, options: TemplateOptions = {}): unknown {
  return compileTemplate(text, options).evaluate(createTestScope(scope));
}

/** The value of one expression, written without braces. */
export function evaluateExpression(expression: string, scope: TestScopeOptions = {}): unknown {
  return evaluate(`{{ ${expression} }}`, scope);
}

/** The code of the error that an expression ends with; undefined when it has a value. */
export function findErrorCode(
  text: string,
  scope: TestScopeOptions = {},
  options: TemplateOptions = {},
): string | undefined {
  try {
    evaluate(text, scope, options);
    return undefined;
  } catch (error) {
    if (NavetteError.is(error)) return error.code;
    throw error;
  }
}
