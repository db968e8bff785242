import { hkdfSync, randomBytes } from 'node:crypto';
import { link, open, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createUuid } from '@navette/kit';
import { keyBytes } from './seal.ts';
import { vaultErrors } from './vault-error.ts';

/** The key that wraps all others. It is never in the database, a log or an error. */
export class MasterKey {
  readonly bytes: Buffer;
  /** Where it comes from, for messages: "NAVETTE_MASTER_KEY" or a path. */
  readonly source: string;

  constructor(bytes: Buffer, source: string) {
    this.bytes = bytes;
    this.source = source;
  }

  /** A key of its own for another purpose, so that no two uses share one. */
  derive(purpose: string): Buffer {
    return Buffer.from(hkdfSync('sha256', this.bytes, Buffer.alloc(0), `navette ${purpose}`, keyBytes));
  }

  toJSON(): string {
    return '[master key]';
  }
}

export function masterKeyPath(dataDir: string): string {
  return join(dataDir, 'master.key');
}

/** Reads 32 bytes in base64 or hex. Throws VAULT_MASTER_KEY_INVALID, which never repeats the text. */
export function parseMasterKey(text: string, source: string): MasterKey {
  const trimmed = text.trim();
  const bytes = /^[0-9a-fA-F]{64}$/.test(trimmed)
    ? Buffer.from(trimmed, 'hex')
    : Buffer.from(trimmed, 'base64');
  if (bytes.length !== keyBytes || !/^[A-Za-z0-9+/_=-]+$/.test(trimmed))
    throw vaultErrors.create('VAULT_MASTER_KEY_INVALID', { params: { source } });
  return new MasterKey(bytes, source);
}

/** The key of the file; undefined when there is none. Throws VAULT_MASTER_KEY_INVALID or _UNREADABLE. */
export async function readMasterKey(path: string): Promise<MasterKey | undefined> {
  try {
    return parseMasterKey(await readFile(path, 'utf8'), path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw toFileError(error, path);
  }
}

/** Makes the file with a new key (0600). When another process was faster, its key is given. */
export async function createMasterKey(path: string): Promise<MasterKey> {
  const text = `${randomBytes(keyBytes).toString('base64')}\n`;
  const aside = `${path}.${createUuid()}.tmp`;
  try {
    await writeSynced(aside, text);
    // A link fails when the name exists, so no key is ever replaced.
    await link(aside, path).catch((error) => {
      if (error.code !== 'EEXIST') throw error;
    });
    const folder = await open(dirname(path), 'r');
    await folder.sync().finally(() => folder.close());
  } catch (error) {
    throw toFileError(error, path);
  } finally {
    await rm(aside, { force: true });
  }
  return (await readMasterKey(path))!;
}

async function writeSynced(path: string, text: string): Promise<void> {
  const file = await open(path, 'w', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

function toFileError(error: unknown, path: string): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code === undefined || code.startsWith('VAULT_')) return error;
  return vaultErrors.create('VAULT_MASTER_KEY_UNREADABLE', {
    params: { source: path, reason: code },
    cause: error,
  });
}
