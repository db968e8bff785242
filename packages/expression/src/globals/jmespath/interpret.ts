import { isDeepEqual } from '../../runtime/deep-equal.ts';
import type { Evaluation } from '../../runtime/evaluation.ts';
import { assertAllowedName } from '../../runtime/member.ts';
import { isPlainObject, setOwn } from '../../runtime/values.ts';
import type { Query } from './query.ts';
import { queryFunctions, queryTakers } from './query-functions.ts';
import { createQueryError } from './query-tokens.ts';

/** A query handed to a function with `&`. */
export class QueryReference {
  readonly query: Query;

  constructor(query: Query) {
    this.query = query;
  }
}

/** What a query finds in `data`; null where there is nothing. */
export function interpret(evaluation: Evaluation, query: Query, data: unknown): unknown {
  evaluation.step();
  switch (query.type) {
    case 'current':
      return data;
    case 'field':
      return isPlainObject(data) && Object.hasOwn(data, query.name) ? data[query.name] : null;
    case 'index':
      return Array.isArray(data) ? (data.at(query.index) ?? null) : null;
    case 'slice':
      return Array.isArray(data) ? slice(evaluation, data, query) : null;
    case 'literal':
      return query.value;
    case 'then': {
      const left = interpret(evaluation, query.left, data);
      return left === null || left === undefined ? null : interpret(evaluation, query.right, left);
    }
    case 'project':
    case 'filter':
      return project(evaluation, query, data);
    case 'compare':
      return compare(evaluation, query, data);
    case 'or': {
      const left = interpret(evaluation, query.left, data);
      return isTrue(left) ? left : interpret(evaluation, query.right, data);
    }
    case 'and': {
      const left = interpret(evaluation, query.left, data);
      return isTrue(left) ? interpret(evaluation, query.right, data) : left;
    }
    case 'not':
      return !isTrue(interpret(evaluation, query.operand, data));
    case 'list':
      return evaluation.list(query.elements.map((element) => interpret(evaluation, element, data)));
    case 'object': {
      const object = evaluation.own({});
      for (const { key, value } of query.fields) {
        assertAllowedName(key);
        setOwn(object, key, interpret(evaluation, value, data));
      }
      return object;
    }
    case 'call':
      return call(evaluation, query, data);
    case 'reference':
      return new QueryReference(query.query);
  }
}

/** False values of JMESPath: nothing, false, and what is empty. Zero is true. */
export function isTrue(value: unknown): boolean {
  if (value === null || value === undefined || value === false || value === '') return false;
  if (Array.isArray(value)) return value.length > 0;
  return !isPlainObject(value) || Object.keys(value).length > 0;
}

function project(
  evaluation: Evaluation,
  query: Extract<Query, { type: 'project' | 'filter' }>,
  data: unknown,
): unknown {
  const elements = listProjected(evaluation, query, interpret(evaluation, query.left, data));
  if (elements === null) return null;
  const results = elements.map((element) => interpret(evaluation, query.right, element));
  return evaluation.list(results.filter((result) => result !== null && result !== undefined));
}

function listProjected(
  evaluation: Evaluation,
  query: Extract<Query, { type: 'project' | 'filter' }>,
  base: unknown,
): unknown[] | null {
  if (query.type === 'project' && query.kind === 'values')
    return isPlainObject(base) ? Object.values(base) : null;
  if (!Array.isArray(base)) return null;
  if (query.type === 'filter') {
    return base.filter((element) => isTrue(interpret(evaluation, query.condition, element)));
  }
  if (query.kind === 'list') return base;
  const length = base.reduce<number>(
    (sum, element) => sum + (Array.isArray(element) ? element.length : 1),
    0,
  );
  evaluation.reserveList(length);
  return base.flat();
}

function slice(
  evaluation: Evaluation,
  list: readonly unknown[],
  { start, stop, step }: Extract<Query, { type: 'slice' }>,
): unknown[] {
  const size = list.length;
  const clamp = (value: number, least: number, most: number) =>
    Math.max(least, Math.min(most, value < 0 ? value + size : value));
  const from =
    step > 0 ? clamp(start ?? 0, 0, size) : start === undefined ? size - 1 : clamp(start, -1, size - 1);
  const to = step > 0 ? clamp(stop ?? size, 0, size) : stop === undefined ? -1 : clamp(stop, -1, size - 1);
  const part: unknown[] = [];
  for (let at = from; step > 0 ? at < to : at > to; at += step) part.push(list[at]);
  return evaluation.list(part);
}

function compare(evaluation: Evaluation, query: Extract<Query, { type: 'compare' }>, data: unknown): unknown {
  const left = interpret(evaluation, query.left, data) ?? null;
  const right = interpret(evaluation, query.right, data) ?? null;
  if (query.operator === '==') return isDeepEqual(evaluation, left, right);
  if (query.operator === '!=') return !isDeepEqual(evaluation, left, right);
  if (typeof left !== 'number' || typeof right !== 'number') return null;
  if (query.operator === '<') return left < right;
  if (query.operator === '<=') return left <= right;
  return query.operator === '>' ? left > right : left >= right;
}

function call(evaluation: Evaluation, query: Extract<Query, { type: 'call' }>, data: unknown): unknown {
  const run = queryFunctions.get(query.name);
  if (!run) throw createQueryError(`there is no function ${query.name}`);
  const hasReference = query.args.some((arg) => arg.type === 'reference');
  if (hasReference && !queryTakers.has(query.name))
    throw createQueryError(`${query.name}() takes no query behind &`);
  const args = query.args.map((arg) => interpret(evaluation, arg, data) ?? null);
  return run({
    evaluation,
    args,
    apply: (reference, value) => {
      if (!(reference instanceof QueryReference))
        throw createQueryError(`${query.name}() needs a query behind &`);
      return interpret(evaluation, reference.query, value) ?? null;
    },
  });
}
