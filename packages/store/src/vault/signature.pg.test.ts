import { afterAll, beforeAll, expect, test } from 'vitest';
import { openRepositoryFixture, type RepositoryFixture } from '../repositories/repository-fixture.ts';
import { openVault } from './open-vault.ts';

let fixture: RepositoryFixture;
beforeAll(async () => {
  fixture = await openRepositoryFixture();
});
afterAll(() => fixture?.close());

const data = Buffer.from('execution 1, step a');

test('a signature is good for its data and purpose only, in every process', async () => {
  const { vault } = fixture;
  const signature = vault.sign('resume', data);
  expect(vault.sign('resume', data)).toEqual(signature);
  const { vault: other } = await openVault(fixture.db, { dataDir: fixture.dataDir });
  for (const each of [vault, other]) {
    expect(await each.verify('resume', data, signature)).toBe(true);
    expect(await each.verify('approval', data, signature)).toBe(false);
    expect(await each.verify('resume', Buffer.from('execution 2, step a'), signature)).toBe(false);
  }
});

test('a forged, cut or foreign signature is not good', async () => {
  const { vault } = fixture;
  const signature = vault.sign('resume', data);
  const forged = Buffer.from(signature.mac);
  forged[0]! ^= 1;
  for (const mac of [forged, signature.mac.subarray(1), Buffer.alloc(0), Buffer.alloc(32)])
    expect(await vault.verify('resume', data, { ...signature, mac })).toBe(false);
  const keyId = '00000000-0000-7000-8000-000000000000';
  expect(await vault.verify('resume', data, { ...signature, keyId })).toBe(false);
});

test('signatures outlive a new master key, not a new data key', async () => {
  const { vault } = fixture;
  const before = vault.sign('resume', data);
  await vault.rotateDataKey();
  const { vault: other } = await openVault(fixture.db, { dataDir: fixture.dataDir });
  expect(await other.verify('resume', data, before)).toBe(false);
  expect(await other.verify('resume', data, vault.sign('resume', data))).toBe(true);
});
