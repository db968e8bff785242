import { createUuid } from '@navette/kit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Page, PageRequest } from './cursor.ts';
import { DeadLetterRepository } from './dead-letter-repository.ts';
import { createDraft, openRepositoryFixture, type RepositoryFixture } from './repository-fixture.ts';

let fixture: RepositoryFixture;

beforeAll(async () => {
  fixture = await openRepositoryFixture();
});
afterAll(() => fixture?.close());

/** Rows of one statement have the same time, those of the next one time that differs by microseconds. */
const times = [
  '2026-11-22 10:00:00.123456+00',
  '2026-11-22 10:00:00.123456+00',
  '2026-11-22 10:00:00.123999+00',
  '2026-11-22 10:00:00.123001+00',
  '2026-11-22 10:00:00.123+00',
  '2026-11-22 10:00:00.124+00',
  '2026-11-22 09:59:59.999999+00',
];
const expected = [5, 2, [0, 1], 3, 4, 6];

async function readAll(list: (page: PageRequest) => Promise<Page<{ id: string }>>): Promise<string[]> {
  const ids: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await list({ limit: 2, cursor });
    for (const row of page.items) {
      expect(row).not.toHaveProperty('exactTime');
      ids.push(row.id);
    }
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return ids;
}

/** Newest first, the larger id first where the time is the same. */
function inOrder(ids: readonly string[]): string[] {
  return expected.flatMap((at) =>
    Array.isArray(at)
      ? at
          .map((index) => ids[index]!)
          .sort()
          .reverse()
      : [ids[at]!],
  );
}

test('pages of executions and of dead letters leave out none of the same millisecond', async () => {
  const { projectId } = fixture;
  const ids = times.map(() => createUuid());
  for (const [index, id] of ids.entries()) {
    await fixture.database.pool.query(
      `INSERT INTO executions (id, project_id, workflow_id, version_id, status, mode, trigger_node_id, root_id, created_at,
         finished_at, error)
       VALUES ($1, $2, $3, $3, 'failed', 'webhook', 'start', $1, $4, $4, '{"code":"HTTP_STATUS"}')`,
      [id, projectId, createUuid(), times[index]],
    );
  }
  const { executions } = fixture.repositories;
  expect(await readAll((page) => executions.list(projectId, page))).toEqual(inOrder(ids));
  const deadLetters = new DeadLetterRepository(fixture.db);
  expect(await readAll((page) => deadLetters.list(projectId, page))).toEqual(inOrder(ids));
});

test('pages of workflows leave out none of the same millisecond', async () => {
  const { workflows } = fixture.repositories;
  const ids: string[] = [];
  for (const time of times) {
    const draft = { name: 'Orders', description: '', draft: createDraft('Orders') };
    const { id } = await workflows.create(fixture.change, draft);
    await fixture.database.pool.query('UPDATE workflows SET updated_at = $2 WHERE id = $1', [id, time]);
    ids.push(id);
  }
  expect(await readAll((page) => workflows.list(fixture.projectId, page))).toEqual(inOrder(ids));
});
