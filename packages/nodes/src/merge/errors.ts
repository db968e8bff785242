import { defineErrors } from '@navette/kit';

export const mergeErrors = defineErrors({
  NODE_MERGE_TOO_LARGE: {
    kind: 'user',
    status: 422,
    retry: 'never',
    message: 'The merge would give more than {limit} items ({left} on input 1, {right} on input 2)',
    help: 'Filter the inputs before, choose fields that match more narrowly, keep the first match only, or raise "Most items".',
  },
});
