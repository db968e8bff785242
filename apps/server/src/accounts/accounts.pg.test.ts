import { openDatabase } from '@navette/store';
import { createTestDatabase } from '@navette/testing';
import { getMigrations } from 'better-auth/db/migration';
import { Kysely, PostgresDialect } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openEmptyServer, openServerFixture, type ServerFixture } from '../server-fixture.ts';
import { createAuthOptions } from './create-auth.ts';

let fixture: ServerFixture;
beforeAll(async () => {
  fixture = await openServerFixture({ NAVETTE_AUTH_MAX_ATTEMPTS: '20' });
});
afterAll(() => fixture?.close());

const signIn = (email: string, password: string, headers: Record<string, string> = {}) =>
  fixture.call('signIn', { key: null, body: { email, password }, headers });

test('better-auth finds every table, column and index that it wants', async () => {
  await using testDatabase = await createTestDatabase();
  const database = await openDatabase({ connectionString: testDatabase.connectionString });
  const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool: database.pool }) });
  const options = createAuthOptions({ secret: 's'.repeat(32), publicUrl: 'http://localhost' });
  const plan = await getMigrations({ ...options, database: { db, type: 'postgres' } });
  expect(plan.toBeCreated).toEqual([]);
  expect(plan.toBeAdded).toEqual([]);
  expect(plan.toBeAddedIndexes).toEqual([]);
  expect(plan.schemaProblems).toEqual([]);
  await database.close();
});

describe('the first run', () => {
  test('of two that set up at once, one becomes the owner', async () => {
    const fresh = await openEmptyServer();
    try {
      const bodies = ['one', 'two', 'three'].map((name) => ({
        name,
        email: `${name}@example.test`,
        password: 'a long enough password',
      }));
      const answers = await Promise.all(
        bodies.map((body) => fresh.request('/api/v1/setup', { method: 'POST', body })),
      );
      expect(answers.map((answer) => answer.status).sort()).toEqual([201, 409, 409]);
      const winner = answers.findIndex((answer) => answer.status === 201);
      expect(answers[winner]!.body.user).toMatchObject({ name: bodies[winner]!.name });
      for (const answer of answers) if (answer.status === 409) expect(answer.body.code).toBe('SETUP_DONE');
      const { rows } = await fresh.server.database.pool.query('SELECT email FROM users');
      expect(rows).toEqual([{ email: bodies[winner]!.email }]);
    } finally {
      await fresh.close();
    }
  });

  test('is over once there is an owner', async () => {
    const body = { name: 'Eve', email: 'eve@example.test', password: 'a long enough password' };
    const answer = await fixture.call('createOwner', { key: null, body });
    expect(answer.body).toMatchObject({ status: 409, code: 'SETUP_DONE' });
    expect((await fixture.call('getSetup', { key: null })).body.ownerExists).toBe(true);
  });

  test('a short password is refused by name', async () => {
    const body = { name: 'Eve', email: 'eve@example.test', password: 'short' };
    const answer = await fixture.call('createOwner', { key: null, body });
    expect(answer.body.issues).toEqual([{ path: '/body/password', message: expect.stringContaining('10') }]);
    expect(JSON.stringify(answer.body)).not.toContain('short"');
  });
});

describe('signing in', () => {
  test('gives a session in a cookie that scripts cannot read', async () => {
    const { email, password } = fixture.owner;
    const answer = await signIn(email.toUpperCase(), password);
    expect(answer.status).toBe(200);
    const [cookie] = answer.headers.getSetCookie();
    expect(cookie).toMatch(/^navette\.session_token=/);
    for (const part of ['HttpOnly', 'SameSite=Lax', 'Path=/', 'Max-Age=604800'])
      expect(cookie).toContain(part);
    expect(cookie).not.toContain('Secure');
    expect(answer.headers.get('cache-control')).toBe('no-store');
    const session = await fixture.call('getSession', { headers: { cookie: cookie!.split(';')[0]! } });
    expect(session.body).toEqual(answer.body);
    expect(session.body).toMatchObject({ user: { email, name: 'Ada' }, project: { name: 'Default' } });
  });

  test('a wrong password and an unknown address look the same', async () => {
    const wrong = await signIn(fixture.owner.email, 'wrong password');
    const unknown = await signIn('nobody@example.test', 'wrong password');
    expect(wrong.status).toBe(401);
    // All but the number of the request.
    expect({ ...unknown.body, instance: '' }).toEqual({ ...wrong.body, instance: '' });
    expect(wrong.body.code).toBe('SESSION_BAD_CREDENTIALS');
    expect(wrong.headers.getSetCookie()).toEqual([]);
  });

  test('too many attempts at one account are answered 429 with the time to wait, also for the right password', async () => {
    const email = 'target@example.test';
    const statuses: number[] = [];
    for (let attempt = 0; attempt < 21; attempt++) statuses.push((await signIn(email, 'guess')).status);
    expect(statuses.at(-1)).toBe(429);
    const answer = await signIn(fixture.owner.email, fixture.owner.password);
    // All of these came from one address, so that is full as well.
    expect(answer.body).toMatchObject({ status: 429, code: 'RATE_LIMITED' });
    const wait = Number(answer.headers.get('retry-after'));
    expect(wait).toBeGreaterThan(0);
    expect(wait).toBeLessThanOrEqual(60);
  });

  test('the header of a proxy that nobody trusts does not change the address', async () => {
    const answer = await signIn(fixture.owner.email, 'x', { 'x-forwarded-for': '203.0.113.9' });
    expect(answer.status).toBe(429);
  });
});

