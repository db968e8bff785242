import { randomBytes } from 'node:crypto';
import { chmodSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createUuid } from '@navette/kit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openRepositoryFixture, type RepositoryFixture } from '../repositories/repository-fixture.ts';
import { buryWorker, registerWorker } from '../sql/workers.ts';
import { forgetCredentials } from './forget-credentials.ts';
import { masterKeyPath, parseMasterKey } from './master-key.ts';
import { openVault } from './open-vault.ts';

let fixture: RepositoryFixture;
let keyPath: string;
beforeAll(async () => {
  fixture = await openRepositoryFixture();
  keyPath = masterKeyPath(fixture.dataDir);
});
afterAll(() => fixture?.close());

const open = (options: { masterKey?: string } = {}) =>
  openVault(fixture.db, { dataDir: fixture.dataDir, ...options });

function create(value: string) {
  return fixture.repositories.credentials.create(fixture.change, {
    name: value,
    type: 'http-bearer',
    data: { token: value },
    allowedHosts: [],
  });
}

describe('master key', () => {
  test('is made on the first start, readable by its owner alone, and used again', async () => {
    expect(statSync(keyPath).mode & 0o777).toBe(0o600);
    const sealed = fixture.vault.seal('hello', 'row');
    const again = await open();
    expect(await again.vault.unseal(sealed, 'row')).toBe('hello');
    expect(JSON.stringify(again.masterKey)).not.toContain(readFileSync(keyPath, 'utf8').trim());
  });

  test('hex and base64 of the same bytes are the same key', async () => {
    const bytes = Buffer.from(readFileSync(keyPath, 'utf8').trim(), 'base64');
    const sealed = fixture.vault.seal('hello', 'row');
    const { vault } = await open({ masterKey: bytes.toString('hex') });
    expect(await vault.unseal(sealed, 'row')).toBe('hello');
  });

  test('another key is refused at the start, naming where it came from', async () => {
    const wrong = randomBytes(32).toString('base64');
    const error = await open({ masterKey: wrong }).catch((thrown) => thrown);
    expect(error).toMatchObject({ code: 'VAULT_MASTER_KEY_WRONG' });
    expect(error.message).toContain('NAVETTE_MASTER_KEY');
    expect(`${error.message}${error.help}`).not.toContain(wrong);
  });

  test.each([
    ['empty', ''],
    ['too short', Buffer.alloc(31).toString('base64')],
    ['not base64', '!'.repeat(44)],
  ])('a malformed one is refused: %s', (_name, text) => {
    expect(() => parseMasterKey(text, 'NAVETTE_MASTER_KEY')).toThrow(
      expect.objectContaining({ code: 'VAULT_MASTER_KEY_INVALID' }),
    );
  });

  test('a lost file is reported, never replaced by a new key', async () => {
    const saved = readFileSync(keyPath);
    rmSync(keyPath);
    await expect(open()).rejects.toMatchObject({ code: 'VAULT_MASTER_KEY_MISSING' });
    expect(() => statSync(keyPath)).toThrow();
    writeFileSync(keyPath, saved);
    chmodSync(keyPath, 0o600);
    await open();
  });

  test('derived keys differ by purpose and are no master key', async () => {
    const { masterKey } = await open();
    const [one, two] = [masterKey.derive('one'), masterKey.derive('two')];
    expect(one).toHaveLength(32);
    expect(one.equals(two)).toBe(false);
    expect(one.equals(masterKey.bytes)).toBe(false);
    expect(masterKey.derive('one').equals(one)).toBe(true);
  });
});

describe('rotation', () => {
  test('of the data key seals everything anew; a vault that knows only the old key follows', async () => {
    const { credentials } = fixture.repositories;
    const rows = [await create('first'), await create('second')];
    const other = (await open()).vault;
    const before = await fixture.db.selectFrom('dataKeys').select('id').execute();
    expect(before).toHaveLength(1);
    expect(await other.rotateDataKey()).toBe(rows.length);
    const after = await fixture.db.selectFrom('dataKeys').select('id').execute();
    expect(after).toHaveLength(1);
    expect(after[0]!.id).not.toBe(before[0]!.id);
    for (const row of rows)
      expect(await credentials.read(fixture.projectId, row.id)).toMatchObject({ data: { token: row.name } });
  });

  test('of the master key: the new one opens, the old one is refused', async () => {
    const row = await create('kept');
    const oldText = readFileSync(keyPath, 'utf8');
    const nextText = randomBytes(32).toString('base64');
    const { vault } = await open();
    await vault.rotateMasterKey(parseMasterKey(nextText, 'NAVETTE_MASTER_KEY'));
    await expect(open({ masterKey: oldText })).rejects.toMatchObject({ code: 'VAULT_MASTER_KEY_WRONG' });
    await open({ masterKey: nextText });
    // The vault that rotated goes on, and what was sealed before is the same.
    expect(await fixture.repositories.credentials.read(fixture.projectId, row.id)).toMatchObject({
      data: { token: 'kept' },
    });
    await vault.rotateDataKey();
    await vault.rotateMasterKey(parseMasterKey(oldText, keyPath));
    await open();
  });
});

test('two first starts at once agree on one data key', async () => {
  const fresh = await openRepositoryFixture();
  try {
    await fresh.db.deleteFrom('dataKeys').execute();
    rmSync(masterKeyPath(fresh.dataDir));
    const opened = await Promise.all([1, 2, 3, 4].map(() => openVault(fresh.db, { dataDir: fresh.dataDir })));
    expect(await fresh.db.selectFrom('dataKeys').select('id').execute()).toHaveLength(1);
    const sealed = opened[0]!.vault.seal('x', 'row');
    for (const { vault } of opened) expect(await vault.unseal(sealed, 'row')).toBe('x');
  } finally {
    await fresh.close();
  }
});

describe('without its master key', () => {
  test('the database takes a new one once the credentials are given up, which no worker may be running for', async () => {
    const own = await openRepositoryFixture();
    try {
      const { audit, credentials } = own.repositories;
      await credentials.create(own.change, {
        name: 'Shop',
        type: 'http-bearer',
        data: { token: 'x' },
        allowedHosts: [],
      });
      const another = { dataDir: own.dataDir, masterKey: randomBytes(32).toString('base64') };
      await expect(openVault(own.db, another)).rejects.toMatchObject({ code: 'VAULT_MASTER_KEY_WRONG' });
      const workerId = createUuid();
      await registerWorker(own.database.pool, {
        id: workerId,
        instance: 'x',
        version: 'x',
        pid: 4711,
        host: 'here',
      });
      const refused = await forgetCredentials(own.db).catch((error) => error);
      expect(refused).toMatchObject({ code: 'VAULT_MASTER_KEY_IN_USE', params: { host: 'here', pid: 4711 } });
      await buryWorker(own.database.pool, workerId);
      expect(await forgetCredentials(own.db)).toEqual([{ projectId: own.projectId, name: 'Shop' }]);
      expect((await audit.list(own.projectId, { limit: 1 })).items[0]).toMatchObject({
        action: 'credential-deleted',
        actorKind: 'system',
        details: { name: 'Shop' },
      });
      const { vault } = await openVault(own.db, another);
      const sealed = vault.seal('hello', 'row');
      expect(await vault.unseal(sealed, 'row')).toBe('hello');
      expect(await forgetCredentials(own.db)).toEqual([]);
    } finally {
      await own.close();
    }
  });
});
