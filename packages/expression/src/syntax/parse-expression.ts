import type { BinaryOperator, Expression, LogicalOperator, Spread, UnaryOperator } from './ast.ts';
import type { Cursor } from './cursor.ts';
import { parseArrowBody, toPattern } from './parse-function.ts';
import { parsePostfix } from './parse-postfix.ts';

const precedence = new Map<string, number>([
  ...(['??'] as const).map((mark) => [mark, 1] as const),
  ...(['||'] as const).map((mark) => [mark, 2] as const),
  ...(['&&'] as const).map((mark) => [mark, 3] as const),
  ...(['|'] as const).map((mark) => [mark, 4] as const),
  ...(['^'] as const).map((mark) => [mark, 5] as const),
  ...(['&'] as const).map((mark) => [mark, 6] as const),
  ...(['==', '!=', '===', '!=='] as const).map((mark) => [mark, 7] as const),
  ...(['<', '>', '<=', '>=', 'in', 'instanceof'] as const).map((mark) => [mark, 8] as const),
  ...(['<<', '>>', '>>>'] as const).map((mark) => [mark, 9] as const),
  ...(['+', '-'] as const).map((mark) => [mark, 10] as const),
  ...(['*', '/', '%'] as const).map((mark) => [mark, 11] as const),
  ...(['**'] as const).map((mark) => [mark, 12] as const),
]);
const assignmentMarks = new Set([
  ...['=', '+=', '-=', '*=', '/=', '%=', '**=', '<<=', '>>=', '>>>=', '&=', '|=', '^=', '&&=', '||=', '??='],
]);
const unaryMarks = new Set(['!', '-', '+', '~']);
const unaryWords = new Set(['typeof', 'void', 'delete']);

/** A whole expression, commas included. */
export function parseExpression(cursor: Cursor): Expression {
  const first = parseAssignment(cursor);
  if (!cursor.is(',')) return first;
  const expressions = [first];
  while (cursor.eat(',')) expressions.push(parseAssignment(cursor));
  return { type: 'sequence', at: first.at, expressions };
}

/** One element of a list of arguments or elements. */
export function parseSpreadable(cursor: Cursor): Expression | Spread {
  const at = cursor.token.start;
  if (cursor.eat('...')) return { type: 'spread', at, value: parseAssignment(cursor) };
  return parseAssignment(cursor);
}

/** An expression without a comma at its top level. */
export function parseAssignment(cursor: Cursor): Expression {
  return cursor.nest(() => {
    const left = parseConditional(cursor);
    if (cursor.is('=>')) {
      if (left.type !== 'name') throw cursor.fail('"=>" needs a list of names in parentheses before it');
      return parseArrowBody(cursor, [toPattern(cursor, left)], left.at);
    }
    if (cursor.token.type !== 'mark' || !assignmentMarks.has(cursor.token.text)) return left;
    const operator = cursor.token.text;
    const target = left.type === 'member' ? left : toPattern(cursor, left);
    if (operator !== '=' && target.type !== 'member' && target.type !== 'name') {
      throw cursor.fail('only a variable or a field can be changed like this');
    }
    cursor.advance();
    return { type: 'assign', at: left.at, operator, target, value: parseAssignment(cursor) };
  });
}

function parseConditional(cursor: Cursor): Expression {
  const test = parseBinary(cursor, 0);
  if (!cursor.eat('?')) return test;
  const consequent = parseAssignment(cursor);
  cursor.expect(':');
  return { type: 'conditional', at: test.at, test, consequent, alternate: parseAssignment(cursor) };
}

function parseBinary(cursor: Cursor, minimum: number): Expression {
  return cursor.chain(() => {
    let left = parseUnary(cursor);
    for (;;) {
      const operator = readOperator(cursor);
      const level = operator === undefined ? undefined : precedence.get(operator);
      if (operator === undefined || level === undefined || level <= minimum) return left;
      cursor.deepen();
      cursor.advance();
      // `**` groups to the right.
      const right = cursor.nest(() => parseBinary(cursor, operator === '**' ? level - 1 : level));
      left = createBinary(operator, left, right);
    }
  });
}

function readOperator({ token }: Cursor): string | undefined {
  if (token.type === 'mark') return token.text;
  return token.type === 'name' && (token.text === 'in' || token.text === 'instanceof')
    ? token.text
    : undefined;
}

function createBinary(operator: string, left: Expression, right: Expression): Expression {
  if (operator === '&&' || operator === '||' || operator === '??') {
    return { type: 'logical', at: left.at, operator: operator as LogicalOperator, left, right };
  }
  return { type: 'binary', at: left.at, operator: operator as BinaryOperator, left, right };
}

function parseUnary(cursor: Cursor): Expression {
  const { token } = cursor;
  const isOperator =
    (token.type === 'mark' && unaryMarks.has(token.text)) ||
    (token.type === 'name' && unaryWords.has(token.text));
  if (isOperator) {
    cursor.advance();
    const operand = cursor.nest(() => parseUnary(cursor));
    if (cursor.is('**')) throw cursor.fail('put parentheses around the left side of "**"');
    return { type: 'unary', at: token.start, operator: token.text as UnaryOperator, operand };
  }
  if (token.type === 'mark' && (token.text === '++' || token.text === '--')) {
    cursor.advance();
    const target = cursor.nest(() => parseUnary(cursor));
    return createUpdate(cursor, { at: token.start, operator: token.text, prefix: true, target });
  }
  const operand = parsePostfix(cursor);
  const after = cursor.token;
  if (after.type === 'mark' && (after.text === '++' || after.text === '--') && !after.afterNewline) {
    cursor.advance();
    return createUpdate(cursor, { at: operand.at, operator: after.text, prefix: false, target: operand });
  }
  return operand;
}

interface Update {
  at: number;
  operator: '++' | '--';
  prefix: boolean;
  target: Expression;
}

function createUpdate(cursor: Cursor, update: Update): Expression {
  if (update.target.type !== 'name' && update.target.type !== 'member') {
    throw cursor.fail(`"${update.operator}" needs a variable or a field`, update.at);
  }
  return { type: 'update', ...update };
}
