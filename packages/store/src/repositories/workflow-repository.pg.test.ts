import { createUuid } from '@navette/kit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createDraft, openRepositoryFixture, type RepositoryFixture } from './repository-fixture.ts';

let fixture: RepositoryFixture;
beforeAll(async () => {
  fixture = await openRepositoryFixture();
});
afterAll(() => fixture?.close());

function create(name: string, mark = name) {
  return fixture.repositories.workflows.create(fixture.change, {
    name,
    description: '',
    draft: createDraft(mark),
  });
}

function listActions(resourceId: string) {
  return fixture.repositories.audit
    .list(fixture.projectId, { limit: 200 })
    .then((page) =>
      page.items.filter((entry) => entry.resourceId === resourceId).map((entry) => entry.action),
    );
}

describe('versions', () => {
  test('each new content is a new version; the same content is the version it was', async () => {
    const { workflows, versions } = fixture.repositories;
    const made = await create('Versions', 'one');
    expect(made).toMatchObject({ name: 'Versions', nodeCount: 1, triggerTypes: ['manual-trigger'] });
    const second = await workflows.update(fixture.change, made.id, { draft: createDraft('two', 3) });
    expect(second.nodeCount).toBe(3);
    expect(second.draftVersionId).not.toBe(made.draftVersionId);
    const back = await workflows.update(fixture.change, made.id, { draft: createDraft('one') });
    expect(back.draftVersionId).toBe(made.draftVersionId);
    expect(back.definition).toEqual(made.definition);
    const page = await versions.list(fixture.projectId, made.id, { limit: 10 });
    expect(page.items.map((item) => [item.number, item.published])).toEqual([
      [2, false],
      [1, false],
    ]);
    const read = await versions.read(fixture.projectId, made.id, made.draftVersionId);
    expect(read.definition).toEqual(createDraft('one').definition);
    expect(read.contentHash).toMatch(/^[0-9a-f]{64}$/);
    expect(read.createdBy).toBe(fixture.userId);
  });

  test('pages of versions go on where the last one ended', async () => {
    const { workflows, versions } = fixture.repositories;
    const made = await create('Paged', 'v1');
    for (const mark of ['v2', 'v3'])
      await workflows.update(fixture.change, made.id, { draft: createDraft(mark) });
    const first = await versions.list(fixture.projectId, made.id, { limit: 2 });
    expect(first.items.map((item) => item.number)).toEqual([3, 2]);
    const second = await versions.list(fixture.projectId, made.id, { limit: 2, cursor: first.nextCursor! });
    expect(second.items.map((item) => item.number)).toEqual([1]);
    expect(second.nextCursor).toBeNull();
  });

  test('concurrent saves get numbers without gaps or doubles', async () => {
    const { workflows, versions } = fixture.repositories;
    const made = await create('Concurrent', 'c0');
    const marks = ['c1', 'c2', 'c3', 'c4', 'c5'];
    await Promise.all(
      marks.map((mark) => workflows.update(fixture.change, made.id, { draft: createDraft(mark) })),
    );
    const page = await versions.list(fixture.projectId, made.id, { limit: 10 });
    expect(page.items.map((item) => item.number)).toEqual([6, 5, 4, 3, 2, 1]);
  });
});

describe('update', () => {
  test('refuses when somebody else saved in between', async () => {
    const { workflows } = fixture.repositories;
    const made = await create('Conflict', 'base');
    const expectedDraftVersionId = made.draftVersionId;
    await workflows.update(fixture.change, made.id, { draft: createDraft('theirs'), expectedDraftVersionId });
    await expect(
      workflows.update(fixture.change, made.id, { draft: createDraft('mine'), expectedDraftVersionId }),
    ).rejects.toMatchObject({ code: 'WORKFLOW_CONFLICT', status: 409 });
  });

  test('saving what is there changes nothing and leaves no trace', async () => {
    const { workflows } = fixture.repositories;
    const made = await create('Same');
    const again = await workflows.update(fixture.change, made.id, {
      name: 'Same',
      draft: createDraft('Same'),
    });
    expect(again).toEqual(made);
    expect(await listActions(made.id)).toEqual(['workflow-created']);
  });

  test('the audit entry names what changed', async () => {
    const { workflows, audit } = fixture.repositories;
    const made = await create('Renamed');
    await workflows.update(fixture.change, made.id, { name: 'New name', description: 'd' });
    const page = await audit.list(fixture.projectId, { limit: 1, action: 'workflow-updated' });
    expect(page.items[0]).toMatchObject({
      actorKind: 'user',
      actorId: fixture.userId,
      resourceKind: 'workflow',
      resourceId: made.id,
      details: { changed: ['name', 'description'] },
    });
  });
});

