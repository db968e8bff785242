import { describeType } from '../../runtime/convert.ts';
import type { Evaluation } from '../../runtime/evaluation.ts';
import { isPlainObject } from '../../runtime/values.ts';
import { interpret } from './interpret.ts';
import { parseQuery } from './parse-query.ts';
import { createQueryError } from './query-tokens.ts';

/** `$jmespath(data, query)`: null where the data has nothing. */
export function searchJmespath(evaluation: Evaluation, data: unknown, query: unknown): unknown {
  if (typeof query !== 'string')
    throw createQueryError(`the query must be a text, not ${describeType(query)}`);
  if (!Array.isArray(data) && !isPlainObject(data)) {
    throw createQueryError(`the data must be an object or a list, not ${describeType(data)}`);
  }
  evaluation.step(1 + query.length);
  return interpret(evaluation, parseQuery(query), data) ?? null;
}
