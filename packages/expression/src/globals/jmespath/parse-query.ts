import type { Query } from './query.ts';
import { createQueryError, type QueryToken, readTokens } from './query-tokens.ts';

const maxDepth = 100;
const maxLength = 10_000;

/** How strongly a token binds to what stands on its left. */
const power = new Map([
  ['|', 1],
  ['||', 2],
  ['&&', 3],
  ...['==', '!=', '<', '>', '<=', '>='].map((mark) => [mark, 5] as const),
  ['[]', 9],
  ['[?', 21],
  ['.', 40],
  ['[', 55],
]);
/** A projection takes what binds at least like this into its right side. */
const projectionPower = 10;

/** @throws EXPRESSION_ARGUMENT */
export function parseQuery(text: string): Query {
  if (text.length > maxLength) throw createQueryError(`the query is longer than ${maxLength} characters`);
  const parser = new QueryParser(readTokens(text));
  const query = parser.parse(0);
  parser.expect('end');
  return query;
}

class QueryParser {
  readonly #tokens: readonly QueryToken[];
  #at = 0;
  #depth = 0;

  constructor(tokens: readonly QueryToken[]) {
    this.#tokens = tokens;
  }

  parse(minimum: number): Query {
    if (++this.#depth > maxDepth) throw createQueryError('the query is nested too deeply');
    let left = this.#parsePrefix();
    for (let links = 0; (power.get(this.#type) ?? 0) > minimum; links++) {
      if (links > maxDepth) throw createQueryError('the query has too many parts');
      left = this.#parseInfix(left);
    }
    this.#depth -= 1;
    return left;
  }

  get #type(): string {
    return this.#tokens[this.#at]!.type;
  }

  #next(): QueryToken {
    return this.#tokens[this.#at++]!;
  }

  #eat(type: string): boolean {
    if (this.#type !== type) return false;
    this.#at += 1;
    return true;
  }

  expect(type: string): void {
    if (this.#type !== type)
      throw createQueryError(`the query has "${this.#type}" where "${type}" is expected`);
    this.#at += 1;
  }

  #parsePrefix(): Query {
    const { type, value } = this.#next();
    switch (type) {
      case 'literal':
        return { type: 'literal', value };
      case 'name':
        return this.#type === '(' ? this.#parseCall(String(value)) : { type: 'field', name: String(value) };
      case 'quoted':
        return { type: 'field', name: String(value) };
      case '@':
        return { type: 'current' };
      case '*':
        return { type: 'project', kind: 'values', left: { type: 'current' }, right: this.#parseProjected() };
      case '[]':
        return { type: 'project', kind: 'flat', left: { type: 'current' }, right: this.#parseProjected() };
      case '[?':
        return this.#parseFilter({ type: 'current' });
      case '[':
        return this.#parseBracket({ type: 'current' }, true);
      case '{':
        return this.#parseObject();
      case '!':
        return { type: 'not', operand: this.parse(45) };
      case '(': {
        const inner = this.parse(0);
        this.expect(')');
        return inner;
      }
      default:
        throw createQueryError(`the query has "${type}" where a field is expected`);
    }
  }

  #parseInfix(left: Query): Query {
    const { type } = this.#next();
    switch (type) {
      case '.':
        return this.#parseDot(left);
      case '|':
        return { type: 'then', left, right: this.parse(1) };
      case '||':
        return { type: 'or', left, right: this.parse(2) };
      case '&&':
        return { type: 'and', left, right: this.parse(3) };
      case '[]':
        return { type: 'project', kind: 'flat', left, right: this.#parseProjected() };
      case '[?':
        return this.#parseFilter(left);
      case '[':
        return this.#parseBracket(left, false);
      default:
        return { type: 'compare', operator: type, left, right: this.parse(5) };
    }
  }

  #parseDot(left: Query): Query {
    if (this.#eat('*')) return { type: 'project', kind: 'values', left, right: this.#parseProjected() };
    return { type: 'then', left, right: this.#parseAfterDot(40) };
  }

  /** A field, a call, a list or an object: what may follow a dot. */
  #parseAfterDot(minimum: number): Query {
    if (this.#eat('[')) return this.#parseList();
    if (this.#eat('{')) return this.#parseObject();
    if (this.#type !== 'name' && this.#type !== 'quoted')
      throw createQueryError('a field is missing after the dot');
    return this.parse(minimum);
  }

  /** The right side of a projection: everything up to what ends it. */
  #parseProjected(): Query {
    if (this.#eat('.')) {
      if (this.#eat('*')) {
        return { type: 'project', kind: 'values', left: { type: 'current' }, right: this.#parseProjected() };
      }
      return this.#parseAfterDotThenRest();
    }
    if (this.#type === '[' || this.#type === '[?') return this.parse(projectionPower);
    return { type: 'current' };
  }

  #parseAfterDotThenRest(): Query {
    let left = this.#parseAfterDot(projectionPower);
    while ((power.get(this.#type) ?? 0) > projectionPower) left = this.#parseInfix(left);
    return left;
  }

  #parseFilter(left: Query): Query {
    const condition = this.parse(0);
    this.expect(']');
    return { type: 'filter', left, condition, right: this.#parseProjected() };
  }

  /** `[0]`, `[1:2]`, `[*]`; at the start of a query also a list of queries. */
  #parseBracket(left: Query, isStart: boolean): Query {
    if (this.#type === 'number' || this.#type === ':') return this.#parseIndex(left);
    if (this.#type === '*' && this.#tokens[this.#at + 1]?.type === ']') {
      this.#at += 2;
      return { type: 'project', kind: 'list', left, right: this.#parseProjected() };
    }
    if (!isStart) throw createQueryError('a number or * is expected between brackets');
    return this.#parseList();
  }

  #parseIndex(left: Query): Query {
    const parts: (number | undefined)[] = [undefined];
    while (this.#type !== ']') {
      const token = this.#next();
      if (token.type === 'number') parts[parts.length - 1] = token.value as number;
      else if (token.type === ':' && parts.length < 3) parts.push(undefined);
      else throw createQueryError('an index or a slice is not well formed');
    }
    this.expect(']');
    const [start, stop, step] = parts;
    if (parts.length === 1) return { type: 'then', left, right: { type: 'index', index: start! } };
    if (step === 0) throw createQueryError('the step of a slice cannot be 0');
    const slice: Query = { type: 'slice', start, stop, step: step ?? 1 };
    const sliced: Query = { type: 'then', left, right: slice };
    return { type: 'project', kind: 'list', left: sliced, right: this.#parseProjected() };
  }

  #parseList(): Query {
    const elements: Query[] = [];
    do elements.push(this.parse(0));
    while (this.#eat(','));
    this.expect(']');
    return { type: 'list', elements };
  }

  #parseObject(): Query {
    const fields: { key: string; value: Query }[] = [];
    do {
      const { type, value } = this.#next();
      if (type !== 'name' && type !== 'quoted')
        throw createQueryError('a field name is missing between braces');
      this.expect(':');
      fields.push({ key: String(value), value: this.parse(0) });
    } while (this.#eat(','));
    this.expect('}');
    return { type: 'object', fields };
  }

  #parseCall(name: string): Query {
    this.expect('(');
    const args: Query[] = [];
    while (this.#type !== ')') {
      args.push(this.#eat('&') ? { type: 'reference', query: this.parse(0) } : this.parse(0));
      if (!this.#eat(',')) break;
    }
    this.expect(')');
    return { type: 'call', name, args };
  }
}
