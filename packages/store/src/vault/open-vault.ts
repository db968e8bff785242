import type { QueryBuilder } from '../repositories/query-builder.ts';
import {
  createMasterKey,
  type MasterKey,
  masterKeyPath,
  parseMasterKey,
  readMasterKey,
} from './master-key.ts';
import { Vault } from './vault.ts';
import { vaultErrors } from './vault-error.ts';

export interface VaultOptions {
  dataDir: string;
  /** From the configuration; the file of the data folder is used without it. */
  masterKey?: string | undefined;
}

/**
 * Finds the master key (made on the first start only) and opens the vault with it. Throws the codes of `vaultErrors`:
 * a key that does not fit, or is gone while secrets exist, ends the start instead of hiding the loss.
 */
export async function openVault(
  db: QueryBuilder,
  options: VaultOptions,
): Promise<{ vault: Vault; masterKey: MasterKey }> {
  const masterKey = await findMasterKey(db, options);
  return { vault: await Vault.open(db, masterKey), masterKey };
}

async function findMasterKey(db: QueryBuilder, options: VaultOptions): Promise<MasterKey> {
  if (options.masterKey !== undefined) return parseMasterKey(options.masterKey, 'NAVETTE_MASTER_KEY');
  const path = masterKeyPath(options.dataDir);
  const existing = await readMasterKey(path);
  if (existing !== undefined) return existing;
  const sealed = await db.selectFrom('dataKeys').select('id').limit(1).executeTakeFirst();
  if (sealed === undefined) return createMasterKey(path);
  // Another process may have made both between our two looks.
  const made = await readMasterKey(path);
  if (made !== undefined) return made;
  throw vaultErrors.create('VAULT_MASTER_KEY_MISSING', { params: { source: path } });
}
