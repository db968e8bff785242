import { limits } from '../limits.ts';
import { CharSet, invertRanges, lineBreaks } from './char-set.ts';
import { readClass, readEscape } from './parse-class.ts';
import type { Pattern, RegexFlags } from './pattern.ts';
import { RegexSyntaxError } from './regex-syntax-error.ts';

export interface ParsedPattern {
  body: Pattern;
  /** How many groups are captured. */
  groupCount: number;
  /** Names of captured groups and their index. */
  groupNames: ReadonlyMap<string, number>;
}

/** Parses the source of a regular expression (ECMA-262 syntax, with the web's tolerance when not in Unicode mode). */
export function parsePattern(source: string, flags: RegexFlags): ParsedPattern {
  if (source.length > limits.patternLength) throw new RegexSyntaxError(`longer than ${limits.patternLength}`);
  const reader = new PatternReader(source, flags);
  const body = reader.readEither();
  if (reader.at < source.length) throw new RegexSyntaxError('a parenthesis is closed that was not opened');
  return { body, groupCount: reader.groupCount, groupNames: reader.groupNames };
}

const maxGroupDepth = 100;

/** Position in the source, and what was found so far. */
export class PatternReader {
  readonly source: string;
  readonly flags: RegexFlags;
  at = 0;
  groupCount = 0;
  readonly groupNames = new Map<string, number>();
  /** The captured groups of the whole source, each by its name or '', for references to groups that come later. */
  readonly allGroups: readonly string[];
  #depth = 0;

  constructor(source: string, flags: RegexFlags) {
    this.source = source;
    this.flags = flags;
    this.allGroups = listCapturingGroups(source);
  }

  peek(): string | undefined {
    return this.source[this.at];
  }

  eat(text: string): boolean {
    if (!this.source.startsWith(text, this.at)) return false;
    this.at += text.length;
    return true;
  }

  /** One code point in Unicode mode, one UTF-16 unit otherwise. */
  readCode(): number {
    const code = this.flags.unicode ? this.source.codePointAt(this.at) : this.source.charCodeAt(this.at);
    if (code === undefined || Number.isNaN(code)) throw new RegexSyntaxError('it ends too early');
    this.at += code > 0xffff ? 2 : 1;
    return code;
  }

  createSet(ranges: readonly number[], isNegative = false): CharSet {
    return new CharSet({
      ranges,
      isNegative,
      ignoreCase: this.flags.ignoreCase,
      unicode: this.flags.unicode,
    });
  }

