import { defineErrors } from '@navette/kit';

export const codeErrors = defineErrors({
  CODE_RESULT_INVALID: {
    kind: 'user',
    status: 422,
    retry: 'never',
    message: 'The code gave something that is no item: {detail}',
    help: '{advice}',
  },
  CODE_ITEM_FAILED: {
    kind: 'user',
    status: 422,
    retry: 'never',
    message: 'The code failed on item {item}, line {line}: {detail}',
    help: 'The message is that of the code. Look at this item, and at that line.',
  },
  CODE_IMPORT_UNKNOWN: {
    kind: 'user',
    status: 422,
    retry: 'never',
    message: 'The code imports "{module}", which it may not, line {line}',
    help: '{advice} These can be imported: {modules}.',
  },
  CODE_IMPORT_FORM: {
    kind: 'user',
    status: 422,
    retry: 'never',
    message: 'The code is the body of a function and cannot have {what}, line {line}',
    help: 'Give the items back with return. Imports stand at the top, one statement after the other.',
  },
  CODE_FILE_UNKNOWN: {
    kind: 'user',
    status: 422,
    retry: 'never',
    message: '{place} is no file that the code was given or wrote',
    help: 'Hand on the files of $binary as they are, or write new ones with $files.write.',
  },
});
