import { CharSet, classRanges, invertRanges } from './char-set.ts';
import type { PatternReader } from './parse-pattern.ts';
import type { Pattern } from './pattern.ts';
import { RegexSyntaxError } from './regex-syntax-error.ts';

interface Members {
  ranges: readonly number[];
  tests: readonly ((code: number) => boolean)[];
}

/** `[…]`; the reader stands on the bracket. */
export function readClass(reader: PatternReader): CharSet {
  reader.at++;
  const isNegative = reader.eat('^');
  const ranges: number[] = [];
  const tests: ((code: number) => boolean)[] = [];
  while (!reader.eat(']')) {
    const first = readMember(reader);
    const isRange = reader.peek() === '-' && reader.source[reader.at + 1] !== ']';
    if (!isRange) {
      addMember(first, ranges, tests);
      continue;
    }
    reader.at++;
    const last = readMember(reader);
    if (typeof first === 'number' && typeof last === 'number') {
      if (last < first) throw new RegexSyntaxError('a range in brackets is out of order');
      ranges.push(first, last);
    } else {
      if (reader.flags.unicode) throw new RegexSyntaxError('a range in brackets is not valid');
      for (const member of [first, 0x2d, last]) addMember(member, ranges, tests);
    }
  }
  return new CharSet({
    ranges,
    tests,
    isNegative,
    ignoreCase: reader.flags.ignoreCase,
    unicode: reader.flags.unicode,
  });
}

function addMember(member: number | Members, ranges: number[], tests: ((code: number) => boolean)[]): void {
  if (typeof member === 'number') {
    ranges.push(member, member);
  } else {
    ranges.push(...member.ranges);
    tests.push(...member.tests);
  }
}

function readMember(reader: PatternReader): number | Members {
  if (reader.peek() !== '\\') {
    if (reader.peek() === undefined) throw new RegexSyntaxError('a bracket is not closed');
    return reader.readCode();
  }
  reader.at++;
  const shared = readClassEscape(reader);
  if (shared) return shared;
  const char = reader.peek();
  if (char === 'b') {
    reader.at++;
    return 0x08;
  }
  if (char === '-' && reader.flags.unicode) {
    reader.at++;
    return 0x2d;
  }
  return readCharEscape(reader);
}

/** An escape outside brackets; the reader stands on the backslash. */
export function readEscape(reader: PatternReader): Pattern {
  reader.at++;
  if (reader.eat('b')) return { type: 'assert', kind: 'boundary' };
  if (reader.eat('B')) return { type: 'assert', kind: 'inside' };
  const members = readClassEscape(reader);
  if (members) {
    const { ignoreCase, unicode } = reader.flags;
    return { type: 'set', set: new CharSet({ ...members, ignoreCase, unicode }) };
  }
  const reference = readReference(reader);
  if (reference !== undefined) return { type: 'backreference', index: reference };
  const code = readCharEscape(reader);
  return { type: 'set', set: reader.createSet([code, code]) };
}

function readReference(reader: PatternReader): number | undefined {
  const { unicode } = reader.flags;
  const total = reader.allGroups.length;
  const digits = /^[1-9]\d*/.exec(reader.source.slice(reader.at, reader.at + 6))?.[0];
  if (digits !== undefined && (Number(digits) <= total || unicode)) {
    if (Number(digits) > total) throw new RegexSyntaxError('it refers to a group that does not exist');
    reader.at += digits.length;
    return Number(digits);
  }
  const hasNames = reader.allGroups.some((name) => name !== '');
  if (reader.peek() !== 'k' || (!hasNames && !unicode)) return undefined;
  const name = /^k<([^>]+)>/.exec(reader.source.slice(reader.at, reader.at + 200))?.[1];
  const index = name === undefined ? -1 : reader.allGroups.indexOf(name);
  if (name === undefined || index < 0) throw new RegexSyntaxError('it refers to a group that does not exist');
  reader.at += name.length + 3;
  return index + 1;
}

