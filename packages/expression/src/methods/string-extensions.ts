import { createHash } from 'node:crypto';
import { toText } from '../runtime/convert.ts';
import { parseDate } from '../runtime/date-text.ts';
import { encodeJson } from '../runtime/encode-json.ts';
import type { Evaluation } from '../runtime/evaluation.ts';
import { createArgumentError } from '../runtime/thrown.ts';
import { optionalText } from './arguments.ts';
import { dateTimeFromNumber, dateTimeFromText } from './create-date-time.ts';
import type { Methods } from './member-table.ts';
import { parseJsonText } from './parse-json.ts';
import { addressExtensions } from './string-address.ts';
import { caseExtensions } from './string-case.ts';

type Extensions = Methods<string>;

const hashNames = new Map([
  ['md5', 'md5'],
  ['sha1', 'sha1'],
  ['sha224', 'sha224'],
  ['sha256', 'sha256'],
  ['sha384', 'sha384'],
  ['sha512', 'sha512'],
  ['sha3', 'sha3-512'],
  ['ripemd160', 'ripemd160'],
]);

const encoding: Extensions = {
  base64Encode: (_evaluation, self) => Buffer.from(self, 'utf8').toString('base64'),
  base64Decode: (_evaluation, self) => Buffer.from(self, 'base64').toString('utf8'),
  hash(evaluation, self, [algorithm]) {
    const name = optionalText(evaluation, algorithm)?.toLowerCase() ?? 'md5';
    if (name === 'base64') return Buffer.from(self, 'utf8').toString('base64');
    const known = hashNames.get(name);
    if (known === undefined) {
      throw createArgumentError(
        'hash',
        `Unknown algorithm; known are base64, ${[...hashNames.keys()].join(', ')}`,
      );
    }
    return createHash(known).update(self, 'utf8').digest('hex');
  },
  urlEncode: (_evaluation, self, [isWholeUrl]) => (isWholeUrl ? encodeURI(self) : encodeURIComponent(self)),
  urlDecode: (_evaluation, self, [isWholeUrl]) => (isWholeUrl ? decodeURI(self) : decodeURIComponent(self)),
  toJsonString: (evaluation, self) => encodeJson(evaluation, self),
  parseJson: (_evaluation, self) => parseJsonText(self, 'parseJson'),
  quote(evaluation, self, [mark]) {
    const around = optionalText(evaluation, mark) ?? '"';
    return around === '' ? self : around + self.replaceAll(around, () => `\\${around}`) + around;
  },
};

const testing: Extensions = {
  isEmpty: (_evaluation, self) => self === '',
  isNotEmpty: (_evaluation, self) => self !== '',
  isNumeric: (_evaluation, self) => self.trim() !== '' && !Number.isNaN(Number(self)),
  length: (_evaluation, self) => self.length,
};

const converting: Extensions = {
  toInt: (evaluation, self, [radix]) => toInt(evaluation, self, radix),
  toWholeNumber: (evaluation, self, [radix]) => toInt(evaluation, self, radix),
  toFloat: (_evaluation, self) => toFloat(self),
  toDecimalNumber: (_evaluation, self) => toFloat(self),
  toNumber(_evaluation, self) {
    const number = Number(withoutCurrency(self));
    return assertNumber(self.trim() === '' ? Number.NaN : number, 'toNumber');
  },
  toBoolean: (_evaluation, self) => !['', '0', 'false', 'no'].includes(self.toLowerCase()),
  toDate(_evaluation, self) {
    const timeMs = parseDate(self);
    if (Number.isNaN(timeMs)) throw createArgumentError('toDate', 'the text is not a date');
    return new Date(timeMs);
  },
  toDateTime(evaluation, self, [format]) {
    const unit = optionalText(evaluation, format);
    if (unit !== undefined && ['ms', 's', 'us', 'excel'].includes(unit)) {
      return dateTimeFromNumber(evaluation, toFloat(self), unit);
    }
    return dateTimeFromText(evaluation, self, unit);
  },
};

const cleaning: Extensions = {
  removeTags: (_evaluation, self) => removeTags(self),
  removeMarkdown: (_evaluation, self) => removeMarkdown(removeTags(self)),
};

/** What this language adds to strings. */
export const stringExtensions: Extensions = {
  ...encoding,
  ...testing,
  ...converting,
  ...cleaning,
  ...addressExtensions,
  ...caseExtensions,
};

function withoutCurrency(text: string): string {
  return text.replace(/\p{Sc}/gu, '').trim();
}

function toInt(evaluation: Evaluation, self: string, radix: unknown): number {
  const base = radix === undefined ? 10 : Number(toText(evaluation, radix));
  return assertNumber(Number.parseInt(withoutCurrency(self), base), 'toInt');
}

function toFloat(self: string): number {
  return assertNumber(Number.parseFloat(withoutCurrency(self)), 'toFloat');
}

function assertNumber(value: number, name: string): number {
  if (Number.isNaN(value)) throw createArgumentError(name, 'the text is not a number');
  return value;
}

/** Takes everything between < and > away, in one pass. */
function removeTags(text: string): string {
  let result = '';
  let at = 0;
  for (;;) {
    const open = text.indexOf('<', at);
    const close = open < 0 ? -1 : text.indexOf('>', open);
    if (close < 0) return result + text.slice(at);
    result += text.slice(at, open);
    at = close + 1;
  }
}

/** Keeps the words of a Markdown text. Spans are looked for within a line, which bounds the work. */
function removeMarkdown(text: string): string {
  const lines = text.split('\n').filter((line) => !/^\s{0,10}(?:```|~~~)/.test(line));
  return lines.map(cleanLine).join('\n').trim();
}

function cleanLine(line: string): string {
  return line
    .replace(/^\s{0,10}(?:#{1,6}\s|>\s?|[-*+]\s|\d{1,9}[.)]\s)/, '')
    .replace(/^\s{0,3}(?:[-*_]\s?){3,80}$/, '')
    .replace(/!?\[([^\][\n]{0,300})\]\([^()\n]{0,500}\)/g, '$1')
    .replace(/(\*\*|__)([^*_\n]{1,300})\1/g, '$2')
    .replace(/([*_])([^*_\n]{1,300})\1/g, '$2')
    .replace(/~~([^~\n]{1,300})~~/g, '$1')
    .replace(/`([^`\n]{1,300})`/g, '$1');
}
