import { createArgumentError } from '../../runtime/thrown.ts';

export interface QueryToken {
  /** `name`, `quoted`, `number`, `literal`, `end`, or the mark itself. */
  type: string;
  value: unknown;
}

const tokenPattern =
  /\s+|([A-Za-z_][A-Za-z0-9_]*)|"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|`((?:[^`\\]|\\.)*)`|(-?\d+)|(\[\?|\[\]|\|\||&&|==|!=|<=|>=|[.*@|&<>!()[\]{},:])/sy;

/** Cuts a query into tokens; throws EXPRESSION_ARGUMENT at a character that has no place in one. */
export function readTokens(query: string): QueryToken[] {
  const tokens: QueryToken[] = [];
  tokenPattern.lastIndex = 0;
  while (tokenPattern.lastIndex < query.length) {
    const at = tokenPattern.lastIndex;
    const match = tokenPattern.exec(query);
    if (!match) throw createQueryError(`the query cannot be read at position ${at}`);
    const token = toToken(match);
    if (token) tokens.push(token);
  }
  tokens.push({ type: 'end', value: undefined });
  return tokens;
}

function toToken([, name, quoted, raw, literal, number, mark]: RegExpExecArray): QueryToken | undefined {
  if (name !== undefined) return { type: 'name', value: name };
  if (quoted !== undefined) return { type: 'quoted', value: parseJson(`"${quoted}"`) };
  if (raw !== undefined) return { type: 'literal', value: raw.replaceAll("\\'", "'") };
  if (literal !== undefined)
    return { type: 'literal', value: readLiteral(literal.replaceAll('\\`', '`').trim()) };
  if (number !== undefined) return { type: 'number', value: Number(number) };
  return mark === undefined ? undefined : { type: mark, value: mark };
}

/** Old queries write texts in backquotes without quotes. */
function readLiteral(text: string): unknown {
  return /^(?:[[{"\d-]|true$|false$|null$)/.test(text) ? parseJson(text) : text;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw createQueryError('a value in quotes is not JSON');
  }
}

export function createQueryError(reason: string): Error {
  return createArgumentError('$jmespath', reason);
}
