import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createApiKeySecret, isApiKeySecret } from './api-key-secret.ts';
import { openRepositoryFixture, type RepositoryFixture } from './repository-fixture.ts';

let fixture: RepositoryFixture;
beforeAll(async () => {
  fixture = await openRepositoryFixture();
});
afterAll(() => fixture?.close());

function create(expiresAt: Date | null = null) {
  return fixture.repositories.apiKeys.create(fixture.change, {
    name: 'CI',
    scopes: ['workflows:read', 'workflows:read', 'executions:run'],
    expiresAt,
    createdBy: fixture.userId,
  });
}

test('secrets have the form that scanners look for, and 256 random bits', () => {
  const made = Array.from({ length: 200 }, createApiKeySecret);
  for (const { secret, prefix } of made) {
    expect(secret).toMatch(/^nvt_[0-9A-Za-z]{8}_[0-9A-Za-z]{43}$/);
    expect(secret.startsWith(`nvt_${prefix}_`)).toBe(true);
    expect(isApiKeySecret(secret)).toBe(true);
  }
  expect(new Set(made.map((each) => each.secret)).size).toBe(200);
  expect(isApiKeySecret(`${made[0]!.secret}x`)).toBe(false);
});

describe('authenticate', () => {
  test('a live key gives its project and scopes, each once', async () => {
    const { secret, ...key } = await create();
    const found = await fixture.repositories.apiKeys.authenticate(secret);
    expect(found).toEqual(key);
    expect(found).toMatchObject({
      projectId: fixture.projectId,
      scopes: ['workflows:read', 'executions:run'],
    });
  });

  test('unknown, malformed, expired and revoked ones give nothing', async () => {
    const { apiKeys } = fixture.repositories;
    const expired = await create(new Date(Date.now() - 1));
    const revoked = await create();
    await apiKeys.revoke(fixture.change, revoked.id);
    await apiKeys.revoke(fixture.change, revoked.id);
    for (const secret of [createApiKeySecret().secret, 'nvt_x', '', expired.secret, revoked.secret])
      expect(await apiKeys.authenticate(secret)).toBeUndefined();
    const live = await create(new Date(Date.now() + 60_000));
    expect(await apiKeys.authenticate(live.secret)).toBeDefined();
  });

  test('its use is noted, at most once a minute', async () => {
    const { apiKeys } = fixture.repositories;
    const { id, secret } = await create();
    const readUse = () =>
      fixture.db.selectFrom('apiKeys').select('lastUsedAt').where('id', '=', id).executeTakeFirstOrThrow();
    expect((await readUse()).lastUsedAt).toBeNull();
    await apiKeys.authenticate(secret);
    const first = (await readUse()).lastUsedAt!;
    expect(Math.abs(Date.now() - first.getTime())).toBeLessThan(60_000);
    await apiKeys.authenticate(secret);
    expect((await readUse()).lastUsedAt).toEqual(first);
    const longAgo = new Date(Date.now() - 61_000);
    await fixture.db.updateTable('apiKeys').set({ lastUsedAt: longAgo }).where('id', '=', id).execute();
    await apiKeys.authenticate(secret);
    expect((await readUse()).lastUsedAt!.getTime()).toBeGreaterThan(longAgo.getTime());
  });
});

test('the secret is stored nowhere', async () => {
  const { secret } = await create();
  const { rows } = await fixture.database.pool.query(
    `SELECT (SELECT string_agg(k::text, '') FROM api_keys k) || (SELECT string_agg(a::text, '') FROM audit_entries a) AS all`,
  );
  expect(rows[0].all).not.toContain(secret.split('_')[2]);
  const page = await fixture.repositories.apiKeys.list(fixture.projectId, { limit: 100 });
  expect(JSON.stringify(page)).not.toContain(secret.split('_')[2]);
});

test('another project can neither see nor revoke it', async () => {
  const { apiKeys } = fixture.repositories;
  const { id, secret } = await create();
  const stranger = { ...fixture.change, projectId: fixture.otherProjectId };
  await expect(apiKeys.revoke(stranger, id)).rejects.toMatchObject({
    code: 'API_KEY_NOT_FOUND',
    status: 404,
  });
  expect((await apiKeys.list(stranger.projectId, { limit: 10 })).items).toEqual([]);
  expect(await apiKeys.authenticate(secret)).toBeDefined();
});
