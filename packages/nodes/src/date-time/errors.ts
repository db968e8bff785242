import { defineErrors } from '@navette/kit';

export const dateTimeErrors = defineErrors({
  NODE_DATE_INVALID: {
    kind: 'user',
    status: 422,
    retry: 'never',
    message: 'Item {item}: the {parameter} is {actual} and cannot be read as a date ({expected})',
    help: 'Look at the value for this item. Where dates come in another form, set "Input form" to "custom" and give the pattern.',
  },
  NODE_DATE_RANGE: {
    kind: 'user',
    status: 422,
    retry: 'never',
    message: 'Item {item}: the result is outside of the dates that can be computed',
    help: 'Use a smaller amount: years must stay between -271821 and 275760.',
  },
});
