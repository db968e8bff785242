import { defineErrors } from '@navette/kit';

export const summarizeErrors = defineErrors({
  NODE_SUMMARIZE_NUMBER: {
    kind: 'user',
    status: 422,
    retry: 'never',
    message: 'Item {item}: {operation} needs numbers, and the field "{field}" is {actual}',
    help: 'Convert the field before, with Set fields for example, or set "Values that are no numbers" to skip them.',
  },
});
