import { createHash, randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { createUuid } from '@navette/kit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openRepositoryFixture, type RepositoryFixture } from './repository-fixture.ts';

let fixture: RepositoryFixture;
beforeAll(async () => {
  fixture = await openRepositoryFixture();
});
afterAll(() => fixture?.close());

function write(data: string | Uint8Array | AsyncIterable<Uint8Array>, more: object = {}) {
  return fixture.repositories.artifacts.write({
    projectId: fixture.projectId,
    data,
    fileName: 'a.txt',
    mediaType: 'text/plain',
    ...more,
  });
}

function pathOf(sha256: string): string {
  return join(fixture.dataDir, 'artifacts', sha256.slice(0, 2), sha256.slice(2, 4), sha256);
}

/** With one bit changed in the middle. */
function flip(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  copy[copy.length >> 1]! ^= 1;
  return copy;
}

async function* chunksOf(...chunks: string[]) {
  for (const chunk of chunks) yield Buffer.from(chunk);
}

test('the bytes lie once under their hash, whatever way they came', async () => {
  const sha256 = createHash('sha256').update('hello world').digest('hex');
  const first = await write('hello world');
  const second = await write(Buffer.from('hello world'), { fileName: 'b.txt' });
  const third = await write(chunksOf('hello', ' ', 'world'));
  for (const row of [first, second, third]) expect(row).toMatchObject({ sha256, sizeBytes: 11 });
  expect(new Set([first.id, second.id, third.id]).size).toBe(3);
  expect(readdirSync(join(pathOf(sha256), '..'))).toEqual([sha256]);
  expect(statSync(pathOf(sha256)).size).toBe(11);
  expect(readdirSync(join(fixture.dataDir, 'artifacts', 'tmp'))).toEqual([]);
  const { artifacts } = fixture.repositories;
  expect((await artifacts.readContent(fixture.projectId, first.id)).toString()).toBe('hello world');
  expect(await text(await artifacts.openContent(third))).toBe('hello world');
});

test('a step that writes the same file again gets the same row', async () => {
  const step = { executionId: createUuid(), stepPath: 'report' };
  const first = await write('same', step);
  expect(await write('same', step)).toEqual(first);
  expect((await write('same', { ...step, fileName: 'other.txt' })).id).not.toBe(first.id);
  expect((await write('different', step)).id).not.toBe(first.id);
  const page = await fixture.repositories.artifacts.list(fixture.projectId, {
    limit: 10,
    executionId: step.executionId,
  });
  expect(page.items).toHaveLength(3);
});

test('too large: refused as soon as it shows, and nothing stays', async () => {
  const tooLarge = { code: 'ARTIFACT_TOO_LARGE', status: 413 };
  await expect(write('12345', { maxBytes: 4 })).rejects.toMatchObject(tooLarge);
  await expect(write(chunksOf('123', '45'), { maxBytes: 4 })).rejects.toMatchObject(tooLarge);
  expect(readdirSync(join(fixture.dataDir, 'artifacts', 'tmp'))).toEqual([]);
});

test('a source that breaks leaves nothing behind', async () => {
  async function* broken() {
    yield Buffer.from('half');
    throw new Error('the connection broke');
  }
  await expect(write(broken())).rejects.toThrow('the connection broke');
  expect(readdirSync(join(fixture.dataDir, 'artifacts', 'tmp'))).toEqual([]);
});

test('what can be compressed is, in memory or as a stream, and comes back as it was', async () => {
  const { artifacts } = fixture.repositories;
  const line = 'the shuttle carries the thread through the loom\n';
  const short = line.repeat(100);
  const long = line.repeat(40_000);
  async function* pieces() {
    for (let at = 0; at < long.length; at += 70_000) yield Buffer.from(long.slice(at, at + 70_000));
  }
  for (const [row, whole] of [
    [await write(short), short],
    [await write(pieces()), long],
  ] as const) {
    expect(row.sizeBytes).toBe(whole.length);
    expect(row.sha256).toBe(createHash('sha256').update(whole).digest('hex'));
    expect(statSync(`${pathOf(row.sha256)}.zst`).size).toBeLessThan(whole.length / 5);
    expect((await artifacts.readContent(fixture.projectId, row.id)).toString()).toBe(whole);
    expect(await text(await artifacts.openContent(row))).toBe(whole);
  }
  // The same bytes as a whole meet the stream's file.
  expect(await write(long)).toMatchObject({ sizeBytes: long.length });
  const noise = randomBytes(600_000);
  const random = await write(noise);
  expect(statSync(pathOf(random.sha256)).size).toBe(600_000);
  expect((await artifacts.readContent(fixture.projectId, random.id)).equals(noise)).toBe(true);
  expect(readdirSync(join(fixture.dataDir, 'artifacts', 'tmp'))).toEqual([]);
});

test('damage and loss are found and named', async () => {
  const { artifacts } = fixture.repositories;
  const damaged = {
    code: 'ARTIFACT_DAMAGED',
    message: expect.stringMatching(/file art_[0-9a-f]{32} in the data/),
  };
  const row = await write('precious');
  for (const bytes of ['precioux', 'prec', 'precious and more']) {
    writeFileSync(pathOf(row.sha256), bytes);
    await expect(artifacts.readContent(fixture.projectId, row.id)).rejects.toMatchObject(damaged);
  }
  const packed = await write('precious '.repeat(1_000));
  const path = `${pathOf(packed.sha256)}.zst`;
  const bytes = readFileSync(path);
  for (const wrong of [bytes.subarray(0, -3), Buffer.from('not zstd'), flip(bytes)]) {
    writeFileSync(path, wrong);
    await expect(artifacts.readContent(fixture.projectId, packed.id)).rejects.toMatchObject(damaged);
  }
  await rm(pathOf(row.sha256));
  const lost = { code: 'ARTIFACT_LOST', message: expect.stringContaining(row.id.replaceAll('-', '')) };
  await expect(artifacts.readContent(fixture.projectId, row.id)).rejects.toMatchObject(lost);
  await expect(artifacts.openContent(row)).rejects.toMatchObject(lost);
  // Writing it again heals it.
  await write('precious');
  await artifacts.readContent(fixture.projectId, row.id);
});

test('a reader of a damaged stream never gets all bytes of the right length', async () => {
  const noise = randomBytes(400_000);
  const row = await write(noise);
  writeFileSync(pathOf(row.sha256), flip(noise));
  let received = 0;
  const read = async () => {
    for await (const chunk of await fixture.repositories.artifacts.openContent(row)) received += chunk.length;
  };
  await expect(read()).rejects.toMatchObject({ code: 'ARTIFACT_DAMAGED' });
  expect(received).toBeLessThan(400_000);
});

test('another project sees no file', async () => {
  const { artifacts } = fixture.repositories;
  const row = await write('private');
  await expect(artifacts.read(fixture.otherProjectId, row.id)).rejects.toMatchObject({
    code: 'ARTIFACT_NOT_FOUND',
  });
  await expect(artifacts.readContent(fixture.otherProjectId, row.id)).rejects.toMatchObject({ status: 404 });
  expect((await artifacts.list(fixture.otherProjectId, { limit: 10 })).items).toEqual([]);
});
