import type { BlockStatement, Declaration, DeclarationKind, Expression, Pattern, Statement } from './ast.ts';
import type { Cursor } from './cursor.ts';
import { parseAssignment, parseExpression } from './parse-expression.ts';
import { parseFunction, toPattern } from './parse-function.ts';
import { parsePrimary } from './parse-primary.ts';

export function parseBlock(cursor: Cursor): BlockStatement {
  const at = cursor.token.start;
  cursor.expect('{');
  const body: Statement[] = [];
  while (!cursor.is('}')) {
    if (cursor.token.type === 'end') throw cursor.fail('"}" is missing here');
    body.push(cursor.nest(() => parseStatement(cursor)));
  }
  cursor.expect('}');
  return { type: 'block', at, body };
}

function parseStatement(cursor: Cursor): Statement {
  const at = cursor.token.start;
  if (cursor.is('{')) return parseBlock(cursor);
  if (cursor.eat(';')) return { type: 'empty', at };
  const parseWord = cursor.token.type === 'name' ? statementWords.get(cursor.token.text) : undefined;
  if (parseWord) return parseWord(cursor, at);
  const value = parseExpression(cursor);
  endStatement(cursor);
  return { type: 'evaluate', at, value };
}

const statementWords = new Map<string, (cursor: Cursor, at: number) => Statement>([
  ['const', parseDeclarationStatement],
  ['let', parseDeclarationStatement],
  ['var', parseDeclarationStatement],
  ['function', parseFunctionStatement],
  ['if', parseIf],
  ['for', parseFor],
  ['while', parseWhile],
  ['do', parseDoWhile],
  ['switch', parseSwitch],
  ['try', parseTry],
  ['return', parseReturn],
  ['throw', parseThrow],
  ['break', parseJump],
  ['continue', parseJump],
]);

/** A semicolon, or what stands for one: a line break, or the end of the block. */
function endStatement(cursor: Cursor): void {
  if (cursor.eat(';') || cursor.is('}') || cursor.token.type === 'end' || cursor.token.afterNewline) return;
  throw cursor.fail('";" is missing here');
}

function parseDeclarationStatement(cursor: Cursor): Statement {
  const declaration = parseDeclaration(cursor);
  endStatement(cursor);
  return declaration;
}

function parseDeclaration(cursor: Cursor): Declaration {
  const { text, start } = cursor.advance();
  const declaration: Declaration = {
    type: 'declare',
    at: start,
    kind: text as DeclarationKind,
    bindings: [],
  };
  do {
    const target = parseTarget(cursor);
    const value = cursor.eat('=') ? parseAssignment(cursor) : undefined;
    if (value === undefined && (text === 'const' || target.type !== 'name') && !isLoopWord(cursor)) {
      throw cursor.fail('"=" and a value are missing here');
    }
    declaration.bindings.push({ target, value });
  } while (cursor.eat(','));
  return declaration;
}

function isLoopWord(cursor: Cursor): boolean {
  return cursor.isWord('of') || cursor.isWord('in');
}

function parseTarget(cursor: Cursor): Pattern {
  return toPattern(cursor, parsePrimary(cursor));
}

function parseFunctionStatement(cursor: Cursor, at: number): Statement {
  const value = parseFunction(cursor);
  if (value.name === undefined) throw cursor.fail('the function needs a name', at);
  const target: Pattern = { type: 'name', at, name: value.name };
  return { type: 'declare', at, kind: 'var', bindings: [{ target, value }] };
}

function parseIf(cursor: Cursor, at: number): Statement {
  cursor.advance();
  const test = parseCondition(cursor);
  const consequent = parseNested(cursor);
  const alternate = cursor.eatWord('else') ? parseNested(cursor) : undefined;
  return { type: 'if', at, test, consequent, alternate };
}

function parseCondition(cursor: Cursor): Expression {
  cursor.expect('(');
  const test = parseExpression(cursor);
  cursor.expect(')');
  return test;
}

function parseNested(cursor: Cursor): Statement {
  return cursor.nest(() => parseStatement(cursor));
}

