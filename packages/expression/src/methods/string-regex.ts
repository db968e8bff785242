import { limits } from '../limits.ts';
import { compileRegex, type RegexMatch, RegexValue } from '../regex/regex-value.ts';
import { createBudgetError } from '../runtime/budget-error.ts';
import { toText } from '../runtime/convert.ts';
import type { Evaluation } from '../runtime/evaluation.ts';
import { findText } from '../runtime/text-search.ts';
import { createTypeFault } from '../runtime/thrown.ts';
import { Callable } from '../runtime/values.ts';

/** A match as JavaScript shows it: a list of texts with `index`, `input` and `groups`. */
export function toMatchList(evaluation: Evaluation, match: RegexMatch, input: string): unknown[] {
  const list = Object.assign([...match.texts], { index: match.start, input, groups: match.groups });
  return evaluation.list(list);
}

function toRegex(evaluation: Evaluation, pattern: unknown): RegexValue {
  if (pattern instanceof RegexValue) return pattern;
  const source = pattern === undefined ? '' : toText(evaluation, pattern);
  evaluation.step(source.length);
  return new RegexValue(compileRegex(source, ''));
}

/** `text.match(pattern)`: one match with its groups, or with flag g the texts of all. */
export function matchText(evaluation: Evaluation, text: string, pattern: unknown): unknown {
  const regex = toRegex(evaluation, pattern);
  if (!regex.compiled.flags.global) {
    const match = regex.exec(evaluation, text);
    return match ? toMatchList(evaluation, match, text) : null;
  }
  const all = [...regex.findAll(evaluation, text)].map((match) => match.texts[0]);
  return all.length === 0 ? null : evaluation.list(all);
}

/** `text.matchAll(pattern)`, as a list. */
export function listMatches(evaluation: Evaluation, text: string, pattern: unknown): unknown[] {
  const regex = toRegex(evaluation, pattern);
  if (pattern instanceof RegexValue && !regex.compiled.flags.global) {
    throw createTypeFault('matchAll() needs a regular expression with the flag g');
  }
  const list: unknown[] = [];
  for (const match of regex.findAll(evaluation, text)) list.push(toMatchList(evaluation, match, text));
  return evaluation.list(list);
}

export function searchText(evaluation: Evaluation, text: string, pattern: unknown): number {
  return toRegex(evaluation, pattern).find(evaluation, text, 0)?.start ?? -1;
}

export interface Replacement {
  evaluation: Evaluation;
  text: string;
  pattern: unknown;
  /** A text with `$1` and the like, or a function of the match. */
  replacement: unknown;
  isAll: boolean;
}

/** `replace` and `replaceAll`, with a text or a regular expression. */
export function replaceText(task: Replacement): string {
  const { evaluation, text, pattern, isAll } = task;
  if (pattern instanceof RegexValue && isAll && !pattern.compiled.flags.global) {
    throw createTypeFault('replaceAll() needs a regular expression with the flag g');
  }
  let result = '';
  let end = 0;
  for (const match of findMatches(task)) {
    result += text.slice(end, match.start) + createReplacement(task, match);
    if (result.length > limits.textLength)
      throw createBudgetError(limits.textLength, 'characters in one text');
    end = match.end;
  }
  return evaluation.text(result + text.slice(end));
}

function* findMatches({ evaluation, text, pattern, isAll }: Replacement): Generator<RegexMatch> {
  if (pattern instanceof RegexValue) {
    if (pattern.compiled.flags.global) return yield* pattern.findAll(evaluation, text);
    const match = pattern.exec(evaluation, text);
    if (match) yield match;
    return;
  }
  const part = toText(evaluation, pattern);
  for (
    let start = findText(text, part);
    start >= 0;
    start = findText(text, part, start + Math.max(1, part.length))
  ) {
    evaluation.step();
    yield { start, end: start + part.length, texts: [part], groups: undefined };
    if (!isAll || start >= text.length) return;
  }
}

function createReplacement({ evaluation, text, replacement }: Replacement, match: RegexMatch): string {
  if (!(replacement instanceof Callable))
    return fillReplacement(toText(evaluation, replacement), match, text);
  const args = [...match.texts, match.start, text];
  if (match.groups) args.push(match.groups as never);
  return toText(evaluation, replacement.call(evaluation, args));
}

/** Fills `$&`, `$1`, `$<name>`, `` $` ``, `$'` and `$$` in (GetSubstitution of ECMA-262). */
function fillReplacement(template: string, match: RegexMatch, text: string): string {
  if (!template.includes('$')) return template;
  if ((template.split('$').length - 1) * text.length > limits.allocatedBytes) {
    throw createBudgetError(limits.textLength, 'characters in one text');
  }
  return template.replace(/\$(?:([$&`'])|(\d\d?)|<([^>]{0,200})>)/g, (whole, mark, digits, name) => {
    if (mark === '$') return '$';
    if (mark === '&') return match.texts[0]!;
    if (mark === '`') return text.slice(0, match.start);
    if (mark === "'") return text.slice(match.end);
    if (name !== undefined) return match.groups ? (match.groups[name] ?? '') : whole;
    const count = match.texts.length - 1;
    const two = Number(digits);
    if (two >= 1 && two <= count) return match.texts[two] ?? '';
    const one = Number(digits[0]);
    return one >= 1 && one <= count ? (match.texts[one] ?? '') + digits.slice(1) : whole;
  });
}

export interface RegexSplit {
  evaluation: Evaluation;
  text: string;
  regex: RegexValue;
  most: number;
}

/** `text.split(/…/)`: captured groups stand between the parts. */
export function splitByRegex({ evaluation, text, regex, most }: RegexSplit): string[] {
  const find = regex.createFinder(evaluation, text);
  const parts: (string | undefined)[] = [];
  if (text === '') return evaluation.list(find(0) ? [] : ['']);
  let partStart = 0;
  let from = 0;
  while (from < text.length && parts.length < most) {
    const match = find(from);
    if (!match || match.start >= text.length) break;
    evaluation.step();
    if (match.end === partStart) {
      from += 1;
      continue;
    }
    parts.push(text.slice(partStart, match.start), ...match.texts.slice(1));
    partStart = match.end;
    from = match.end === match.start ? match.end + 1 : match.end;
  }
  parts.push(text.slice(partStart));
  return evaluation.list(parts.slice(0, most)) as string[];
}
