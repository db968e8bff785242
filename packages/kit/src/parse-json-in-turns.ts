/**
 * `JSON.parse` for texts so long that it would hold up everybody else in the process: lists and objects are cut between
 * their elements, and the pieces are given to `JSON.parse`, which also finds whatever is malformed.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';

/** So many characters take one to five milliseconds. */
const pieceChars = 256 * 1024;
/** Looking for the end of an element is some ten times as fast. */
const piecesPerScan = 8;
/** Below this many lists and objects a value is parsed at once: each of them is looked through once more. */
const deepest = 8;

const quote = 0x22;
const comma = 0x2c;
const colon = 0x3a;
const openList = 0x5b;
const backslash = 0x5c;
const closeList = 0x5d;
const openObject = 0x7b;
const closeObject = 0x7d;

interface Span {
  from: number;
  to: number;
}

/** The same value as `JSON.parse` gives. Others have their turn after each piece. @throws SyntaxError */
export async function parseJsonInTurns(text: string, longest = pieceChars): Promise<unknown> {
  return new LongJson(text, longest).parse({ from: 0, to: text.length }, 0);
}

class LongJson {
  readonly #text: string;
  readonly #longest: number;

  constructor(text: string, longest: number) {
    this.#text = text;
    this.#longest = longest;
  }

  async parse(given: Span, depth: number): Promise<unknown> {
    const span = trim(this.#text, given);
    const first = this.#text.charCodeAt(span.from);
    const last = this.#text.charCodeAt(span.to - 1);
    const inside = trim(this.#text, { from: span.from + 1, to: span.to - 1 });
    if (inside.to - inside.from > this.#longest && depth < deepest) {
      if (first === openList && last === closeList) return this.#parseList(inside, depth);
      if (first === openObject && last === closeObject) return this.#parseObject(inside, depth);
    }
    return JSON.parse(this.#cut(span));
  }

  async #parseList(inside: Span, depth: number): Promise<unknown[]> {
    const pieces: unknown[][] = [];
    for await (const { span, isOne } of this.#listPieces(inside)) {
      pieces.push(isOne ? [await this.parse(span, depth + 1)] : JSON.parse(`[${this.#cut(span)}]`));
    }
    return pieces.flat();
  }

  async #parseObject(inside: Span, depth: number): Promise<object> {
    const made = {};
    for await (const { span, isOne } of this.#listPieces(inside)) {
      const at = isOne ? this.#findColon(span) : -1;
      const fields = at < 0 ? this.#cut(span) : `${this.#cut({ from: span.from, to: at })}:null`;
      const some = JSON.parse(`{${fields}}`) as Record<string, unknown>;
      for (const key of Object.keys(some)) {
        const value = at < 0 ? some[key] : await this.parse({ from: at + 1, to: span.to }, depth + 1);
        // "__proto__" is a field like any other, as for JSON.parse.
        Object.defineProperty(made, key, { value, configurable: true, enumerable: true, writable: true });
      }
    }
    return made;
  }

  /** Neighbours of about a piece together; an element that is longer alone (`isOne`). */
  async *#listPieces({ from, to }: Span): AsyncGenerator<{ span: Span; isOne: boolean }> {
    const scan = new CommaScan(this.#text, to, this.#longest * piecesPerScan);
    let pieceFrom = from;
    let elementFrom = from;
    for (let at = from; at <= to; at++) {
      at = scan.next(at);
      while (scan.isPaused) {
        await nextTurn();
        at = scan.goOn();
      }
      if (at - elementFrom > this.#longest) {
        if (elementFrom > pieceFrom) yield this.#take({ from: pieceFrom, to: elementFrom - 1 }, false);
        yield this.#take({ from: elementFrom, to: at }, true);
        pieceFrom = at + 1;
        await nextTurn();
      } else if (at - pieceFrom > this.#longest || at === to) {
        yield this.#take({ from: pieceFrom, to: at }, false);
        pieceFrom = at + 1;
        await nextTurn();
      }
      elementFrom = at + 1;
    }
  }

  #take(span: Span, isOne: boolean): { span: Span; isOne: boolean } {
    const { from, to } = trim(this.#text, span);
    // An element is missing. Alone between brackets, nothing would be well-formed.
    if (from === to) JSON.parse('');
    return { span, isOne };
  }

  /** After the name of a field; -1 where there is no name. */
  #findColon(span: Span): number {
    const { from, to } = trim(this.#text, span);
    if (this.#text.charCodeAt(from) !== quote) return -1;
    const after = trim(this.#text, { from: findQuote(this.#text, from + 1) + 1, to });
    return this.#text.charCodeAt(after.from) === colon ? after.from : -1;
  }

  #cut({ from, to }: Span): string {
    return this.#text.slice(from, to);
  }
}

/** Finds the commas between the elements of one list or object. */
class CommaScan {
  readonly #text: string;
  readonly #to: number;
  readonly #longest: number;
  #at = 0;
  #depth = 0;
  isPaused = false;

  /** Pauses after `longest` characters. */
  constructor(text: string, to: number, longest: number) {
    this.#text = text;
    this.#to = to;
    this.#longest = longest;
  }

  /** Of the next comma, or the end; of nothing when it paused. */
  next(from: number): number {
    this.#at = from;
    this.#depth = 0;
    return this.goOn();
  }

  goOn(): number {
    const pauseAt = this.#at + this.#longest;
    for (; this.#at < this.#to; this.#at++) {
      this.isPaused = this.#at >= pauseAt;
      if (this.isPaused) return -1;
      const code = this.#text.charCodeAt(this.#at);
      if (code === quote) this.#at = findQuote(this.#text, this.#at + 1);
      else if (code === openList || code === openObject) this.#depth += 1;
      else if (code === closeList || code === closeObject) this.#depth -= 1;
      else if (code === comma && this.#depth === 0) return this.#at;
    }
    this.isPaused = false;
    return this.#to;
  }
}

/** Of the one that ends a text, or the end of all. */
function findQuote(text: string, from: number): number {
  for (let at = text.indexOf('"', from); at >= 0; at = text.indexOf('"', at + 1)) {
    let slashes = 0;
    while (at - slashes > from && text.charCodeAt(at - slashes - 1) === backslash) slashes += 1;
    if (slashes % 2 === 0) return at;
  }
  return text.length;
}

function trim(text: string, { from, to }: Span): Span {
  let start = from;
  let end = to;
  while (start < end && isBlank(text.charCodeAt(start))) start += 1;
  while (end > start && isBlank(text.charCodeAt(end - 1))) end -= 1;
  return { from: start, to: end };
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;
}
