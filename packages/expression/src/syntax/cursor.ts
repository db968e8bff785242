import { limits } from '../limits.ts';
import { type Token, Tokenizer } from './tokenizer.ts';

/** The parser's place in the text: one token of look-ahead, and how deep the tree is at this point. */
export class Cursor {
  readonly tokenizer: Tokenizer;
  token: Token;
  /** End of the token before the current one. */
  previousEnd: number;
  #depth = 0;

  constructor(text: string, start: number, limit: number) {
    this.tokenizer = new Tokenizer(text, start, limit);
    this.previousEnd = start;
    this.token = this.tokenizer.next();
  }

  advance(): Token {
    const token = this.token;
    this.previousEnd = token.end;
    this.token = this.tokenizer.next();
    return token;
  }

  /** Goes on from `position`, where the tokenizer was sent to read something by itself. */
  resume(): void {
    this.previousEnd = this.tokenizer.position;
    this.token = this.tokenizer.next();
  }

  is(mark: string): boolean {
    return this.token.type === 'mark' && this.token.text === mark;
  }

  isWord(word: string): boolean {
    return this.token.type === 'name' && this.token.text === word;
  }

  eat(mark: string): boolean {
    if (!this.is(mark)) return false;
    this.advance();
    return true;
  }

  eatWord(word: string): boolean {
    if (!this.isWord(word)) return false;
    this.advance();
    return true;
  }

  expect(mark: string): void {
    if (!this.eat(mark)) throw this.fail(`"${mark}" is missing here`);
  }

  fail(reason: string, at = this.token.start): Error {
    return this.tokenizer.fault(reason, at);
  }

  /** Runs a step of the parser one level deeper; too deep a tree is refused, not run into. */
  nest<T>(parse: () => T): T {
    const before = this.#depth;
    this.deepen();
    const result = parse();
    this.#depth = before;
    return result;
  }

  /** For chains such as `a.b.c` and `a + b + c`, which make the tree deep without nesting the parser. */
  deepen(): void {
    this.#depth += 1;
    if (this.#depth > limits.syntaxDepth)
      throw this.fail(`it is nested more than ${limits.syntaxDepth} levels deep`);
  }

  /** `deepen` counts inside belong to this chain only. */
  chain<T>(parse: () => T): T {
    const before = this.#depth;
    const result = parse();
    this.#depth = before;
    return result;
  }
}
