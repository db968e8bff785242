import { toNumber, toText } from '../runtime/convert.ts';
import type { Evaluation } from '../runtime/evaluation.ts';
import { callbackArgument } from './arguments.ts';

/** The order for `sort`: by the function given, otherwise by text. */
export function toListOrder(
  evaluation: Evaluation,
  compare: unknown,
): (left: unknown, right: unknown) => number {
  if (compare !== undefined) {
    const callback = callbackArgument(compare, 'sort');
    return (left, right) => {
      evaluation.step();
      return toNumber(evaluation, callback.call(evaluation, [left, right]));
    };
  }
  return (left, right) => {
    evaluation.step();
    const a = toText(evaluation, left);
    const b = toText(evaluation, right);
    return a < b ? -1 : a > b ? 1 : 0;
  };
}
