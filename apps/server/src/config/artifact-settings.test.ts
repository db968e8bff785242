import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type S3Fixture, startS3Fixture } from '@navette/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { toS3Options } from './artifact-settings.ts';
import { describeConfig } from './describe-config.ts';
import { checkArtifacts } from './doctor-artifacts.ts';
import { loadConfig } from './load-config.ts';

let folder: string;
let s3: S3Fixture;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'navette-artifacts-'));
  s3 = await startS3Fixture({ secretAccessKey: 'canary-secret' });
});
afterEach(async () => {
  await s3.close();
  rmSync(folder, { recursive: true });
});

function load(over: Record<string, string> = {}) {
  const env = {
    NAVETTE_ARTIFACTS_STORAGE: 's3',
    NAVETTE_ARTIFACTS_ENDPOINT: s3.server.url,
    NAVETTE_ARTIFACTS_BUCKET: s3.options.bucket,
    NAVETTE_ARTIFACTS_REGION: s3.options.region,
    NAVETTE_ARTIFACTS_ACCESS_KEY_ID: s3.options.accessKeyId,
    NAVETTE_ARTIFACTS_SECRET_ACCESS_KEY: s3.options.secretAccessKey,
    ...over,
  };
  return loadConfig(env, folder);
}

test('files stay in the data folder unless something else is said', () => {
  expect(toS3Options(loadConfig({}, folder).artifacts)).toBeUndefined();
  expect(toS3Options(load().artifacts)).toEqual({
    endpoint: s3.server.url,
    ...s3.options,
    pathStyle: true,
    prefix: '',
  });
});

test.each([
  ['NAVETTE_ARTIFACTS_BUCKET', '', 'artifacts.storage'],
  ['NAVETTE_ARTIFACTS_SECRET_ACCESS_KEY', '', 'artifacts.storage'],
  ['NAVETTE_ARTIFACTS_ENDPOINT', 'ftp://x', 'artifacts.endpoint'],
  ['NAVETTE_ARTIFACTS_ENDPOINT', 'https://x.test/path', 'artifacts.endpoint'],
  ['NAVETTE_ARTIFACTS_PREFIX', 'no-slash', 'artifacts.prefix'],
  ['NAVETTE_ARTIFACTS_BUCKET', '../up', 'artifacts.bucket'],
])('%s=%s is refused by name', (name, value, key) => {
  expect(() => load({ [name]: value })).toThrow(key);
});

test('the doctor asks the bucket, and hides the keys', async () => {
  expect(await checkArtifacts(loadConfig({}, folder))).toBeUndefined();
  expect(await checkArtifacts(load())).toMatchObject({
    status: 'ok',
    message: expect.stringContaining('answers'),
  });
  const wrong = load({ NAVETTE_ARTIFACTS_SECRET_ACCESS_KEY: 'other-secret' });
  const finding = await checkArtifacts(wrong);
  expect(finding).toMatchObject({ status: 'fail', help: expect.stringContaining('artifacts') });
  expect(JSON.stringify([finding, describeConfig(wrong), describeConfig(load())])).not.toMatch(
    /other-secret|canary-secret|TESTKEYID/,
  );
});
