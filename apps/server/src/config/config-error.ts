import { defineErrors } from '@navette/kit';

export const configErrors = defineErrors({
  CONFIG_INVALID: {
    kind: 'user',
    status: 500,
    retry: 'never',
    message: 'The configuration cannot be used:\n{findings}',
    help: 'docs/guide/configuration.md lists every setting. `navette doctor` shows which values are in force.',
  },
  CONFIG_FILE_CORRUPT: {
    kind: 'user',
    status: 500,
    retry: 'never',
    message: 'The configuration file {path} is not valid JSON: {reason} (line {line}, column {column})',
    help: 'Mend that line. JSON wants double quotes, and neither comments nor a comma after the last entry.',
  },
  CONFIG_FILE_UNREADABLE: {
    kind: 'user',
    status: 500,
    retry: 'never',
    message: 'The configuration file {path} cannot be read: {reason}',
    help: 'Give the user who runs Navette read access to it, or change NAVETTE_CONFIG.',
  },
});
