import type { Evaluation } from '../runtime/evaluation.ts';
import { createArgumentError } from '../runtime/thrown.ts';
import {
  integerArgument,
  localeArgument,
  optionalNumber,
  optionalText,
  optionsArgument,
} from './arguments.ts';
import { dateTimeFromNumber } from './create-date-time.ts';
import type { Methods } from './member-table.ts';

/** What JavaScript's numbers can do. */
export const numberMethods: Methods<number> = {
  toFixed: (evaluation, self, [digits]) => self.toFixed(optionalNumber(evaluation, digits)),
  toPrecision: (evaluation, self, [digits]) => self.toPrecision(optionalNumber(evaluation, digits)),
  toExponential: (evaluation, self, [digits]) => self.toExponential(optionalNumber(evaluation, digits)),
  toString: (evaluation: Evaluation, self: number, [radix]: readonly unknown[]) =>
    self.toString(optionalNumber(evaluation, radix)),
  toLocaleString: (_evaluation: Evaluation, self: number, [locale, options]: readonly unknown[]) =>
    formatNumber(self, locale, options),
  valueOf: (_evaluation: Evaluation, self: number) => self,
};

/** What this language adds to numbers. */
export const numberExtensions: Methods<number> = {
  abs: (_evaluation, self) => Math.abs(self),
  ceil: (_evaluation, self) => Math.ceil(self),
  floor: (_evaluation, self) => Math.floor(self),
  round(_evaluation, self, [digits]) {
    if (digits === undefined) return Math.round(self);
    return Number(self.toFixed(integerArgument(digits, 'round', { min: 0, max: 100 })));
  },
  format: (_evaluation, self, [locale, options]) => formatNumber(self, locale, options),
  isEven: (_evaluation, self) => assertWhole(self, 'isEven') % 2 === 0,
  isOdd: (_evaluation, self) => Math.abs(assertWhole(self, 'isOdd') % 2) === 1,
  isInteger: (_evaluation, self) => Number.isInteger(self),
  isEmpty: (_evaluation, self) => !self,
  isNotEmpty: (_evaluation, self) => Boolean(self),
  toBoolean: (_evaluation, self) => self !== 0,
  toInt: (_evaluation, self) => Math.round(self),
  toWholeNumber: (_evaluation, self) => Math.round(self),
  toFloat: (_evaluation, self) => self,
  toDecimalNumber: (_evaluation, self) => self,
  toNumber: (_evaluation, self) => self,
  toJsonString: (_evaluation, self) => JSON.stringify(self),
  toDateTime: (evaluation, self, [unit]) => toDateTime(evaluation, self, unit),
};

/** What bigints can do. */
export const bigintMethods: Methods<bigint> = {
  toString: (evaluation: Evaluation, self: bigint, [radix]: readonly unknown[]) =>
    self.toString(optionalNumber(evaluation, radix)),
  toLocaleString: (_evaluation: Evaluation, self: bigint, [locale]: readonly unknown[]) =>
    self.toLocaleString(localeArgument(locale)),
  valueOf: (_evaluation: Evaluation, self: bigint) => self,
};

/** What booleans can do. */
export const booleanMethods: Methods<boolean> = {
  toString: (_evaluation: Evaluation, self: boolean) => String(self),
  valueOf: (_evaluation: Evaluation, self: boolean) => self,
};

/** What this language adds to booleans. */
export const booleanExtensions: Methods<boolean> = {
  toBoolean: (_evaluation, self) => self,
  toInt: (_evaluation, self) => Number(self),
  toFloat: (_evaluation, self) => Number(self),
  toNumber: (_evaluation, self) => Number(self),
  isEmpty: (_evaluation, self) => !self,
  isNotEmpty: (_evaluation, self) => self,
  toJsonString: (_evaluation, self) => String(self),
};

export function formatNumber(value: number | bigint, locale: unknown, options: unknown): string {
  return new Intl.NumberFormat(localeArgument(locale), optionsArgument(options)).format(value);
}

function assertWhole(value: number, name: string): number {
  if (!Number.isInteger(value)) throw createArgumentError(name, 'it works on whole numbers only');
  return value;
}

function toDateTime(evaluation: Evaluation, self: number, unit: unknown): unknown {
  return dateTimeFromNumber(evaluation, self, optionalText(evaluation, unit) ?? 'ms');
}
