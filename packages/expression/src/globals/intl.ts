import { localeArgument, optionsArgument } from '../methods/arguments.ts';
import { toNumber, toText } from '../runtime/convert.ts';
import type { Evaluation } from '../runtime/evaluation.ts';
import { Namespace, type NativeFunction, type NativeRun } from '../runtime/values.ts';
import { createMembers, createType } from './native.ts';

/** `Intl`: formatters, each a small namespace around one object of the host. */

interface Formatter {
  resolvedOptions(): object;
}

function createFormatter(
  name: string,
  create: (evaluation: Evaluation, locale: string | string[], options: Record<string, unknown>) => Formatter,
  describe: (formatter: never) => Record<string, NativeRun>,
): NativeFunction {
  return createType(name, {
    construct: (evaluation, [locale, options]) => {
      const formatter = create(evaluation, localeArgument(locale), optionsArgument(options) ?? {});
      const resolvedOptions: NativeRun = () => ({ ...formatter.resolvedOptions() });
      return new Namespace(createMembers({ ...describe(formatter as never), resolvedOptions }));
    },
  });
}

const numberFormat = createFormatter(
  'NumberFormat',
  (_evaluation, locale, options) => new Intl.NumberFormat(locale, options),
  (formatter: Intl.NumberFormat) => ({
    format: (evaluation, [value]) =>
      formatter.format(typeof value === 'bigint' ? value : toNumber(evaluation, value)),
    formatToParts: (evaluation, [value]) => formatter.formatToParts(toNumber(evaluation, value)),
  }),
);

const dateTimeFormat = createFormatter(
  'DateTimeFormat',
  (evaluation, locale, options) =>
    new Intl.DateTimeFormat(locale, { timeZone: evaluation.scope.timeZone, ...options }),
  (formatter: Intl.DateTimeFormat) => ({
    format: (evaluation, [date]) => formatter.format(toTime(evaluation, date)),
    formatToParts: (evaluation, [date]) => formatter.formatToParts(toTime(evaluation, date)),
  }),
);

function toTime(evaluation: Evaluation, date: unknown): number {
  return date === undefined ? evaluation.scope.now() : toNumber(evaluation, date);
}

const relativeTimeFormat = createFormatter(
  'RelativeTimeFormat',
  (_evaluation, locale, options) => new Intl.RelativeTimeFormat(locale, options),
  (formatter: Intl.RelativeTimeFormat) => ({
    format: (evaluation, [value, unit]) =>
      formatter.format(toNumber(evaluation, value), toText(evaluation, unit) as Intl.RelativeTimeFormatUnit),
  }),
);

const listFormat = createFormatter(
  'ListFormat',
  (_evaluation, locale, options) => new Intl.ListFormat(locale, options as Intl.ListFormatOptions),
  (formatter: Intl.ListFormat) => ({
    format: (evaluation, [list]) =>
      formatter.format(Array.isArray(list) ? list.map((one) => toText(evaluation, one)) : []),
  }),
);

const pluralRules = createFormatter(
  'PluralRules',
  (_evaluation, locale, options) => new Intl.PluralRules(locale, options),
  (formatter: Intl.PluralRules) => ({
    select: (evaluation, [value]) => formatter.select(toNumber(evaluation, value)),
  }),
);

export const intl = new Namespace(
  new Map(
    [numberFormat, dateTimeFormat, relativeTimeFormat, listFormat, pluralRules].map((type) => [
      type.name,
      type,
    ]),
  ),
);
