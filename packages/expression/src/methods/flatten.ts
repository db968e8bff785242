import { limits } from '../limits.ts';
import { createBudgetError } from '../runtime/budget-error.ts';
import type { Evaluation } from '../runtime/evaluation.ts';

/** Replaces lists by their elements, down to a depth. */
export function flatten(evaluation: Evaluation, list: readonly unknown[], depth: number): unknown[] {
  const flat: unknown[] = [];
  const append = (part: readonly unknown[], level: number): void => {
    if (level > limits.valueDepth) throw createBudgetError(limits.valueDepth, 'lists inside one another');
    evaluation.step(1 + (part.length >> 3));
    for (const value of part) {
      if (Array.isArray(value) && level < depth) append(value, level + 1);
      else flat.push(value);
    }
    if (flat.length > limits.listLength) throw createBudgetError(limits.listLength, 'elements in one list');
  };
  append(list, 0);
  return evaluation.list(flat);
}
