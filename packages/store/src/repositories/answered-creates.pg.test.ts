import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CreatingRepositories } from './answered-creates.ts';
import { createDraft, openRepositoryFixture, type RepositoryFixture } from './repository-fixture.ts';

let fixture: RepositoryFixture;
beforeAll(async () => {
  fixture = await openRepositoryFixture();
});
afterAll(() => fixture?.close());

const requestOf = (key: string, body = 'body') => ({
  projectId: fixture.projectId,
  route: 'createWorkflow',
  key,
  requestSha256: createHash('sha256').update(body).digest(),
});
const createNamed =
  (name: string) =>
  async ({ workflows }: CreatingRepositories) => {
    const row = await workflows.create(fixture.change, { name, description: '', draft: createDraft(name) });
    return { id: row.id };
  };
async function countNamed(search: string): Promise<number> {
  const page = await fixture.repositories.workflows.list(fixture.projectId, { search, limit: 50 });
  return page.items.length;
}

test.each([true, false])(
  'of many at once one makes it, and all get its answer (claimed before: %s)',
  async (claimed) => {
    const { creates, idempotency } = fixture.repositories;
    const name = `race-${claimed}`;
    if (claimed) await idempotency.claim(requestOf(name));
    const made = await Promise.all(
      Array.from({ length: 6 }, () => creates.runOnce(requestOf(name), 201, createNamed(name))),
    );
    expect(made.filter((each) => !each.isRepeat)).toHaveLength(1);
    expect(new Set(made.map((each) => each.body.id)).size).toBe(1);
    expect(await countNamed(name)).toBe(1);
    const answer = { status: 201, body: made[0]!.body };
    expect(await idempotency.claim(requestOf(name))).toEqual({ is: 'answered', answer });
  },
);

test('what fails leaves neither the thing nor an answer', async () => {
  const { creates } = fixture.repositories;
  const failed = creates.runOnce(requestOf('fails'), 201, async (creating) => {
    await createNamed('fails')(creating);
    throw new Error('no');
  });
  await expect(failed).rejects.toThrow('no');
  expect(await countNamed('fails')).toBe(0);
  expect(await creates.runOnce(requestOf('fails'), 201, createNamed('fails'))).toMatchObject({
    isRepeat: false,
  });
  expect(await countNamed('fails')).toBe(1);
});

test('who waits for one that dies in the middle makes it, at once', async () => {
  const { creates } = fixture.repositories;
  const reached = Promise.withResolvers<void>();
  const dead = Promise.withResolvers<void>();
  const first = creates.runOnce(requestOf('dies'), 201, async (creating) => {
    const body = await createNamed('dies')(creating);
    reached.resolve();
    await dead.promise;
    return body;
  });
  const outcome = Promise.allSettled([first]);
  await reached.promise;
  const second = creates.runOnce(requestOf('dies'), 201, createNamed('dies'));
  // The second waits for the row of the key; the connection of the first, whom it waits for, is cut.
  const cut = () =>
    sql<{ cut: boolean }>`SELECT pg_terminate_backend(blocker) AS cut
      FROM pg_stat_activity, unnest(pg_blocking_pids(pid)) AS blocker
      WHERE datname = current_database()`.execute(fixture.db);
  await expect.poll(async () => (await cut()).rows.length, { timeout: 30_000 }).toBe(1);
  expect(await second).toMatchObject({ isRepeat: false });
  dead.resolve();
  expect((await outcome)[0]).toMatchObject({ status: 'rejected' });
  expect(await countNamed('dies')).toBe(1);
});

test('another request under the key is refused', async () => {
  const { creates } = fixture.repositories;
  await creates.runOnce(requestOf('reused'), 201, createNamed('reused'));
  await expect(
    creates.runOnce(requestOf('reused', 'other'), 201, createNamed('reused')),
  ).rejects.toMatchObject({
    code: 'IDEMPOTENCY_KEY_REUSED',
  });
});
