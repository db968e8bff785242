import { defineErrors } from '@navette/kit';

export const conditionErrors = defineErrors({
  NODE_CONDITION_TYPE: {
    kind: 'user',
    status: 422,
    retry: 'never',
    message:
      'Condition {condition}, item {item}: the {side} value is {actual}, but "{type} {operation}" needs {expected}',
    help: 'Choose the type that fits the data, convert the value before, or set the type check to "loose". Conditions and items are counted from 0.',
  },
  NODE_CONDITION_PATTERN: {
    kind: 'user',
    status: 422,
    retry: 'never',
    message: 'Condition {condition}, item {item}: the regular expression cannot be used: {reason}',
    help: 'Write it bare (^A\\d+$) or between slashes with flags (/^a\\d+$/i).',
  },
});
