import type { Evaluation } from '../runtime/evaluation.ts';
import { Matcher } from './match.ts';
import { type ParsedPattern, parsePattern } from './parse-pattern.ts';
import { parseFlags, type RegexFlags } from './pattern.ts';
import { compilePattern, type Program } from './program.ts';
import { RegexSyntaxError } from './regex-syntax-error.ts';

/** The part of a regular expression that never changes; literals share it between evaluations. */
export interface CompiledRegex {
  readonly source: string;
  readonly flags: RegexFlags;
  readonly parsed: ParsedPattern;
  readonly program: Program;
}

/** @throws RegexSyntaxError */
export function compileRegex(source: string, flagText: string): CompiledRegex {
  const flags = parseFlags(flagText);
  if (!flags) throw new RegexSyntaxError(`the flags "${flagText}" are not valid`);
  const parsed = parsePattern(source, flags);
  return { source, flags, parsed, program: compilePattern(parsed.body) };
}

export interface RegexMatch {
  start: number;
  end: number;
  /** The whole match first; undefined for groups that took no part. */
  texts: (string | undefined)[];
  groups: Record<string, string | undefined> | undefined;
}

/** A regular expression as a value of the language. Matching is ours (match.ts), so the host's engine is never fed. */
export class RegexValue {
  readonly compiled: CompiledRegex;
  lastIndex = 0;

  constructor(compiled: CompiledRegex) {
    this.compiled = compiled;
  }

  toString(): string {
    return `/${this.compiled.source || '(?:)'}/${this.compiled.flags.text}`;
  }

  toJSON(): object {
    return {};
  }

  /** The first match at or after `from`, whatever the flags say about `lastIndex`. */
  find(evaluation: Evaluation, text: string, from: number): RegexMatch | undefined {
    return this.createFinder(evaluation, text)(from);
  }

  /** For many matches in one text. */
  createFinder(evaluation: Evaluation, text: string): (from: number) => RegexMatch | undefined {
    const { program, flags, parsed } = this.compiled;
    const { groupCount, groupNames } = parsed;
    const charge = (steps: number) => evaluation.step(steps);
    const matcher = new Matcher({ program, flags, groupCount, text, charge });
    return (from) => {
      if (from > text.length || !matcher.search(from, flags.sticky)) return undefined;
      const { captures } = matcher;
      const texts = Array.from({ length: groupCount + 1 }, (_, index) => {
        const start = captures[2 * index]!;
        const end = captures[2 * index + 1]!;
        return start < 0 || end < 0 ? undefined : text.slice(start, end);
      });
      return { start: captures[0]!, end: captures[1]!, texts, groups: createGroups(groupNames, texts) };
    };
  }

  /** `exec`: one match, counting on with `lastIndex` when the flags g or y are set. */
  exec(evaluation: Evaluation, text: string): RegexMatch | undefined {
    const { global, sticky } = this.compiled.flags;
    const keepsPlace = global || sticky;
    const match = this.find(evaluation, text, keepsPlace ? this.lastIndex : 0);
    if (keepsPlace) this.lastIndex = match?.end ?? 0;
    return match;
  }

  /** All matches in order; an empty one moves on by a character. */
  *findAll(evaluation: Evaluation, text: string): Generator<RegexMatch> {
    const find = this.createFinder(evaluation, text);
    let from = 0;
    for (;;) {
      const match = find(from);
      if (!match) return;
      evaluation.step();
      yield match;
      from = match.end > match.start ? match.end : this.#after(text, match.end);
    }
  }

  #after(text: string, at: number): number {
    return at + (this.compiled.flags.unicode && (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1);
  }
}

function createGroups(
  names: ReadonlyMap<string, number>,
  texts: readonly (string | undefined)[],
): Record<string, string | undefined> | undefined {
  if (names.size === 0) return undefined;
  const groups: Record<string, string | undefined> = Object.create(null);
  for (const [name, index] of names) groups[name] = texts[index];
  return groups;
}
