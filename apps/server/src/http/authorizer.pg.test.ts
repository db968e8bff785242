/** Who is not the owner: other members of a project, other pages, and requests that prove two things at once. */
import type { RouteId } from '@navette/contracts';
import { createUuid, decodeId } from '@navette/kit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openServerFixture, type ServerFixture } from '../server-fixture.ts';

let fixture: ServerFixture;
beforeAll(async () => {
  fixture = await openServerFixture({ NAVETTE_METRICS_TOKEN: 'the-token-of-the-scraper' });
});
afterAll(() => fixture?.close());

/** The headers of the session of a new person with the owner's password, who has that role in the owner's project. */
async function signInAs(role: string): Promise<Record<string, string>> {
  const { pool } = fixture.server.database;
  const { email: ownersEmail, password, projectId } = fixture.owner;
  const id = createUuid();
  const email = `${role}@example.test`;
  await pool.query('INSERT INTO users (id, name, email) VALUES ($1, $2, $3)', [id, role, email]);
  await pool.query(
    `INSERT INTO user_accounts (id, user_id, account_id, provider_id, password)
     SELECT $1, $2, $2, provider_id, a.password FROM user_accounts a JOIN users u ON u.id = a.user_id WHERE u.email = $3`,
    [createUuid(), id, ownersEmail],
  );
  await pool.query('INSERT INTO project_members (project_id, user_id, role) VALUES ($1, $2, $3)', [
    decodeId('project', projectId),
    id,
    role,
  ]);
  const signedIn = await fixture.call('signIn', { body: { email, password }, key: null });
  expect(signedIn.status, JSON.stringify(signedIn.body)).toBe(200);
  return { cookie: signedIn.headers.getSetCookie()[0]!.split(';')[0]!, origin: fixture.url };
}

describe('members of a project', () => {
  test('may do what their role may, and no more', async () => {
    const viewer = await signInAs('viewer');
    const body = { name: 'x', definition: { nodes: [] } };
    const session = await fixture.call('getSession', { headers: viewer });
    expect(session.body.project.id).toBe(fixture.owner.projectId);
    expect(session.body.scopes).not.toContain('workflows:write');
    expect((await fixture.call('listWorkflows', { headers: viewer })).status).toBe(200);
    const refused = await fixture.call('createWorkflow', { body, headers: viewer });
    expect(refused.body).toMatchObject({ status: 403, code: 'AUTH_FORBIDDEN' });
    const editor = await signInAs('editor');
    expect((await fixture.call('createWorkflow', { body, headers: editor })).status).toBe(201);
    expect((await fixture.call('createProject', { body: { name: 'x' }, headers: editor })).body.code).toBe(
      'AUTH_FORBIDDEN',
    );
  });

  test('do nothing to the server as a whole, whatever they may in the project', async () => {
    const admin = await signInAs('admin');
    const { scopes } = (await fixture.call('getSession', { headers: admin })).body;
    const made = await fixture.call('createApiKey', { body: { name: 'Admin', scopes }, headers: admin });
    expect(made.status, JSON.stringify(made.body)).toBe(201);
    for (const id of ['pauseQueue', 'resumeQueue', 'cleanQueue'] as const satisfies RouteId[]) {
      const refused = { status: 403, code: 'AUTH_OWNER' };
      expect((await fixture.call(id, { headers: admin })).body).toMatchObject(refused);
      expect((await fixture.call(id, { key: made.body.secret })).body).toMatchObject(refused);
    }
    const metrics = await fixture.request('/metrics', { headers: admin });
    expect(metrics).toMatchObject({ status: 401, body: { code: 'METRICS_UNAUTHORIZED' } });
  });
});

test('a key is one only as a bearer', async () => {
  const ask = (scheme: string) =>
    fixture.call('listWorkflows', { key: null, headers: { authorization: `${scheme}${fixture.owner.key}` } });
  expect((await ask('Bearer ')).status).toBe(200);
  for (const scheme of ['Basic ', 'Bearer x ', ''])
    expect((await ask(scheme)).body, scheme).toMatchObject({ status: 401, code: 'AUTH_INVALID' });
});

test('a wrong key is not made good by the session beside it', async () => {
  const { cookie } = fixture.owner;
  const headers = { cookie, origin: fixture.url, authorization: 'Bearer wrong' };
  expect((await fixture.call('getSession', { headers })).body.code).toBe('AUTH_INVALID');
  expect((await fixture.request('/metrics', { headers })).body.code).toBe('METRICS_UNAUTHORIZED');
});

test('another page signs nobody in, and sets nothing up', async () => {
  const { email, password } = fixture.owner;
  const signIn = (headers: Record<string, string>) =>
    fixture.call('signIn', { body: { email, password }, headers, key: null });
  const others: Record<string, string>[] = [
    { origin: 'https://evil.example' },
    { 'sec-fetch-site': 'cross-site' },
  ];
  for (const headers of others) {
    const refused = await signIn(headers);
    expect(refused.body).toMatchObject({ status: 403, code: 'AUTH_ORIGIN' });
    expect(refused.headers.getSetCookie()).toEqual([]);
  }
  const owner = { name: 'Eve', email: 'eve@example.test', password: 'a long password of hers' };
  const setUp = await fixture.call('createOwner', {
    body: owner,
    headers: { origin: 'https://evil.example' },
    key: null,
  });
  expect(setUp.body.code).toBe('AUTH_ORIGIN');
  expect((await signIn({ origin: fixture.url })).status).toBe(200);
});