describe('sessions', () => {
  test('end with signing out', async () => {
    const fresh = await openServerFixture();
    try {
      const headers = { cookie: fresh.owner.cookie, origin: fresh.url };
      expect((await fresh.call('getSession', { headers })).status).toBe(200);
      const out = await fresh.call('signOut', { headers });
      expect(out.status).toBe(204);
      expect(out.headers.getSetCookie()[0]).toMatch(/^navette\.session_token=;.*Max-Age=0/);
      expect((await fresh.call('getSession', { headers })).status).toBe(401);
      const audit = await fresh.call('listAudit');
      const actions = audit.body.items.map((entry: { action: string }) => entry.action);
      expect(actions).toContain('session-ended');
    } finally {
      await fresh.close();
    }
  });

  test('a forged or foreign cookie is nobody', async () => {
    const [name, value] = fixture.owner.cookie.split('=') as [string, string];
    for (const cookie of [`${name}=${value.slice(0, -4)}AAAA`, `${name}=x.y`, `${name}=`, 'other=1'])
      expect((await fixture.call('getSession', { headers: { cookie } })).status, cookie).toBe(401);
  });

  test('a request that changes something must come from our pages', async () => {
    const { cookie } = fixture.owner;
    const call = (headers: Record<string, string>) =>
      fixture.call('createProject', { body: { name: 'x' }, headers: { cookie, ...headers } });
    for (const headers of [
      {},
      { origin: 'https://evil.example' },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site', origin: 'http://localhost:1' },
    ])
      expect((await call(headers as Record<string, string>)).body.code).toBe('AUTH_ORIGIN');
    expect((await call({ origin: fixture.url })).status).toBe(201);
    expect((await call({ 'sec-fetch-site': 'same-origin' })).status).toBe(201);
    // Reading needs no proof: the answer cannot be read by another page.
    expect((await fixture.call('getSession', { headers: { cookie } })).status).toBe(200);
  });

  test('of a person choose among the person’s projects', async () => {
    const { cookie } = fixture.owner;
    const project = (id: string) =>
      fixture.call('getSession', { headers: { cookie, 'navette-project': id } });
    expect((await project(fixture.strangerProjectId)).body.project.name).toBe('Other');
    for (const id of [`prj_${'0'.repeat(32)}`, 'nonsense'])
      expect((await project(id)).body.code).toBe('PROJECT_NOT_FOUND');
  });
});

describe('API keys', () => {
  test('cannot give what they do not have', async () => {
    const key = await fixture.createKey(['keys:manage', 'workflows:read']);
    const make = (scopes: string[]) => fixture.call('createApiKey', { key, body: { name: 'x', scopes } });
    expect((await make(['workflows:read'])).status).toBe(201);
    const refused = await make(['workflows:read', 'credentials:write']);
    expect(refused.body).toMatchObject({ status: 403, code: 'AUTH_FORBIDDEN' });
  });

  test('run out after 90 days unless something else is said, and never begin in the past', async () => {
    const make = (expiresAt?: string | null) =>
      fixture.call('createApiKey', { body: { name: 'x', scopes: ['workflows:read'], expiresAt } });
    const days = (Date.parse((await make()).body.expiresAt) - Date.now()) / 86_400_000;
    expect(days).toBeGreaterThan(89.9);
    expect(days).toBeLessThanOrEqual(90);
    expect((await make(null)).body.expiresAt).toBeNull();
    expect((await make('2020-01-01T00:00:00.000Z')).body.issues).toEqual([
      { path: '/body/expiresAt', message: 'must be in the future' },
    ]);
  });

  test('stop working when they are revoked', async () => {
    const key = await fixture.createKey(['workflows:read']);
    expect((await fixture.call('listWorkflows', { key })).status).toBe(200);
    const listed = await fixture.call('listApiKeys');
    const mine = listed.body.items.find((each: { prefix: string }) => key.includes(each.prefix));
    expect((await fixture.call('revokeApiKey', { params: { keyId: mine.id } })).status).toBe(204);
    expect((await fixture.call('listWorkflows', { key })).body.code).toBe('AUTH_INVALID');
  });
});

test('no password, cookie or key is in the log or the database in the clear', async () => {
  const { cookie, key, password } = fixture.owner;
  const token = decodeURIComponent(cookie.split('=')[1]!);
  const { rows } = await fixture.server.database.pool.query(
    `SELECT (SELECT string_agg(u::text, '') FROM user_accounts u) || (SELECT string_agg(k::text, '') FROM api_keys k) AS all`,
  );
  for (const secret of [password, key]) {
    expect(rows[0].all).not.toContain(secret);
    expect(fixture.logs.join('')).not.toContain(secret);
  }
  expect(fixture.logs.join('')).not.toContain(token);
});