/** `\d`, `\D`, `\p{…}` and their like. */
function readClassEscape(reader: PatternReader): Members | undefined {
  const char = reader.peek() ?? '';
  const lower = char.toLowerCase() as 'd' | 's' | 'w';
  if (lower === 'd' || lower === 's' || lower === 'w') {
    reader.at++;
    let ranges = classRanges[lower];
    // With both flags, two letters outside ASCII fold into it (ECMA-262, WordCharacters).
    if (lower === 'w' && reader.flags.unicode && reader.flags.ignoreCase) {
      ranges = [...ranges, 0x17f, 0x17f, 0x212a, 0x212a];
    }
    return { ranges: char === lower ? ranges : invertRanges(ranges), tests: [] };
  }
  if ((char === 'p' || char === 'P') && reader.flags.unicode) {
    const match = /^[pP]\{([A-Za-z_]+(?:=[A-Za-z_0-9]+)?)\}/.exec(
      reader.source.slice(reader.at, reader.at + 80),
    );
    if (!match) throw new RegexSyntaxError('the Unicode property is not valid');
    reader.at += match[0].length;
    return { ranges: [], tests: [createPropertyTest(match[1]!, char === 'P')] };
  }
  return undefined;
}

/** Asks the host's Unicode tables about one code point; the name has been checked to be no more than a name. */
function createPropertyTest(name: string, isNegative: boolean): (code: number) => boolean {
  let table: RegExp;
  try {
    table = new RegExp(`^\\p{${name}}$`, 'u');
  } catch {
    throw new RegexSyntaxError(`there is no Unicode property ${name}`);
  }
  return (code) => table.test(String.fromCodePoint(code)) !== isNegative;
}

const controlEscapes = new Map([
  ['t', 0x09],
  ['n', 0x0a],
  ['v', 0x0b],
  ['f', 0x0c],
  ['r', 0x0d],
]);

/** An escape that stands for one character. */
function readCharEscape(reader: PatternReader): number {
  const rest = reader.source.slice(reader.at, reader.at + 12);
  const control = controlEscapes.get(rest[0] ?? '');
  if (control !== undefined) {
    reader.at++;
    return control;
  }
  const pair = reader.flags.unicode
    ? /^u([dD][89abAB][\da-fA-F]{2})\\u([dD][c-fC-F][\da-fA-F]{2})/.exec(rest)
    : null;
  if (pair) {
    reader.at += pair[0].length;
    return String.fromCharCode(Number.parseInt(pair[1]!, 16), Number.parseInt(pair[2]!, 16)).codePointAt(0)!;
  }
  const hex = /^(?:x([\da-fA-F]{2})|u([\da-fA-F]{4}))/.exec(rest);
  if (hex) {
    reader.at += hex[0].length;
    return Number.parseInt((hex[1] ?? hex[2])!, 16);
  }
  const point = reader.flags.unicode ? /^u\{([\da-fA-F]{1,6})\}/.exec(rest) : null;
  if (point) {
    const code = Number.parseInt(point[1]!, 16);
    if (code > 0x10ffff) throw new RegexSyntaxError('the escape sequence is not valid');
    reader.at += point[0].length;
    return code;
  }
  const letter = /^c([A-Za-z])/.exec(rest);
  if (letter) {
    reader.at += 2;
    return letter[1]!.charCodeAt(0) % 32;
  }
  if (rest[0] === 'c' && !reader.flags.unicode) return 0x5c;
  const octal = reader.flags.unicode ? /^0(?!\d)/.exec(rest) : /^(?:[0-3][0-7]{0,2}|[4-7][0-7]?)/.exec(rest);
  if (octal) {
    reader.at += octal[0].length;
    return Number.parseInt(octal[0], 8);
  }
  if (rest === '') throw new RegexSyntaxError('it ends with a backslash');
  if (reader.flags.unicode && !/^[\^$\\.*+?()[\]{}|/]/.test(rest)) {
    throw new RegexSyntaxError('the escape sequence is not valid');
  }
  return reader.readCode();
}
