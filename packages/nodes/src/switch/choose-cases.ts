import { defineErrors } from '@navette/kit';
import { type ConditionPlace, evaluateConditions } from '../conditions/evaluate.ts';
import type { SwitchParameters } from './parameters.ts';

export const switchErrors = defineErrors({
  NODE_SWITCH_INDEX: {
    kind: 'user',
    status: 422,
    retry: 'never',
    message: 'Item {item}: the output index is {actual}, and this switch has the outputs 0 to {last}',
    help: 'Mend the expression of the index, raise the number of outputs, or turn on the fallback output.',
  },
});

/** The cases that an item goes to; an empty list means none fits. Throws NODE_SWITCH_INDEX and the condition errors. */
export function chooseCases(parameters: SwitchParameters, place: ConditionPlace): number[] {
  if (parameters.mode === 'expression') return chooseByIndex(parameters, place.itemIndex);
  const chosen: number[] = [];
  for (const [index, rule] of parameters.rules.entries()) {
    if (!evaluateConditions(rule, place)) continue;
    chosen.push(index);
    if (!parameters.allMatching) break;
  }
  return chosen;
}

function chooseByIndex({ index, outputCount, fallback }: SwitchParameters, item: number): number[] {
  const number = typeof index === 'string' && index.trim() !== '' ? Number(index) : index;
  if (typeof number === 'number' && Number.isInteger(number) && number >= 0 && number < outputCount)
    return [number];
  if (fallback === 'extra') return [];
  const actual = typeof number === 'number' ? number : 'not a number';
  throw switchErrors.create('NODE_SWITCH_INDEX', { params: { item, actual, last: outputCount - 1 } });
}
