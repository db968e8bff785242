import { defineErrors } from '@navette/kit';

export const vaultErrors = defineErrors({
  VAULT_MASTER_KEY_INVALID: {
    kind: 'user',
    status: 500,
    retry: 'never',
    message: 'The master key in {source} is not 32 bytes in base64 or hex',
    help: 'Restore the key from your backup. A fresh one is made with `openssl rand -base64 32`, but it cannot open what an older one has sealed.',
  },
  VAULT_MASTER_KEY_WRONG: {
    kind: 'user',
    status: 500,
    retry: 'never',
    message: 'The master key in {source} is not the one that this database was sealed with',
    help: 'Credentials can only be opened with the key of their installation. Restore `master.key` of the data folder, or the former NAVETTE_MASTER_KEY.',
  },
  VAULT_MASTER_KEY_MISSING: {
    kind: 'user',
    status: 500,
    retry: 'never',
    message: 'The database holds sealed credentials, but there is no master key in {source}',
    help: 'Restore `master.key` of the data folder from your backup, or set NAVETTE_MASTER_KEY to the former key. No new key was made, so nothing is lost.',
  },
  VAULT_MASTER_KEY_UNREADABLE: {
    kind: 'user',
    status: 500,
    retry: 'never',
    message: 'The master key file {source} cannot be read or written: {reason}',
    help: 'Give the user who runs Navette access to the data folder.',
  },
  VAULT_MASTER_KEY_IN_USE: {
    kind: 'user',
    status: 500,
    retry: 'never',
    message: 'A server runs on this database (process {pid} on {host})',
    help: 'Stop every process of the installation first. One that was killed counts as running for ten seconds.',
  },
  VAULT_SEAL_BROKEN: {
    kind: 'operational',
    status: 500,
    retry: 'never',
    message: 'A sealed secret cannot be opened: it was changed, or belongs to another row',
    help: 'Enter the secret again in the credential. If many are affected, restore the database from a backup.',
  },
});
