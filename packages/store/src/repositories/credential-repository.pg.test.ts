import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openRepositoryFixture, type RepositoryFixture } from './repository-fixture.ts';

let fixture: RepositoryFixture;
beforeAll(async () => {
  fixture = await openRepositoryFixture();
});
afterAll(() => fixture?.close());

const canary = 'canary-7f3a-secret-value';

function create(name = 'Key') {
  return fixture.repositories.credentials.create(fixture.change, {
    name,
    type: 'http-header',
    data: { name: 'X-Api-Key', value: canary },
    allowedHosts: ['api.example.test'],
  });
}

/** Everything that the database holds, as text and as bytes. */
async function dumpDatabase(): Promise<string> {
  const { rows } = await fixture.database.pool.query(
    `SELECT 'SELECT string_agg(t::text, '' '') AS all FROM ' || quote_ident(tablename) || ' t' AS sql
     FROM pg_tables WHERE schemaname = 'public'`,
  );
  const parts: string[] = [];
  for (const { sql } of rows) parts.push((await fixture.database.pool.query(sql)).rows[0].all ?? '');
  return parts.join('\n');
}

describe('secrets', () => {
  test('are read by the host in their project only', async () => {
    const { credentials } = fixture.repositories;
    const row = await create();
    expect(await credentials.read(fixture.projectId, row.id)).toEqual({
      type: 'http-header',
      data: { name: 'X-Api-Key', value: canary },
      allowedHosts: ['api.example.test'],
    });
    expect(await credentials.read(fixture.otherProjectId, row.id)).toBeUndefined();
  });

  test('are nowhere in the database in the clear, and in no row that is shown', async () => {
    const { credentials } = fixture.repositories;
    const row = await create('Canary');
    const updated = await credentials.update(fixture.change, row.id, {
      data: { name: 'X', value: `${canary}2` },
    });
    await credentials.update(fixture.change, row.id, { name: 'Canary 2' });
    const listed = await credentials.list(fixture.projectId, { limit: 100 });
    const described = await credentials.describe(fixture.projectId, row.id);
    expect(JSON.stringify([row, updated, listed, described])).not.toContain('canary-7f3a');
    const dump = await dumpDatabase();
    expect(dump).toContain('Canary 2');
    expect(dump).not.toContain('canary-7f3a');
    expect(dump).not.toContain(Buffer.from('canary-7f3a').toString('hex'));
    expect(await credentials.read(fixture.projectId, row.id)).toMatchObject({
      data: { value: `${canary}2` },
    });
  });

  test('sealed bytes do not open in another row', async () => {
    const { credentials } = fixture.repositories;
    const [one, other] = [await create('One'), await create('Other')];
    await fixture.database.pool.query(
      'UPDATE credentials SET sealed = (SELECT sealed FROM credentials WHERE id = $1) WHERE id = $2',
      [one.id, other.id],
    );
    await expect(credentials.read(fixture.projectId, other.id)).rejects.toMatchObject({
      code: 'VAULT_SEAL_BROKEN',
    });
    expect(await credentials.read(fixture.projectId, one.id)).toBeDefined();
    await credentials.delete(fixture.change, other.id);
  });
});

test('another project can neither see, change nor delete it', async () => {
  const { credentials } = fixture.repositories;
  const row = await create('Private');
  const stranger = { ...fixture.change, projectId: fixture.otherProjectId };
  const unknown = { code: 'CREDENTIAL_UNKNOWN', status: 404 };
  await expect(credentials.describe(stranger.projectId, row.id)).rejects.toMatchObject(unknown);
  await expect(credentials.update(stranger, row.id, { name: 'Mine' })).rejects.toMatchObject(unknown);
  await expect(credentials.delete(stranger, row.id)).rejects.toMatchObject(unknown);
  expect((await credentials.list(stranger.projectId, { limit: 10 })).items).toEqual([]);
  expect((await credentials.describe(fixture.projectId, row.id)).name).toBe('Private');
});

test('each change leaves its audit entry, without the values', async () => {
  const { credentials, audit } = fixture.repositories;
  const row = await create('Audited');
  await credentials.update(fixture.change, row.id, { data: { name: 'a', value: canary }, allowedHosts: [] });
  await credentials.delete(fixture.change, row.id);
  await expect(credentials.delete(fixture.change, row.id)).rejects.toMatchObject({
    code: 'CREDENTIAL_UNKNOWN',
  });
  const page = await audit.list(fixture.projectId, { limit: 100 });
  const entries = page.items.filter((entry) => entry.resourceId === row.id);
  expect(entries.map((entry) => [entry.action, entry.details])).toEqual([
    ['credential-deleted', { name: 'Audited', type: 'http-header' }],
    ['credential-updated', { changed: ['data', 'allowedHosts'] }],
    ['credential-created', { name: 'Audited', type: 'http-header' }],
  ]);
});
