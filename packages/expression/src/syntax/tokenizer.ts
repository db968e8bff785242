import { createSyntaxError } from './syntax-error.ts';

export interface Token {
  type: 'name' | 'number' | 'bigint' | 'string' | 'mark' | 'end';
  /** The name, the mark, or the decoded text; the digits of a number. */
  text: string;
  value?: number | bigint;
  start: number;
  end: number;
  /** A line break stands between the previous token and this one. */
  afterNewline: boolean;
}

const marks = [
  ...['>>>=', '...', '===', '!==', '**=', '<<=', '>>=', '>>>', '&&=', '||=', '??='],
  ...['=>', '==', '!=', '<=', '>=', '&&', '||', '??', '?.', '++', '--', '+=', '-=', '*=', '/=', '%='],
  ...['&=', '|=', '^=', '<<', '>>', '**'],
  ...['{', '}', '(', ')', '[', ']', ';', ',', '<', '>', '+', '-', '*', '/', '%', '&', '|', '^', '!', '~'],
  ...['?', ':', '=', '.', '`'],
];
const namePattern = /[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*/uy;
const numberPattern =
  /0[xX][\da-fA-F_]+n?|0[oO][0-7_]+n?|0[bB][01_]+n?|(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d[\d_]*)?n?/y;
const spacePattern = /[\s\u200b\ufeff]+/y;

/** Cuts a text into tokens on demand; the parser says where a regular expression or a template continues. */
export class Tokenizer {
  readonly text: string;
  position: number;
  readonly #limit: number;

  constructor(text: string, start: number, limit: number) {
    this.text = text;
    this.position = start;
    this.#limit = limit;
  }

  next(): Token {
    const afterNewline = this.#skipBlanks();
    const start = this.position;
    if (start >= this.#limit) return { type: 'end', text: '', start, end: start, afterNewline };
    const char = this.text[start]!;
    if (char === '"' || char === "'") return this.#readString(char, afterNewline);
    if ((char >= '0' && char <= '9') || (char === '.' && /\d/.test(this.text[start + 1] ?? ''))) {
      return this.#readNumber(afterNewline);
    }
    namePattern.lastIndex = start;
    const name = namePattern.exec(this.text);
    if (name) return this.#take('name', name[0], afterNewline);
    const mark = this.#readMark(start);
    if (mark === undefined) throw this.fault(`the character ${JSON.stringify(char)} is not expected`, start);
    return this.#take('mark', mark, afterNewline);
  }

  #readMark(start: number): string | undefined {
    const mark = marks.find((candidate) => this.text.startsWith(candidate, start));
    // `a ?.5 : 1` is a condition, not a chain.
    return mark === '?.' && /\d/.test(this.text[start + 2] ?? '') ? '?' : mark;
  }

  fault(reason: string, offset: number): Error {
    return createSyntaxError({ text: this.text, offset, reason });
  }

  /** Reads the regular expression whose first slash is at `start`. */
  readRegex(start: number): { source: string; flags: string } {
    let inClass = false;
    let at = start + 1;
    for (; ; at++) {
      const char = this.text[at];
      if (char === undefined || char === '\n' || at >= this.#limit) {
        throw this.fault('the regular expression has no closing slash', start);
      }
      if (char === '\\') at++;
      else if (char === '[') inClass = true;
      else if (char === ']') inClass = false;
      else if (char === '/' && !inClass) break;
    }
    const source = this.text.slice(start + 1, at);
    const flags = /[a-zA-Z]*/y;
    flags.lastIndex = at + 1;
    const found = flags.exec(this.text)![0];
    this.position = at + 1 + found.length;
    return { source, flags: found };
  }

  /** Reads literal text of a template from `start` up to its end or to `${`; leaves the position behind it. */
  readTemplateText(start: number): { text: string; ended: boolean } {
    let text = '';
    let at = start;
    while (at < this.#limit) {
      const char = this.text[at]!;
      if (char === '`' || (char === '$' && this.text[at + 1] === '{')) {
        this.position = at + (char === '`' ? 1 : 2);
        return { text, ended: char === '`' };
      }
      if (char === '\\') {
        const decoded = this.#readEscape(at);
        text += decoded.text;
        at = decoded.end;
      } else {
        text += char;
        at++;
      }
    }
    throw this.fault('the text in backquotes is not closed', start);
  }

  #take(type: Token['type'], text: string, afterNewline: boolean): Token {
    const start = this.position;
    this.position += text.length;
    return { type, text, start, end: this.position, afterNewline };
  }

  #readString(quote: string, afterNewline: boolean): Token {
    const start = this.position;
    let text = '';
    let at = start + 1;
    for (;;) {
      const char = this.text[at];
      if (char === undefined || char === '\n' || at >= this.#limit) {
        throw this.fault('the text in quotes is not closed', start);
      }
      if (char === quote) break;
      if (char === '\\') {
        const decoded = this.#readEscape(at);
        text += decoded.text;
        at = decoded.end;
      } else {
        text += char;
        at++;
      }
    }
    this.position = at + 1;
    return { type: 'string', text, start, end: at + 1, afterNewline };
  }

  #readEscape(at: number): { text: string; end: number } {
    const char = this.text[at + 1] ?? '';
    const simple = simpleEscapes.get(char);
    if (simple !== undefined) return { text: simple, end: at + 2 };
    if (char === '\r' && this.text[at + 2] === '\n') return { text: '', end: at + 3 };
    if (char === 'x' || char === 'u') {
      const pattern = char === 'x' ? /x([\da-fA-F]{2})/y : /u(?:([\da-fA-F]{4})|\{([\da-fA-F]{1,6})\})/y;
      pattern.lastIndex = at + 1;
      const match = pattern.exec(this.text);
      const code = match ? Number.parseInt(match[1] ?? match[2]!, 16) : Number.POSITIVE_INFINITY;
      if (!match || code > 0x10ffff) throw this.fault('the escape sequence is not valid', at);
      const isUnit = match[1] !== undefined;
      return {
        text: isUnit ? String.fromCharCode(code) : String.fromCodePoint(code),
        end: pattern.lastIndex,
      };
    }
    return { text: char, end: at + 2 };
  }

  #readNumber(afterNewline: boolean): Token {
    const start = this.position;
    numberPattern.lastIndex = start;
    const text = numberPattern.exec(this.text)?.[0] ?? '';
    const end = start + text.length;
    const digits = text.replaceAll('_', '');
    namePattern.lastIndex = end;
    if (namePattern.test(this.text) || text.endsWith('_') || text.includes('__') || /^0\d/.test(digits)) {
      throw this.fault('the number is not well formed', start);
    }
    this.position = end;
    if (digits.endsWith('n')) {
      const whole = digits.slice(0, -1);
      if (/[.eE]/.test(whole) && !/^0x/i.test(whole))
        throw this.fault('the number is not well formed', start);
      return { type: 'bigint', text, value: BigInt(whole), start, end, afterNewline };
    }
    const value = Number(digits);
    if (Number.isNaN(value)) throw this.fault('the number is not well formed', start);
    return { type: 'number', text, value, start, end, afterNewline };
  }

  /** Moves over white space and comments; true when there was a line break among them. */
  #skipBlanks(): boolean {
    const start = this.position;
    for (;;) {
      spacePattern.lastIndex = this.position;
      if (spacePattern.test(this.text)) this.position = spacePattern.lastIndex;
      if (this.text.startsWith('//', this.position)) {
        const end = this.text.indexOf('\n', this.position);
        // A line comment ends with the expression, so that `{{ a // why }}` is what it looks like.
        const close = this.text.indexOf('}}', this.position);
        const stop = [end, close].filter((at) => at >= 0).sort((a, b) => a - b)[0] ?? this.#limit;
        this.position = Math.min(stop, this.#limit);
      } else if (this.text.startsWith('/*', this.position)) {
        const end = this.text.indexOf('*/', this.position + 2);
        if (end < 0 || end >= this.#limit) throw this.fault('the comment is not closed', this.position);
        this.position = end + 2;
      } else {
        break;
      }
    }
    return this.text.slice(start, this.position).includes('\n');
  }
}

const simpleEscapes = new Map([
  ['n', '\n'],
  ['t', '\t'],
  ['r', '\r'],
  ['b', '\b'],
  ['f', '\f'],
  ['v', '\v'],
  ['0', '\0'],
  ['\n', ''],
  ['\u2028', ''],
  ['\u2029', ''],
]);
