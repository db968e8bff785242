import type { ApprovalField, DecideRequest } from '@navette/contracts';
import type { FieldIssue, Json, JsonObject } from '@navette/kit';
import { apiErrors } from '../http/api-error.ts';

const maxTextLength = 20_000;

/**
 * What somebody filled in, by the fields that were asked for. A rejection needs none of them. Throws REQUEST_INVALID with
 * the fields that do not fit.
 */
export function parseValues(
  fields: readonly ApprovalField[],
  { decision, values }: Pick<DecideRequest, 'decision' | 'values'>,
): JsonObject {
  const issues: FieldIssue[] = [];
  const report = (name: string, message: string) => issues.push({ path: `/body/values/${name}`, message });
  const given = new Map(Object.entries(values));
  const parsed: [string, Json][] = [];
  for (const field of fields) {
    const value = given.get(field.name);
    given.delete(field.name);
    if (isMissing(value)) {
      if (field.required && decision === 'approve') report(field.name, 'is required');
      continue;
    }
    const problem = findProblem(field, value as Json);
    if (problem) report(field.name, problem);
    else parsed.push([field.name, value as Json]);
  }
  for (const name of given.keys()) report(name.slice(0, 64), 'is not asked for');
  if (issues.length > 0) throw apiErrors.create('REQUEST_INVALID', { issues });
  return Object.fromEntries(parsed);
}

function isMissing(value: unknown): boolean {
  return value === undefined || value === null || value === '';
}

function findProblem({ type, options }: ApprovalField, value: Json): string | undefined {
  switch (type) {
    case 'number':
      return typeof value === 'number' ? undefined : 'must be a number';
    case 'boolean':
      return typeof value === 'boolean' ? undefined : 'must be true or false';
    case 'choice':
      return typeof value === 'string' && options.includes(value)
        ? undefined
        : `must be one of: ${options.join(', ')}`;
    default:
      return typeof value === 'string' && value.length <= maxTextLength
        ? undefined
        : `must be a text of at most ${maxTextLength} characters`;
  }
}
