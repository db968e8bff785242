import type { Expression, Spread } from './ast.ts';
import type { Cursor } from './cursor.ts';
import { parseExpression, parseSpreadable } from './parse-expression.ts';
import { parsePrimary } from './parse-primary.ts';

/** A value followed by any number of `.a`, `[a]`, `(a)` and their `?.` forms. */
export function parsePostfix(cursor: Cursor): Expression {
  return cursor.chain(() => {
    const at = cursor.token.start;
    let value = cursor.isWord('new') ? parseNew(cursor) : parsePrimary(cursor);
    let hasOptional = false;
    // An arrow function ends an expression: `a => a.b` has taken the rest already.
    while (value.type !== 'function' || !value.isArrow) {
      const optional = cursor.is('?.');
      const next = parseLink(cursor, value);
      if (next === undefined) break;
      cursor.deepen();
      hasOptional ||= optional;
      value = next;
    }
    return hasOptional ? { type: 'chain', at, body: value } : value;
  });
}

function parseLink(cursor: Cursor, object: Expression): Expression | undefined {
  const { at } = object;
  const optional = cursor.eat('?.');
  if (cursor.is('(')) return { type: 'call', at, callee: object, args: parseArguments(cursor), optional };
  if (cursor.eat('[')) {
    const property = parseExpression(cursor);
    cursor.expect(']');
    return { type: 'member', at, object, property, optional };
  }
  if (optional || cursor.eat('.')) {
    return { type: 'member', at, object, property: parsePropertyName(cursor), optional };
  }
  if (cursor.is('`')) throw cursor.fail('text in backquotes cannot follow a function name');
  return undefined;
}

function parsePropertyName(cursor: Cursor): string {
  if (cursor.token.type !== 'name') throw cursor.fail('a field name is missing after the dot');
  return cursor.advance().text;
}

function parseArguments(cursor: Cursor): (Expression | Spread)[] {
  cursor.expect('(');
  const args: (Expression | Spread)[] = [];
  while (!cursor.is(')')) {
    args.push(parseSpreadable(cursor));
    if (!cursor.eat(',')) break;
  }
  cursor.expect(')');
  return args;
}

function parseNew(cursor: Cursor): Expression {
  const at = cursor.advance().start;
  if (cursor.is('.')) throw cursor.fail('new.target is not part of the expression language');
  let callee = cursor.isWord('new') ? cursor.nest(() => parseNew(cursor)) : parsePrimary(cursor);
  while (cursor.is('.') || cursor.is('[')) {
    cursor.deepen();
    callee = parseLink(cursor, callee)!;
  }
  return { type: 'new', at, callee, args: cursor.is('(') ? parseArguments(cursor) : [] };
}
