import { createUuid } from '@navette/kit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openRepositoryFixture, type RepositoryFixture } from './repository-fixture.ts';

let fixture: RepositoryFixture;
beforeAll(async () => {
  fixture = await openRepositoryFixture();
});
afterAll(() => fixture?.close());

const ownerOf = (name: string) => ({
  userId: createUuid(),
  name,
  email: `${name}@example.test`,
  passwordHash: 'hash',
  projectName: name,
});

test('of several that set up at once, exactly one becomes the owner', async () => {
  const { accounts, projects } = fixture.repositories;
  await fixture.database.pool.query('TRUNCATE instance_owner, project_members, projects, users CASCADE');
  expect(await accounts.hasOwner()).toBe(false);
  const owners = ['a', 'b', 'c', 'd', 'e'].map(ownerOf);
  const results = await Promise.allSettled(owners.map((owner) => accounts.createOwner(owner)));
  const winners = results.flatMap((result, index) => (result.status === 'fulfilled' ? [index] : []));
  expect(winners).toHaveLength(1);
  for (const result of results)
    if (result.status === 'rejected')
      expect(result.reason).toMatchObject({ code: 'SETUP_DONE', status: 409 });
  const winner = owners[winners[0]!]!;
  expect(await accounts.hasOwner()).toBe(true);
  const users = await fixture.db.selectFrom('users').select('id').execute();
  expect(users).toEqual([{ id: winner.userId }]);
  const memberships = await projects.listOfUser(winner.userId);
  expect(memberships.map((each) => [each.name, each.role])).toEqual([[winner.name, 'owner']]);
  await expect(accounts.createOwner(ownerOf('late'))).rejects.toMatchObject({ code: 'SETUP_DONE' });
});

test('a new project belongs to who made it and comes after the first', async () => {
  const { projects, audit } = fixture.repositories;
  const [first] = await fixture.db.selectFrom('projectMembers').select('userId').execute();
  const { userId } = first!;
  const project = await projects.create({ name: 'Later', userId, actor: { kind: 'user', id: userId } });
  const memberships = await projects.listOfUser(userId);
  expect(memberships.map((each) => each.id)).toEqual([expect.any(String), project.id]);
  expect(await projects.listOfUser(createUuid())).toEqual([]);
  const page = await audit.list(project.id, { limit: 10 });
  expect(page.items.map((entry) => [entry.action, entry.details])).toEqual([
    ['project-created', { name: 'Later' }],
  ]);
});

test('a password that is reset replaces the old one, ends the sessions of the account alone, and is on record', async () => {
  const own = await openRepositoryFixture();
  try {
    const { accounts, audit } = own.repositories;
    await own.db
      .insertInto('users')
      .values({ id: 'bea', name: 'Bea', email: 'bea@example.test', emailVerified: false })
      .execute();
    const addSession = (userId: string) =>
      own.database.pool.query(
        `INSERT INTO user_sessions (id, user_id, token, expires_at) VALUES ($1, $1, $1, now() + interval '1 day')`,
        [userId],
      );
    await addSession(own.userId);
    await addSession('bea');
    expect(await accounts.resetPassword('nobody@example.test', 'new')).toBe(false);
    expect(await accounts.resetPassword('ada@example.test', 'new')).toBe(true);
    const { rows } = await own.database.pool.query(
      'SELECT a.password, (SELECT array_agg(s.user_id) FROM user_sessions s) AS sessions FROM user_accounts a',
    );
    expect(rows).toEqual([{ password: 'new', sessions: ['bea'] }]);
    for (const projectId of [own.projectId, own.otherProjectId]) {
      const [entry] = (await audit.list(projectId, { limit: 1 })).items;
      expect(entry).toMatchObject({
        action: 'password-reset',
        actorKind: 'system',
        resourceId: own.userId,
        details: {},
      });
    }
  } finally {
    await own.close();
  }
});
