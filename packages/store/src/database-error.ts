import { defineErrors } from '@navette/kit';

/** What can go wrong between Navette and the database it was told to use. */
export const databaseErrors = defineErrors({
  STORE_DATABASE_URL_INVALID: {
    kind: 'user',
    status: 500,
    retry: 'never',
    message: 'The database address cannot be read: {reason}',
    help: 'DATABASE_URL has the form postgresql://user:password@host:5432/database. Special characters in the password are percent-encoded.',
  },
  STORE_DATABASE_UNREACHABLE: {
    kind: 'operational',
    status: 503,
    retry: 'default',
    message: 'No database answers at {address}: {reason}',
    help: 'Check that Postgres runs there and that DATABASE_URL names the right host and port.',
  },
  STORE_DATABASE_REFUSED: {
    kind: 'user',
    status: 503,
    retry: 'never',
    message: 'The database at {address} refused the connection: {reason}',
    help: 'Check the user, the password and the database name in DATABASE_URL.',
  },
  STORE_DATABASE_TOO_OLD: {
    kind: 'user',
    status: 500,
    retry: 'never',
    message: 'The database at {address} is Postgres {found}; Navette needs 15 or newer',
    help: 'Upgrade that Postgres, or unset DATABASE_URL to use the built-in one.',
  },
});
