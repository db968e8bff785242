import { defineErrors } from '@navette/kit';

export const migrateErrors = defineErrors({
  STORE_SCHEMA_NEWER: {
    kind: 'user',
    status: 500,
    retry: 'never',
    message: 'The database has schema version {found}, and this Navette only knows versions up to {known}',
    help: 'A newer Navette has used this database. Start that version, or restore a backup from before the upgrade.',
  },
  STORE_MIGRATION_CHANGED: {
    kind: 'bug',
    status: 500,
    retry: 'never',
    message: 'Migration {name} was applied with other content than it has now',
    help: 'An applied migration never changes. Restore the original file and put the change into a new one.',
  },
  STORE_MIGRATION_FAILED: {
    kind: 'operational',
    status: 500,
    retry: 'never',
    message: 'Migration {name} failed: {reason}',
    help: 'It was rolled back and the database is as before. The user of DATABASE_URL needs the right to create tables.',
  },
  STORE_MIGRATION_FILES: {
    kind: 'bug',
    status: 500,
    retry: 'never',
    message: 'The folder of migrations {path} is not in order: {reason}',
    help: 'Migrations are named 0001_name.sql, 0002_name.sql and so on, without gaps.',
  },
});
