import type { Expression, Property, Spread } from './ast.ts';
import type { Cursor } from './cursor.ts';
import { parseAssignment, parseExpression, parseSpreadable } from './parse-expression.ts';
import { parseArrowBody, parseFunction, parseMethod, toPattern } from './parse-function.ts';
import { reservedWords } from './words.ts';

export function parsePrimary(cursor: Cursor): Expression {
  const { token } = cursor;
  switch (token.type) {
    case 'string':
      cursor.advance();
      return { type: 'literal', at: token.start, value: token.text };
    case 'number':
    case 'bigint':
      cursor.advance();
      return { type: 'literal', at: token.start, value: token.value };
    case 'name':
      return parseWord(cursor);
    case 'end':
      throw cursor.fail('the expression ends too early');
    case 'mark':
      return parseMark(cursor);
  }
}

function parseMark(cursor: Cursor): Expression {
  switch (cursor.token.text) {
    case '(':
      return parseParentheses(cursor);
    case '[':
      return parseArray(cursor);
    case '{':
      return parseObject(cursor);
    case '`':
      return parseTemplateLiteral(cursor);
    case '/':
    case '/=': {
      const at = cursor.token.start;
      const { source, flags } = cursor.tokenizer.readRegex(at);
      cursor.resume();
      return { type: 'regex', at, source, flags };
    }
    default:
      if (cursor.is('}') || cursor.is(')')) throw cursor.fail('a value is missing here');
      throw cursor.fail(`"${cursor.token.text}" is not expected here`);
  }
}

function parseWord(cursor: Cursor): Expression {
  const { text, start } = cursor.token;
  switch (text) {
    case 'true':
    case 'false':
      cursor.advance();
      return { type: 'literal', at: start, value: text === 'true' };
    case 'null':
      cursor.advance();
      return { type: 'literal', at: start, value: null };
    // There is nothing that `this` could be.
    case 'this':
      cursor.advance();
      return { type: 'literal', at: start, value: undefined };
    case 'function':
      return parseFunction(cursor);
    default:
      if (reservedWords.has(text)) throw cursor.fail(`"${text}" is not part of the expression language`);
      cursor.advance();
      return { type: 'name', at: start, name: text };
  }
}

/** Either `(a, b)` or the parameters of an arrow function; which of them shows only behind the parenthesis. */
function parseParentheses(cursor: Cursor): Expression {
  const at = cursor.advance().start;
  const elements: (Expression | Spread)[] = [];
  let endsWithComma = false;
  while (!cursor.is(')')) {
    elements.push(parseSpreadable(cursor));
    endsWithComma = cursor.eat(',');
    if (!endsWithComma) break;
  }
  cursor.expect(')');
  if (cursor.is('=>')) {
    const params = elements.map((element) => toPattern(cursor, element));
    return parseArrowBody(cursor, params, at);
  }
  const expressions = elements.filter((element) => element.type !== 'spread');
  if (expressions.length === 0 || endsWithComma || expressions.length < elements.length) {
    throw cursor.fail('these parentheses hold no value', at);
  }
  if (expressions.length > 1) return { type: 'sequence', at, expressions };
  const [inner] = expressions as [Expression];
  return inner.type === 'function' ? { ...inner, isArrow: false } : inner;
}

function parseArray(cursor: Cursor): Expression {
  const at = cursor.advance().start;
  const elements: (Expression | Spread | null)[] = [];
  while (!cursor.is(']')) {
    if (cursor.eat(',')) {
      elements.push(null);
      continue;
    }
    elements.push(parseSpreadable(cursor));
    if (!cursor.eat(',')) break;
  }
  cursor.expect(']');
  return { type: 'array', at, elements };
}

function parseObject(cursor: Cursor): Expression {
  const at = cursor.advance().start;
  const properties: (Property | Spread)[] = [];
  while (!cursor.is('}')) {
    properties.push(parseProperty(cursor));
    if (!cursor.eat(',')) break;
  }
  cursor.expect('}');
  return { type: 'object', at, properties };
}

function parseProperty(cursor: Cursor): Property | Spread {
  const { token } = cursor;
  const at = token.start;
  if (cursor.eat('...')) return { type: 'spread', at, value: parseAssignment(cursor) };
  if (token.type === 'bigint' || token.type === 'end') throw cursor.fail('a field name is missing here');
  const key = parseKey(cursor);
  if (cursor.eat(':')) return { type: 'property', at, key, value: parseAssignment(cursor) };
  if (cursor.is('(')) return { type: 'property', at, key, value: parseMethod(cursor) };
  if (token.type !== 'name' || reservedWords.has(token.text))
    throw cursor.fail('":" and a value are missing here');
  const name: Expression = { type: 'name', at, name: token.text };
  if (!cursor.eat('=')) return { type: 'property', at, key, value: name };
  const value: Expression = {
    type: 'assign',
    at,
    operator: '=',
    target: { ...name },
    value: parseAssignment(cursor),
  };
  return { type: 'property', at, key, value, isPatternOnly: true };
}

/** The key of a field: a name, a text, a number, or `[computed]`. */
export function parseKey(cursor: Cursor): string | Expression {
  const { token } = cursor;
  if (cursor.eat('[')) {
    const key = parseAssignment(cursor);
    cursor.expect(']');
    return key;
  }
  if (token.type === 'mark') throw cursor.fail('a field name is missing here');
  cursor.advance();
  return token.type === 'number' ? String(token.value) : token.text;
}

function parseTemplateLiteral(cursor: Cursor): Expression {
  const at = cursor.token.start;
  const texts: string[] = [];
  const values: Expression[] = [];
  let chunk = cursor.tokenizer.readTemplateText(at + 1);
  texts.push(chunk.text);
  while (!chunk.ended) {
    cursor.resume();
    values.push(parseExpression(cursor));
    if (!cursor.is('}')) throw cursor.fail('"}" is missing here');
    chunk = cursor.tokenizer.readTemplateText(cursor.token.end);
    texts.push(chunk.text);
  }
  cursor.resume();
  return { type: 'template', at, texts, values };
}
