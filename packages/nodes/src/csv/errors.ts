import { defineErrors } from '@navette/kit';

/** Messages name lines and counts, never the content of a cell. */
export const csvErrors = defineErrors({
  CSV_UNREADABLE: {
    kind: 'user',
    status: 422,
    retry: 'never',
    message: 'The CSV cannot be read at line {line}: {reason}',
    help: 'Check the delimiter and the quotes there. "Forgiving" reads quotes in the middle of a cell and rows of any length.',
  },
  CSV_ROW_LENGTH: {
    kind: 'user',
    status: 422,
    retry: 'never',
    message: 'The CSV row at line {line} has {found} cells where {expected} are expected',
    help: 'Check the delimiter and that row, or turn "Forgiving" on: missing cells are then empty, and further ones get a column of their own.',
  },
});