test('a deleted workflow leaves the lists; its versions stay for its executions', async () => {
  const { workflows, versionSource } = fixture.repositories;
  const made = await create('Deleted');
  await workflows.delete(fixture.change, made.id);
  await expect(workflows.read(fixture.projectId, made.id)).rejects.toMatchObject({
    code: 'WORKFLOW_NOT_FOUND',
  });
  await expect(workflows.delete(fixture.change, made.id)).rejects.toMatchObject({
    code: 'WORKFLOW_NOT_FOUND',
  });
  const page = await workflows.list(fixture.projectId, { limit: 200 });
  expect(page.items.some((item) => item.id === made.id)).toBe(false);
  const version = await versionSource.read(fixture.projectId, made.draftVersionId);
  expect(version).toMatchObject({ workflowId: made.id, workflowName: 'Deleted' });
  expect(await listActions(made.id)).toEqual(['workflow-deleted', 'workflow-created']);
});

describe('list', () => {
  test('last changed first, page by page, each once', async () => {
    const { workflows } = fixture.repositories;
    const names = ['L1', 'L2', 'L3', 'L4', 'L5'];
    const made = [];
    for (const name of names) made.push(await create(name));
    await workflows.update(fixture.change, made[0]!.id, { name: 'L1 changed' });
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page = await workflows.list(fixture.projectId, { limit: 2, ...(cursor ? { cursor } : {}) });
      seen.push(...page.items.map((item) => item.name));
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(seen.slice(0, 5)).toEqual(['L1 changed', 'L5', 'L4', 'L3', 'L2']);
    expect(new Set(seen).size).toBe(seen.length);
  });

  test('search takes the characters of LIKE literally', async () => {
    const { workflows } = fixture.repositories;
    await create('100% done_now', 'p1');
    await create('100 percent doneXnow', 'p2');
    const search = async (text: string) =>
      (await workflows.list(fixture.projectId, { limit: 10, search: text })).items.map((item) => item.name);
    expect(await search('100%')).toEqual(['100% done_now']);
    expect(await search('DONE_NOW')).toEqual(['100% done_now']);
    expect(await search('\\')).toEqual([]);
  });

  test.each(['', 'x', 'bm90IGEgY3Vyc29y', Buffer.from('12 not-a-uuid').toString('base64url')])(
    'refuses the cursor "%s"',
    async (cursor) => {
      await expect(
        fixture.repositories.workflows.list(fixture.projectId, { limit: 1, cursor }),
      ).rejects.toMatchObject({
        code: 'STORE_CURSOR_INVALID',
        issues: [{ path: '/query/cursor', message: expect.any(String) }],
      });
    },
  );
});

test('another project sees nothing of it', async () => {
  const { workflows, versions, versionSource } = fixture.repositories;
  const made = await create('Private');
  const stranger = { ...fixture.change, projectId: fixture.otherProjectId };
  const notFound = { code: 'WORKFLOW_NOT_FOUND', status: 404 };
  await expect(workflows.read(stranger.projectId, made.id)).rejects.toMatchObject(notFound);
  await expect(workflows.update(stranger, made.id, { name: 'Mine' })).rejects.toMatchObject(notFound);
  await expect(workflows.delete(stranger, made.id)).rejects.toMatchObject(notFound);
  await expect(versions.list(stranger.projectId, made.id, { limit: 1 })).rejects.toMatchObject(notFound);
  await expect(versions.read(stranger.projectId, made.id, made.draftVersionId)).rejects.toMatchObject(
    notFound,
  );
  expect((await workflows.list(stranger.projectId, { limit: 10 })).items).toEqual([]);
  // Also when the engine has it in memory already.
  expect(await versionSource.read(fixture.projectId, made.draftVersionId)).toBeDefined();
  expect(await versionSource.read(stranger.projectId, made.draftVersionId)).toBeUndefined();
  expect(await versionSource.read(stranger.projectId, createUuid())).toBeUndefined();
});
