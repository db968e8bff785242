import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { failOnUnheardRejections } from '@navette/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createRepositories, type Repositories } from '../repositories/repositories.ts';
import { openRepositoryFixture, type RepositoryFixture } from '../repositories/repository-fixture.ts';

failOnUnheardRejections(afterAll);

/** Files on a small disk of their own: a tmpfs, which only root can mount. Elsewhere the test is skipped and says so. */
const diskBytes = 4 * 1024 * 1024;
let fixture: RepositoryFixture;
let repositories: Repositories;
let disk: string | undefined;
let whyNot = 'only root can mount a small disk';

beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'navette-small-disk-'));
  if (process.getuid?.() === 0) {
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${diskBytes}`, 'tmpfs', folder], {
      encoding: 'utf8',
    });
    if (mounted.status === 0) disk = folder;
    else whyNot = `a small disk cannot be mounted here: ${mounted.stderr || mounted.error}`;
  }
  if (disk === undefined) return rmSync(folder, { recursive: true });
  fixture = await openRepositoryFixture();
  const { db, vault } = fixture;
  repositories = await createRepositories({ db, vault, dataDir: disk });
});
afterAll(async () => {
  await fixture?.close();
  if (disk === undefined) return;
  expect(spawnSync('umount', [disk]).status).toBe(0);
  rmSync(disk, { recursive: true });
});

function write(data: Uint8Array | AsyncIterable<Uint8Array>) {
  const { projectId } = fixture;
  return repositories.artifacts.write({
    projectId,
    data,
    fileName: 'a',
    mediaType: 'application/octet-stream',
  });
}

async function* streamOf(bytes: Buffer) {
  for (let at = 0; at < bytes.length; at += 100_000) yield bytes.subarray(at, at + 100_000);
}

const listFiles = () =>
  readdirSync(join(disk!, 'artifacts'), { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );

test('a full disk refuses a file cleanly, keeps nothing of it, and takes files again when there is room', async (context) => {
  if (disk === undefined) return context.skip(whyNot);
  const first = await write(randomBytes(1_000_000));
  const tooMuch = randomBytes(diskBytes);
  const full = { code: 'ARTIFACT_DISK_FULL', status: 507, retry: { afterMs: 60_000 } };
  await expect(write(tooMuch)).rejects.toMatchObject(full);
  await expect(write(streamOf(tooMuch))).rejects.toMatchObject(full);
  expect(listFiles().map((entry) => entry.name)).toEqual([first.sha256]);
  const page = await repositories.artifacts.list(fixture.projectId, { limit: 10 });
  expect(page.items.map((row) => row.id)).toEqual([first.id]);
  // What was there before can be read, and there is room for smaller ones.
  expect(await repositories.artifacts.readContent(fixture.projectId, first.id)).toHaveLength(1_000_000);
  const second = await write(streamOf(tooMuch.subarray(0, 1_000_000)));
  expect(await repositories.artifacts.readContent(fixture.projectId, second.id)).toHaveLength(1_000_000);
});
