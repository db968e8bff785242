import { defineErrors } from '@navette/kit';

export const jsonFileErrors = defineErrors({
  JSON_FILE_UNREADABLE: {
    kind: 'user',
    status: 422,
    retry: 'never',
    message: 'This is not valid JSON{where}',
    help: 'Check the content in a JSON viewer. A file with one value per line is read with the format "JSON Lines".',
  },
});
