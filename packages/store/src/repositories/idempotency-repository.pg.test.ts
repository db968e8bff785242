import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openRepositoryFixture, type RepositoryFixture } from './repository-fixture.ts';

let fixture: RepositoryFixture;
beforeAll(async () => {
  fixture = await openRepositoryFixture();
});
afterAll(() => fixture?.close());

const hash = (text: string) => createHash('sha256').update(text).digest();

function requestOf(key: string, body = 'body', projectId = fixture.projectId) {
  return { projectId, route: 'createWorkflow', key, requestSha256: hash(body) };
}

const answer = { status: 201, body: { id: 'wfl_1' } };
const first = { is: 'first' };
const again = { is: 'again' };
const answered = { is: 'answered', answer };

test('the first is at work, then everyone gets its answer', async () => {
  const { idempotency } = fixture.repositories;
  const request = requestOf('a');
  expect(await idempotency.claim(request)).toEqual(first);
  expect(await idempotency.claim(request)).toEqual(again);
  await idempotency.complete(request, answer);
  expect(await idempotency.claim(request)).toEqual(answered);
  await idempotency.complete(request, { status: 500, body: null });
  await idempotency.release(request);
  expect(await idempotency.claim(request)).toEqual(answered);
});

test('of many at once, one is the first', async () => {
  const { idempotency } = fixture.repositories;
  const claims = await Promise.all(Array.from({ length: 8 }, () => idempotency.claim(requestOf('race'))));
  expect(claims.filter((claim) => claim.is === 'first')).toHaveLength(1);
});

test('another request under the same key is refused, at work or answered', async () => {
  const { idempotency } = fixture.repositories;
  const reused = { code: 'IDEMPOTENCY_KEY_REUSED', status: 422 };
  await idempotency.claim(requestOf('b'));
  await expect(idempotency.claim(requestOf('b', 'other'))).rejects.toMatchObject(reused);
  await idempotency.complete(requestOf('b'), answer);
  await expect(idempotency.claim(requestOf('b', 'other'))).rejects.toMatchObject(reused);
});

test('keys of projects and routes are apart', async () => {
  const { idempotency } = fixture.repositories;
  await idempotency.claim(requestOf('c'));
  expect(await idempotency.claim(requestOf('c', 'body', fixture.otherProjectId))).toEqual(first);
  expect(await idempotency.claim({ ...requestOf('c'), route: 'runWorkflow' })).toEqual(first);
});

test('a released key is free', async () => {
  const { idempotency } = fixture.repositories;
  await idempotency.claim(requestOf('d'));
  await idempotency.release(requestOf('d'));
  expect(await idempotency.claim(requestOf('d', 'mended'))).toEqual(first);
});

test('an answer is kept for 24 hours', async () => {
  const { idempotency } = fixture.repositories;
  const start = new Date('2026-01-01T00:00:00.000Z');
  const after = (ms: number) => new Date(start.getTime() + ms);
  const request = requestOf('e');
  await idempotency.claim(request, start);
  await idempotency.complete(request, answer);
  expect(await idempotency.claim(request, after(86_400_000))).toEqual(answered);
  expect(await idempotency.claim(request, after(86_400_001))).toEqual(first);
});

test('cleaning removes what is older than 24 hours, and only that', async () => {
  const { idempotency } = fixture.repositories;
  await sql`INSERT INTO idempotency_keys (project_id, route, key, request_sha256, created_at)
    SELECT ${fixture.projectId}, 'r', s::text, '\\x00', now() - interval '25 hours' FROM generate_series(1, 2500) s`.execute(
    fixture.db,
  );
  await idempotency.claim(requestOf('old'), new Date(Date.now() - 86_500_000));
  await idempotency.claim(requestOf('young'), new Date(Date.now() - 86_300_000));
  expect(await idempotency.clean()).toBeGreaterThanOrEqual(2_501);
  const left = await fixture.db.selectFrom('idempotencyKeys').select('key').execute();
  expect(left.map((row) => row.key)).toContain('young');
  expect(left.map((row) => row.key)).not.toContain('old');
});
