import { limits } from '../limits.ts';
import { RegexValue } from '../regex/regex-value.ts';
import { createBudgetError } from '../runtime/budget-error.ts';
import { joinText, toInteger, toText } from '../runtime/convert.ts';
import type { Evaluation } from '../runtime/evaluation.ts';
import { findLastText, findText, isHostSearchSafe } from '../runtime/text-search.ts';
import { createTypeFault } from '../runtime/thrown.ts';
import { localeArgument, optionalNumber, optionalText, optionsArgument } from './arguments.ts';
import type { Methods } from './member-table.ts';
import { listMatches, matchText, replaceText, searchText, splitByRegex } from './string-regex.ts';

const looking: Methods<string> = {
  at: (evaluation, self, [at]) => self.at(toInteger(evaluation, at)),
  charAt: (evaluation, self, [at]) => self.charAt(toInteger(evaluation, at)),
  charCodeAt: (evaluation, self, [at]) => self.charCodeAt(toInteger(evaluation, at)),
  codePointAt: (evaluation, self, [at]) => self.codePointAt(toInteger(evaluation, at)),
  endsWith: (evaluation, self, [part, end]) =>
    self.endsWith(plainText(evaluation, part), optionalNumber(evaluation, end)),
  includes: (evaluation, self, [part, from]) =>
    findText(self, plainText(evaluation, part), toInteger(evaluation, from)) >= 0,
  indexOf: (evaluation, self, [part, from]) =>
    findText(self, toText(evaluation, part), toInteger(evaluation, from)),
  lastIndexOf: (evaluation, self, [part, from]) =>
    findLastText(self, toText(evaluation, part), optionalNumber(evaluation, from) ?? Number.NaN),
  localeCompare: (evaluation, self, [other, locale, options]) =>
    self.localeCompare(toText(evaluation, other), localeArgument(locale), optionsArgument(options)),
  startsWith: (evaluation, self, [part, from]) =>
    self.startsWith(plainText(evaluation, part), toInteger(evaluation, from)),
  match: (evaluation, self, [pattern]) => matchText(evaluation, self, pattern),
  matchAll: (evaluation, self, [pattern]) => listMatches(evaluation, self, pattern),
  search: (evaluation, self, [pattern]) => searchText(evaluation, self, pattern),
};

const cutting: Methods<string> = {
  slice: (evaluation, self, [start, end]) =>
    self.slice(toInteger(evaluation, start), end === undefined ? undefined : toInteger(evaluation, end)),
  substring: (evaluation, self, [start, end]) =>
    self.substring(toInteger(evaluation, start), end === undefined ? undefined : toInteger(evaluation, end)),
  substr(evaluation, self, [start, length]) {
    const from = toInteger(evaluation, start);
    const first = from < 0 ? Math.max(self.length + from, 0) : from;
    return self.slice(first, first + Math.max(0, toInteger(evaluation, length, self.length)));
  },
  split,
  trim: (_evaluation, self) => self.trim(),
  trimEnd: (_evaluation, self) => self.trimEnd(),
  trimStart: (_evaluation, self) => self.trimStart(),
  trimLeft: (_evaluation, self) => self.trimStart(),
  trimRight: (_evaluation, self) => self.trimEnd(),
};

const making: Methods<string> = {
  concat: (evaluation, self, args) =>
    joinText(evaluation, [self, ...args.map((one) => toText(evaluation, one))], ''),
  isWellFormed: (_evaluation, self) => self.isWellFormed(),
  toWellFormed: (_evaluation, self) => self.toWellFormed(),
  normalize: (evaluation, self, [form]) => shorten(self).normalize(optionalText(evaluation, form)),
  padEnd: (evaluation, self, [length, fill]) =>
    self.padEnd(reserve(evaluation, toInteger(evaluation, length)), optionalText(evaluation, fill)),
  padStart: (evaluation, self, [length, fill]) =>
    self.padStart(reserve(evaluation, toInteger(evaluation, length)), optionalText(evaluation, fill)),
  repeat(evaluation, self, [count]) {
    const times = toInteger(evaluation, count);
    if (times < 0) throw createTypeFault('repeat() needs a count that is not negative');
    reserve(evaluation, self.length * times);
    return self.length === 0 ? '' : self.repeat(times);
  },
  replace: (evaluation, self, [pattern, replacement]) =>
    replaceText({ evaluation, text: self, pattern, replacement, isAll: false }),
  replaceAll: (evaluation, self, [pattern, replacement]) =>
    replaceText({ evaluation, text: self, pattern, replacement, isAll: true }),
  toLocaleLowerCase: (_evaluation, self, [locale]) => self.toLocaleLowerCase(localeArgument(locale)),
  toLocaleUpperCase: (_evaluation, self, [locale]) => self.toLocaleUpperCase(localeArgument(locale)),
  toLowerCase: (_evaluation, self) => self.toLowerCase(),
  toUpperCase: (_evaluation, self) => self.toUpperCase(),
  toString: (_evaluation: Evaluation, self: string) => self,
  valueOf: (_evaluation: Evaluation, self: string) => self,
};

/** What JavaScript's strings can do. */
export const stringMethods: Methods<string> = { ...looking, ...cutting, ...making };

function split(evaluation: Evaluation, self: string, [separator, limit]: readonly unknown[]): string[] {
  const most = limit === undefined ? limits.listLength + 1 : toInteger(evaluation, limit);
  if (separator instanceof RegexValue)
    return splitByRegex({ evaluation, text: self, regex: separator, most });
  if (separator === undefined) return evaluation.list([self]);
  const text = toText(evaluation, separator);
  if (isHostSearchSafe(self, text))
    return evaluation.list(self.split(text, Math.min(most, limits.listLength + 1)));
  const parts: string[] = [];
  let start = 0;
  for (let at = findText(self, text); at >= 0; at = findText(self, text, start)) {
    parts.push(self.slice(start, at));
    start = at + text.length;
  }
  parts.push(self.slice(start));
  return evaluation.list(parts.slice(0, most));
}

/** A text to look for; a regular expression there is a mistake in JavaScript too. */
function plainText(evaluation: Evaluation, value: unknown): string {
  if (value instanceof RegexValue) throw createTypeFault('a text is needed here, not a regular expression');
  return toText(evaluation, value);
}

function reserve(evaluation: Evaluation, length: number): number {
  evaluation.reserveText(Math.max(0, length));
  return length;
}

/** For functions whose result can be many times longer than the text. */
function shorten(text: string): string {
  if (text.length > limits.textLength / 10) {
    throw createBudgetError(limits.textLength / 10, 'characters in a text to normalize');
  }
  return text;
}