function parseFor(cursor: Cursor, at: number): Statement {
  cursor.advance();
  cursor.expect('(');
  let init: Declaration | Expression | undefined;
  if (cursor.isWord('const') || cursor.isWord('let') || cursor.isWord('var')) {
    const declaration = parseDeclaration(cursor);
    if (isLoopWord(cursor)) return parseForEach(cursor, declaration, at);
    init = declaration;
  } else if (!cursor.is(';')) {
    init = parseExpression(cursor);
  }
  cursor.expect(';');
  const test = cursor.is(';') ? undefined : parseExpression(cursor);
  cursor.expect(';');
  const update = cursor.is(')') ? undefined : parseExpression(cursor);
  cursor.expect(')');
  return { type: 'for', at, init, test, update, body: parseNested(cursor) };
}

function parseForEach(cursor: Cursor, { kind, bindings }: Declaration, at: number): Statement {
  const [binding] = bindings;
  if (bindings.length !== 1 || binding!.value) throw cursor.fail('a loop over a list needs exactly one name');
  const over = cursor.advance().text as 'of' | 'in';
  const source = parseExpression(cursor);
  cursor.expect(')');
  return { type: 'forEach', at, over, kind, target: binding!.target, source, body: parseNested(cursor) };
}

function parseWhile(cursor: Cursor, at: number): Statement {
  cursor.advance();
  return { type: 'while', at, test: parseCondition(cursor), body: parseNested(cursor), testsFirst: true };
}

function parseDoWhile(cursor: Cursor, at: number): Statement {
  cursor.advance();
  const body = parseNested(cursor);
  if (!cursor.eatWord('while')) throw cursor.fail('"while" is missing here');
  const test = parseCondition(cursor);
  cursor.eat(';');
  return { type: 'while', at, test, body, testsFirst: false };
}

function parseSwitch(cursor: Cursor, at: number): Statement {
  cursor.advance();
  const subject = parseCondition(cursor);
  cursor.expect('{');
  const cases: { test: Expression | undefined; body: Statement[] }[] = [];
  while (!cursor.eat('}')) {
    const isDefault = cursor.eatWord('default');
    if (!isDefault && !cursor.eatWord('case')) throw cursor.fail('"case" is missing here');
    if (isDefault && cases.some((one) => one.test === undefined))
      throw cursor.fail('there is a second "default"');
    const test = isDefault ? undefined : parseExpression(cursor);
    cursor.expect(':');
    const body: Statement[] = [];
    while (!cursor.is('}') && !cursor.isWord('case') && !cursor.isWord('default'))
      body.push(parseNested(cursor));
    cases.push({ test, body });
  }
  return { type: 'switch', at, subject, cases };
}

function parseTry(cursor: Cursor, at: number): Statement {
  cursor.advance();
  const body = parseBlock(cursor);
  let param: Pattern | undefined;
  let handler: BlockStatement | undefined;
  if (cursor.eatWord('catch')) {
    if (cursor.eat('(')) {
      param = parseTarget(cursor);
      cursor.expect(')');
    }
    handler = parseBlock(cursor);
  }
  const finalizer = cursor.eatWord('finally') ? parseBlock(cursor) : undefined;
  if (!handler && !finalizer) throw cursor.fail('"catch" is missing here');
  return { type: 'try', at, body, param, handler, finalizer };
}

function parseReturn(cursor: Cursor, at: number): Statement {
  cursor.advance();
  const isBare = cursor.is(';') || cursor.is('}') || cursor.token.afterNewline;
  const value = isBare ? undefined : parseExpression(cursor);
  endStatement(cursor);
  return { type: 'return', at, value };
}

function parseThrow(cursor: Cursor, at: number): Statement {
  cursor.advance();
  const value = parseExpression(cursor);
  endStatement(cursor);
  return { type: 'throw', at, value };
}

function parseJump(cursor: Cursor, at: number): Statement {
  const type = cursor.advance().text as 'break' | 'continue';
  endStatement(cursor);
  return { type, at };
}
