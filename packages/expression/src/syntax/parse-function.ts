import type { Expression, FunctionExpression, Pattern, Spread } from './ast.ts';
import type { Cursor } from './cursor.ts';
import { parseAssignment, parseSpreadable } from './parse-expression.ts';
import { parseBlock } from './parse-statement.ts';
import { deniedNames, reservedWords } from './words.ts';

/** What stands behind the parameters of an arrow function; the current token is `=>`. */
export function parseArrowBody(cursor: Cursor, params: Pattern[], at: number): FunctionExpression {
  assertRestIsLast(cursor, params);
  cursor.expect('=>');
  const body = cursor.is('{') ? cursor.nest(() => parseBlock(cursor)) : parseAssignment(cursor);
  return { type: 'function', at, params, body, isArrow: true };
}

/** `function name(a, b) { … }`. */
export function parseFunction(cursor: Cursor): FunctionExpression {
  const at = cursor.advance().start;
  if (cursor.is('*')) throw cursor.fail('generators are not part of the expression language');
  const name = cursor.token.type === 'name' ? toName(cursor, cursor.advance().text) : undefined;
  const parsed = parseMethod(cursor);
  return name === undefined ? { ...parsed, at } : { ...parsed, at, name };
}

/** Parameters in parentheses and a body in braces. */
export function parseMethod(cursor: Cursor): FunctionExpression {
  const at = cursor.token.start;
  cursor.expect('(');
  const params: Pattern[] = [];
  while (!cursor.is(')')) {
    params.push(toPattern(cursor, parseSpreadable(cursor)));
    if (!cursor.eat(',')) break;
  }
  cursor.expect(')');
  assertRestIsLast(cursor, params);
  const body = cursor.nest(() => parseBlock(cursor));
  return { type: 'function', at, params, body, isArrow: false };
}

/** Reads what was parsed as a value as the target of an assignment: `[a, b = 1]`, `{ a, ...rest }`. */
export function toPattern(cursor: Cursor, value: Expression | Spread): Pattern {
  switch (value.type) {
    case 'name':
      return { type: 'name', at: value.at, name: toName(cursor, value.name, value.at) };
    case 'assign':
      if (value.operator !== '=' || value.target.type === 'member') break;
      return { type: 'default', at: value.at, target: value.target, value: value.value };
    case 'spread':
      return { type: 'rest', at: value.at, target: toPattern(cursor, value.value) };
    case 'array': {
      const elements = value.elements.map((element) =>
        element === null ? null : toPattern(cursor, element),
      );
      assertRestIsLast(cursor, elements);
      return { type: 'arrayPattern', at: value.at, elements };
    }
    case 'object':
      return toObjectPattern(cursor, value);
  }
  throw cursor.fail('a name is expected here', value.at);
}

function toObjectPattern(cursor: Cursor, value: Extract<Expression, { type: 'object' }>): Pattern {
  const pattern: Extract<Pattern, { type: 'objectPattern' }> = {
    type: 'objectPattern',
    at: value.at,
    properties: [],
  };
  for (const property of value.properties) {
    if (pattern.rest) throw cursor.fail('nothing may follow "..." in a pattern', property.at);
    if (property.type === 'spread') pattern.rest = toPattern(cursor, property.value);
    else pattern.properties.push({ key: property.key, value: toPattern(cursor, property.value) });
  }
  return pattern;
}

function assertRestIsLast(cursor: Cursor, patterns: readonly (Pattern | null)[]): void {
  const at = patterns.findIndex((pattern) => pattern?.type === 'rest');
  if (at >= 0 && at < patterns.length - 1) {
    throw cursor.fail('nothing may follow "..." in a pattern', patterns[at]!.at);
  }
}

/** A name that the expression may declare. Two underscores in front are kept for hosts. */
function toName(cursor: Cursor, name: string, at?: number): string {
  if (reservedWords.has(name) || deniedNames.has(name) || name.startsWith('__')) {
    throw cursor.fail(`"${name}" cannot be the name of a variable`, at);
  }
  return name;
}
