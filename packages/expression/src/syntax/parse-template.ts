import { limits } from '../limits.ts';
import type { Expression } from './ast.ts';
import { Cursor } from './cursor.ts';
import { parseExpression } from './parse-expression.ts';
import { createSyntaxError } from './syntax-error.ts';

/**
 * `navette`: every text that holds `{{ … }}` is a template. `n8n`: a text is a template when it starts with "=", and
 * what would be a type error or an unknown name reads as undefined.
 */
export type ExpressionMode = 'navette' | 'n8n';

export interface TemplateOptions {
  /** Default `navette`. */
  mode?: ExpressionMode;
}

export type TemplatePart =
  | { type: 'text'; text: string }
  /** `start` and `end` include the braces. An empty `{{ }}` has no expression (n8n mode only). */
  | { type: 'expression'; expression: Expression | undefined; start: number; end: number };

export interface Template {
  /** As written, the "=" of n8n included. */
  text: string;
  mode: ExpressionMode;
  parts: readonly TemplatePart[];
  /** False for plain text. */
  isExpression: boolean;
}

/**
 * Splits a text into plain parts and parsed `{{ }}` expressions. `\{{` stands for two plain braces; braces that are
 * never closed are plain text too.
 * @throws EXPRESSION_SYNTAX with line, column and offset in `text`.
 */
export function parseTemplate(text: string, options: TemplateOptions = {}): Template {
  const mode = options.mode ?? 'navette';
  if (mode === 'n8n' && !text.startsWith('=')) {
    return { text, mode, parts: [{ type: 'text', text }], isExpression: false };
  }
  const parts: TemplatePart[] = [];
  let plain = '';
  let at = mode === 'n8n' ? 1 : 0;
  for (;;) {
    const open = text.indexOf('{{', at);
    if (open < 0 || text.indexOf('}}', open + 2) < 0) break;
    plain += text.slice(at, open);
    if (plain.endsWith('\\')) {
      plain = `${plain.slice(0, -1)}{{`;
      at = open + 2;
      continue;
    }
    if (plain !== '') parts.push({ type: 'text', text: plain });
    plain = '';
    const part = parsePart(text, open, mode);
    parts.push(part);
    at = part.end;
  }
  plain += text.slice(at);
  if (plain !== '') parts.push({ type: 'text', text: plain });
  // In n8n the "=" alone makes an expression of plain text: "=TRUE" is the text TRUE.
  const isExpression = mode === 'n8n' || parts.some((part) => part.type === 'expression');
  return { text, mode, parts, isExpression };
}

type ExpressionPart = Extract<TemplatePart, { type: 'expression' }>;

function parsePart(text: string, start: number, mode: ExpressionMode): ExpressionPart {
  try {
    return parseExpressionPart(text, start, mode);
  } catch (error) {
    // The limit on depth is meant to come first; this is for callers that have little stack left.
    if (!(error instanceof RangeError)) throw error;
    throw createSyntaxError({ text, offset: start, reason: 'it is nested too deeply' });
  }
}

function parseExpressionPart(text: string, start: number, mode: ExpressionMode): ExpressionPart {
  const limit = Math.min(text.length, start + limits.expressionLength);
  const cursor = new Cursor(text, start + 2, limit);
  if (isClosed(cursor)) {
    if (mode === 'navette') throw cursor.fail('there is nothing between the braces', start);
    return { type: 'expression', expression: undefined, start, end: cursor.token.start + 2 };
  }
  const expression = parseExpression(cursor);
  while (cursor.eat(';'));
  if (cursor.token.type === 'end' && limit < text.length) {
    throw cursor.fail(`it is longer than ${limits.expressionLength} characters`, start);
  }
  if (!isClosed(cursor)) throw cursor.fail('"}}" or an operator is missing here');
  return { type: 'expression', expression, start, end: cursor.token.start + 2 };
}

function isClosed({ token, tokenizer }: Cursor): boolean {
  return token.type === 'mark' && token.text === '}' && tokenizer.text[token.end] === '}';
}
