/** Creates under an `Idempotency-Key` whose answers are personal, or whose requests are known late. */
import { createUuid } from '@navette/kit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openServerFixture, type ServerFixture } from '../server-fixture.ts';

let fixture: ServerFixture;
beforeAll(async () => {
  fixture = await openServerFixture();
});
afterAll(() => fixture?.close());

const upload = (content: string, key?: string, fileName = 'once.txt') => {
  const body = new FormData();
  body.set('file', new Blob([content], { type: 'text/plain' }), fileName);
  return fixture.call('uploadArtifact', { body, ...(key ? { headers: { 'idempotency-key': key } } : {}) });
};
const createOf = {
  createProject: (key: string) =>
    fixture.call('createProject', { body: { name: 'Once' }, headers: { 'idempotency-key': key } }),
  createApiKey: (key: string) => {
    const body = { name: 'Once', scopes: ['workflows:read'] };
    return fixture.call('createApiKey', { body, headers: { 'idempotency-key': key } });
  },
  uploadArtifact: (key: string) => upload('a file', key),
};

test.each([
  { id: 'createProject', table: 'projects' },
  { id: 'createApiKey', table: 'api_keys' },
  { id: 'uploadArtifact', table: 'artifacts' },
] as const)('$id: made once by all repeats, also when the first server died of it', async ({ id, table }) => {
  const { pool } = fixture.server.database;
  const countRows = async () =>
    (await pool.query(`SELECT count(*)::int AS n FROM ${table}`)).rows[0].n as number;
  const create = createOf[id];
  const before = await countRows();
  const first = await create(`${id}-1`);
  expect(first.status, JSON.stringify(first.body)).toBe(201);
  const again = await create(`${id}-1`);
  expect([again.status, again.body]).toEqual([201, first.body]);
  expect(again.headers.get('idempotency-replayed')).toBe('true');
  // Taken by a server that died before anything was made: the same request under another key.
  await pool.query(
    `INSERT INTO idempotency_keys (project_id, route, key, request_sha256, body)
     SELECT project_id, route, $2, request_sha256, 'null' FROM idempotency_keys WHERE key = $1`,
    [`${id}-1`, `${id}-2`],
  );
  const answers = await Promise.all([1, 2, 3, 4].map(() => create(`${id}-2`)));
  for (const answer of answers) expect(answer).toMatchObject({ status: 201, body: answers[0]!.body });
  expect(answers[0]!.body.id).not.toBe(first.body.id);
  expect(await countRows()).toBe(before + 2);
  const audit = await fixture.call('listAudit');
  expect(JSON.stringify(audit.body)).not.toContain('secret');
});

test('the secret of an API key is given again to the same caller alone, and is nowhere to be read', async () => {
  const { pool } = fixture.server.database;
  const headers = { 'idempotency-key': 'secret-1' };
  const body = { name: 'Deploys', scopes: ['keys:manage', 'credentials:write'] };
  const create = (key = fixture.owner.key) => fixture.call('createApiKey', { body, headers, key });
  const made = await create();
  expect((await create()).body).toEqual(made.body);
  const known = await fixture.call('listWorkflows', { key: made.body.secret });
  expect(known.status).toBe(403);
  // Of the same project, with fewer scopes than the key has.
  const weaker = await create(await fixture.createKey(['keys:manage']));
  expect(weaker.body).toMatchObject({ status: 422, code: 'IDEMPOTENCY_KEY_REUSED' });
  expect(JSON.stringify(weaker.body)).not.toContain(made.body.secret);
  const kept = await pool.query(`SELECT body::text AS text FROM idempotency_keys WHERE key = 'secret-1'`);
  expect(kept.rows[0].text).not.toContain('nvt_');
  const { rows } = await pool.query('SELECT count(*)::int AS n FROM idempotency_keys');
  expect((await fixture.call('createApiKey', { body })).status).toBe(201);
  expect((await pool.query('SELECT count(*)::int AS n FROM idempotency_keys')).rows).toEqual(rows);
  // What rotating the data key leaves of it.
  await pool.query(
    `UPDATE idempotency_keys SET body = jsonb_set(body::jsonb, '{dataKeyId}', '"${createUuid()}"')
     WHERE key = 'secret-1'`,
  );
  expect((await create()).body).toMatchObject({ status: 409, code: 'IDEMPOTENCY_ANSWER_SEALED' });
  expect(fixture.logs.join('')).not.toContain(made.body.secret);
});

test('the key of one project is another one in another, for the same person as well', async () => {
  const { cookie, projectId } = fixture.owner;
  const create = (project: string) =>
    fixture.call('createApiKey', {
      body: { name: 'Of two projects', scopes: ['workflows:read'] },
      headers: { cookie, origin: fixture.url, 'navette-project': project, 'idempotency-key': 'projects-1' },
    });
  const [here, there] = [await create(projectId), await create(fixture.strangerProjectId)];
  expect([here.status, there.status]).toEqual([201, 201]);
  expect(there.body.secret).not.toBe(here.body.secret);
  expect((await create(projectId)).body).toEqual(here.body);
  const known = await fixture.call('getSession', { key: there.body.secret });
  expect(known.body.project.id).toBe(fixture.strangerProjectId);
});

test('an upload is known by its content and its name', async () => {
  const first = await upload('content', 'upload-1');
  expect((await upload('content', 'upload-1')).body).toEqual(first.body);
  for (const other of [upload('other content', 'upload-1'), upload('content', 'upload-1', 'other.txt')])
    expect((await other).body).toMatchObject({ status: 422, code: 'IDEMPOTENCY_KEY_REUSED' });
  const wrong = new FormData();
  wrong.set('document', new Blob(['x']), 'x');
  const headers = { 'idempotency-key': 'upload-2' };
  expect((await fixture.call('uploadArtifact', { body: wrong, headers })).status).toBe(400);
  const mended = await upload('mended', 'upload-2');
  expect(mended.status).toBe(201);
  expect((await upload('content')).body.id).not.toBe(first.body.id);
});
