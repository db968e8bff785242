import { toNumber } from '../runtime/convert.ts';
import { formatClock, formatDate, formatDay } from '../runtime/date-text.ts';
import type { Evaluation } from '../runtime/evaluation.ts';
import { localeArgument, optionsArgument } from './arguments.ts';
import type { MethodRun, Methods } from './member-table.ts';

const parts = ['FullYear', 'Month', 'Date', 'Day', 'Hours', 'Minutes', 'Seconds', 'Milliseconds'] as const;

/** `getHours` and its like. Local time of a `Date` is UTC here (see date-text.ts), so both forms agree. */
const getters: Methods<Date> = Object.fromEntries(
  parts.flatMap((part) => {
    const run: MethodRun<Date> = (_evaluation, self) => self[`getUTC${part}`]();
    return [
      [`get${part}`, run],
      [`getUTC${part}`, run],
    ];
  }),
);

/** How many numbers `setHours` and its like take at most. */
const setterParts = [
  ['FullYear', 3],
  ['Month', 2],
  ['Date', 1],
  ['Hours', 4],
  ['Minutes', 3],
  ['Seconds', 2],
  ['Milliseconds', 1],
] as const;

const setters: Methods<Date> = Object.fromEntries(
  setterParts.flatMap(([part, count]) => {
    const run: MethodRun<Date> = (evaluation, self, args) => {
      const numbers = args.slice(0, count).map((arg) => toNumber(evaluation, arg));
      const date = writable(evaluation, self);
      return (date[`setUTC${part}`] as (...values: number[]) => number)(...numbers);
    };
    return [
      [`set${part}`, run],
      [`setUTC${part}`, run],
    ];
  }),
);

/** What JavaScript's dates can do. */
export const dateMethods: Methods<Date> = {
  ...getters,
  ...setters,
  setTime: (evaluation, self, [time]) => writable(evaluation, self).setTime(toNumber(evaluation, time)),
  getTime: (_evaluation, self) => self.getTime(),
  valueOf: (_evaluation: Evaluation, self: Date) => self.getTime(),
  getYear: (_evaluation, self) => self.getUTCFullYear() - 1900,
  getTimezoneOffset: () => 0,
  toISOString: (_evaluation, self) => self.toISOString(),
  toJSON: (_evaluation, self) => (Number.isNaN(self.getTime()) ? null : self.toISOString()),
  toString: (_evaluation: Evaluation, self: Date) => formatDate(self),
  toDateString: (_evaluation, self) => formatDay(self),
  toTimeString: (_evaluation, self) => formatClock(self),
  toUTCString: (_evaluation, self) => self.toUTCString(),
  toGMTString: (_evaluation, self) => self.toUTCString(),
  toLocaleString: (_evaluation: Evaluation, self: Date, [locale, options]: readonly unknown[]) =>
    self.toLocaleString(localeArgument(locale), localOptions(options)),
  toLocaleDateString: (_evaluation, self, [locale, options]) =>
    self.toLocaleDateString(localeArgument(locale), localOptions(options)),
  toLocaleTimeString: (_evaluation, self, [locale, options]) =>
    self.toLocaleTimeString(localeArgument(locale), localOptions(options)),
};

/** Names of methods that change a date. */
export const changingDateMethods = new Set([...Object.keys(setters), 'setTime']);

function localOptions(options: unknown): Intl.DateTimeFormatOptions {
  return { timeZone: 'UTC', ...optionsArgument(options) };
}

function writable(evaluation: Evaluation, date: Date): Date {
  return evaluation.isOwn(date) ? date : new Date(date.getTime());
}
