import { createFakeClock, type S3Fixture, startS3Fixture } from '@navette/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { encodeObjectUrl, type S3Options } from './s3-client.ts';
import { S3Storage } from './s3-storage.ts';
import { describeArtifactStorage } from './testing/artifact-storage-conformance.ts';

/** Does not wait between attempts. */
const clock = { ...createFakeClock(), sleep: async () => {} };

function optionsFor({ server, options }: S3Fixture, over: Partial<S3Options> = {}): S3Options {
  return { endpoint: server.url, ...options, pathStyle: true, prefix: 'files/', ...over };
}

describeArtifactStorage('S3Storage', async () => {
  const fixture = await startS3Fixture();
  return { storage: new S3Storage(optionsFor(fixture)), close: () => fixture.close() };
});

describe('S3Storage when the other side has trouble', () => {
  let fixture: S3Fixture;
  let storage: S3Storage;
  const content = {
    source: { bytes: Buffer.from('hello') },
    storedBytes: 5,
    storedSha256: '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824',
  };
  beforeAll(async () => {
    fixture = await startS3Fixture();
    storage = new S3Storage(optionsFor(fixture), { clock });
  });
  beforeEach(() => fixture.objects.clear());
  afterAll(() => fixture.close());

  test('keys get the prefix of the configuration', async () => {
    await storage.put('abc', content);
    expect([...fixture.objects.keys()]).toEqual(['files/abc']);
  });

  test('a busy or broken storage is asked again', async () => {
    fixture.failNext({ status: 503, code: 'SlowDown' }, 'disconnect', { status: 500, code: 'InternalError' });
    await storage.put('abc', content);
    expect(fixture.objects.get('files/abc')?.toString()).toBe('hello');
    fixture.failNext('disconnect', { status: 400, code: 'RequestTimeout' });
    await storage.put('abd', content);
    fixture.failNext('disconnect', { status: 429, code: 'TooManyRequests' });
    expect(await storage.readSizeBytes('abd')).toBe(5);
  });

  test('after five attempts it gives up and says what was wrong', async () => {
    const before = fixture.server.count();
    fixture.failNext(...Array.from({ length: 5 }, () => ({ status: 503, code: 'SlowDown' })));
    await expect(storage.put('abc', content)).rejects.toMatchObject({
      code: 'ARTIFACT_STORAGE_UNAVAILABLE',
      message: expect.stringContaining('PUT abc in the bucket navette-test'),
    });
    expect(fixture.server.count() - before).toBe(5);
  });

  test('a refusal is not repeated', async () => {
    const wrong = new S3Storage(optionsFor(fixture, { secretAccessKey: 'wrong' }), { clock });
    const before = fixture.server.count();
    const refused = { message: expect.stringContaining('status 403 (SignatureDoesNotMatch)') };
    await expect(wrong.put('abc', content)).rejects.toMatchObject(refused);
    await expect(wrong.assertUsable()).rejects.toMatchObject(refused);
    expect(fixture.server.count() - before).toBe(2);
    expect(fixture.objects.size).toBe(0);
  });

  test('bytes that changed on their way are refused by the other side', async () => {
    const damaged = { ...content, source: { bytes: Buffer.from('hellO') } };
    await expect(storage.put('abc', damaged)).rejects.toThrow('XAmzContentSHA256Mismatch');
    expect(fixture.objects.size).toBe(0);
  });

  test('a bucket that is not there is found before anything is stored', async () => {
    const elsewhere = new S3Storage(optionsFor(fixture, { bucket: 'other' }), { clock });
    await expect(elsewhere.assertUsable()).rejects.toThrow('NoSuchBucket');
    await expect(elsewhere.put('abc', content)).rejects.toThrow('NoSuchBucket');
  });

  test('a server that is not there is named', async () => {
    const gone = await startS3Fixture();
    const options = optionsFor(gone);
    await gone.close();
    await expect(new S3Storage(options, { clock }).open('abc')).rejects.toMatchObject({
      code: 'ARTIFACT_STORAGE_UNAVAILABLE',
      retry: 'default',
    });
  });
});

test.each([
  [true, 'k', 'https://s3.example.test/b/p/k'],
  [true, '', 'https://s3.example.test/b'],
  [false, 'k', 'https://b.s3.example.test/p/k'],
  [false, '', 'https://b.s3.example.test/'],
])('path style %s, key "%s": %s', (pathStyle, key, url) => {
  const options = { endpoint: 'https://s3.example.test', bucket: 'b', prefix: 'p/', pathStyle };
  expect(encodeObjectUrl(options, key).href).toBe(url);
});
