import { NavetteError } from '@navette/kit';
import { type ExpressionErrorCode, expressionErrors } from '../errors.ts';
import { createBudgetError } from './budget-error.ts';
import { ErrorValue } from './values.ts';

type ThrownCode = Extract<
  ExpressionErrorCode,
  'EXPRESSION_TYPE' | 'EXPRESSION_THROWN' | 'EXPRESSION_UNKNOWN_METHOD' | 'EXPRESSION_UNKNOWN_NAME'
>;

/** What travels when an expression throws: JavaScript's own errors and `throw`. n8n mode turns it into undefined. */
export class Thrown {
  readonly value: unknown;
  readonly code: ThrownCode;
  readonly params: Record<string, string>;

  constructor(value: unknown, code: ThrownCode, params: Record<string, string>) {
    this.value = value;
    this.code = code;
    this.params = params;
  }

  toNavetteError(): NavetteError {
    return expressionErrors.create(this.code, { params: this.params });
  }
}

export function createTypeFault(reason: string): Thrown {
  return new Thrown(new ErrorValue('TypeError', reason), 'EXPRESSION_TYPE', { reason });
}

/** A wrong argument to a function; in both modes an error. */
export function createArgumentError(name: string, reason: string): NavetteError {
  return expressionErrors.create('EXPRESSION_ARGUMENT', { params: { name, reason } });
}

/** Codes that an expression may not catch: they end the evaluation whatever it does. */
const finalCodes = new Set(['EXPRESSION_BUDGET', 'EXPRESSION_DENIED', 'EXPRESSION_ENV_DENIED']);

/** What a `catch` block gets for something that was thrown; undefined when it may not catch it. */
export function toCaught(error: unknown): { value: unknown } | undefined {
  const known = toKnown(error);
  if (known instanceof Thrown) return { value: known.value };
  return finalCodes.has(known.code) ? undefined : { value: new ErrorValue('Error', known.message) };
}

/**
 * Sorts what came out of an evaluation. Errors of the host's own functions (`toFixed(200)`, mixing bigint and number)
 * count as thrown by the expression; a full stack counts as its budget.
 */
export function toKnown(error: unknown): Thrown | NavetteError {
  if (error instanceof Thrown || NavetteError.is(error)) return error;
  if (error instanceof RangeError && /call stack/i.test(error.message)) {
    return createBudgetError(1, 'nested calls that fit the stack') as NavetteError;
  }
  if (error instanceof Error) {
    const value = new ErrorValue(error.name, error.message);
    return new Thrown(value, 'EXPRESSION_TYPE', { reason: error.message });
  }
  throw error;
}
