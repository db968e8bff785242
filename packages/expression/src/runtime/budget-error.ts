import { expressionErrors } from '../errors.ts';

/** EXPRESSION_BUDGET for a limit and what it counts. */
export function createBudgetError(limit: number, unit: string): Error {
  return expressionErrors.create('EXPRESSION_BUDGET', { params: { limit, unit } });
}
