import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { encodeConfigTable } from './config-reference.ts';
import { settings } from './config-schema.ts';
import { loadConfig } from './load-config.ts';

test('the guide has the table of the schema (mend with: node scripts/config-reference.mjs)', () => {
  const guide = readFileSync(new URL('../../../../docs/guide/configuration.md', import.meta.url), 'utf8');
  expect(guide).toContain(encodeConfigTable());
});

test('the example of the guide is accepted, as a file and as variables, and means the same', async () => {
  const guide = readFileSync(new URL('../../../../docs/guide/configuration.md', import.meta.url), 'utf8');
  const [, sh] = /```sh\n(NAVETTE_[\s\S]*?)```/.exec(guide)!;
  const env = Object.fromEntries(
    sh!
      .trim()
      .split('\n')
      .map((line) => line.split('=', 2) as [string, string]),
  );
  const fromVariables = loadConfig(env, '/nowhere');
  const [, json] = /```json\n([\s\S]*?)```/.exec(guide)!;
  const { configSchema } = await import('./config-schema.ts');
  const fromFile = configSchema.parse(JSON.parse(json!));
  expect({ ...fromFile, dataDir: fromVariables.dataDir, sources: fromVariables.sources }).toEqual(
    fromVariables,
  );
});

test('no variable sets two settings, and secrets have no default', () => {
  const names = settings.flatMap(({ env }) => env);
  expect(new Set(names).size).toBe(names.length);
  expect(settings.filter(({ secret }) => secret).map(({ key, default: value }) => [key, value])).toEqual([
    ['databaseUrl', undefined],
    ['redisUrl', undefined],
    ['masterKey', undefined],
    ['sessionSecret', undefined],
    ['metricsToken', undefined],
    ['artifacts.accessKeyId', undefined],
    ['artifacts.secretAccessKey', undefined],
    ['traces.headers', undefined],
  ]);
});