  readEither(): Pattern {
    if (++this.#depth > maxGroupDepth) throw new RegexSyntaxError('it is nested too deeply');
    const options = [this.#readSequence()];
    while (this.eat('|')) options.push(this.#readSequence());
    this.#depth -= 1;
    return options.length === 1 ? options[0]! : { type: 'either', options };
  }

  #readSequence(): Pattern {
    const parts: Pattern[] = [];
    for (let char = this.peek(); char !== undefined && char !== '|' && char !== ')'; char = this.peek()) {
      const groupsBefore = this.groupCount;
      const atom = this.#readAtom();
      parts.push(this.#readQuantifier(atom, groupsBefore));
    }
    return parts.length === 1 ? parts[0]! : { type: 'sequence', parts };
  }

  #readQuantifier(body: Pattern, groupsBefore: number): Pattern {
    const range = this.#readRange();
    if (range === undefined) return body;
    const isLookahead = body.type === 'look' && !body.isBehind && !this.flags.unicode;
    if (body.type === 'assert' || (body.type === 'look' && !isLookahead)) {
      throw new RegexSyntaxError('there is nothing to repeat');
    }
    const isLazy = this.eat('?');
    if (this.#startsRange()) throw new RegexSyntaxError('there is nothing to repeat');
    return {
      type: 'repeat',
      body,
      ...range,
      isLazy,
      firstGroup: groupsBefore + 1,
      lastGroup: this.groupCount,
    };
  }

  #startsRange(): boolean {
    const before = this.at;
    const found = this.#readRange() !== undefined;
    this.at = before;
    return found;
  }

  #readRange(): { min: number; max: number } | undefined {
    if (this.eat('*')) return { min: 0, max: Number.POSITIVE_INFINITY };
    if (this.eat('+')) return { min: 1, max: Number.POSITIVE_INFINITY };
    if (this.eat('?')) return { min: 0, max: 1 };
    const match = /^\{(\d+)(,(\d*))?\}/.exec(this.source.slice(this.at, this.at + 40));
    if (!match) return undefined;
    this.at += match[0].length;
    const min = Number(match[1]);
    const max = match[2] === undefined ? min : match[3] === '' ? Number.POSITIVE_INFINITY : Number(match[3]);
    if (max < min) throw new RegexSyntaxError('the numbers in braces are out of order');
    return { min, max };
  }

  #readAtom(): Pattern {
    const char = this.peek()!;
    switch (char) {
      case '^':
        this.at++;
        return { type: 'assert', kind: 'start' };
      case '$':
        this.at++;
        return { type: 'assert', kind: 'end' };
      case '(':
        return this.#readGroup();
      case '.': {
        this.at++;
        const ranges = this.flags.dotAll ? [0, 0x10ffff] : invertRanges(lineBreaks);
        return { type: 'set', set: this.createSet(ranges) };
      }
      case '[':
        return { type: 'set', set: readClass(this) };
      case '\\':
        return readEscape(this);
      case '*':
      case '+':
      case '?':
        throw new RegexSyntaxError('there is nothing to repeat');
      case '{':
      case '}':
      case ']':
        if (this.flags.unicode || this.#startsRange())
          throw new RegexSyntaxError(`"${char}" needs a backslash`);
    }
    const code = this.readCode();
    return { type: 'set', set: this.createSet([code, code]) };
  }

  #readGroup(): Pattern {
    this.at++;
    if (this.eat('?:')) return { type: 'group', body: this.#readClosed() };
    for (const [opening, isBehind, isNegative] of lookOpenings) {
      if (this.eat(opening)) return { type: 'look', body: this.#readClosed(), isBehind, isNegative };
    }
    const index = ++this.groupCount;
    if (this.eat('?<')) {
      const name = /^([\p{ID_Start}$_][\p{ID_Continue}$]*)>/u.exec(this.source.slice(this.at))?.[1];
      if (name === undefined) throw new RegexSyntaxError('the name of the group is not valid');
      if (this.groupNames.has(name)) throw new RegexSyntaxError(`there are two groups of the name ${name}`);
      this.groupNames.set(name, index);
      this.at += name.length + 1;
    } else if (this.peek() === '?') {
      throw new RegexSyntaxError('the group is not valid');
    }
    return { type: 'group', body: this.#readClosed(), index };
  }

  #readClosed(): Pattern {
    const body = this.readEither();
    if (!this.eat(')')) throw new RegexSyntaxError('a parenthesis is not closed');
    return body;
  }
}

const lookOpenings = [
  ['?=', false, false],
  ['?!', false, true],
  ['?<=', true, false],
  ['?<!', true, true],
] as const;

/** The capturing groups of a source in order, each with its name or ''. */
function listCapturingGroups(source: string): string[] {
  const groups: string[] = [];
  let inClass = false;
  for (let at = 0; at < source.length; at++) {
    const char = source[at];
    if (char === '\\') at++;
    else if (char === '[') inClass = true;
    else if (char === ']') inClass = false;
    else if (char === '(' && !inClass) {
      const named = /^\(\?<([^=!>][^>]*)>/.exec(source.slice(at, at + 200));
      if (named) groups.push(named[1]!);
      else if (source[at + 1] !== '?') groups.push('');
    }
  }
  return groups;
}
