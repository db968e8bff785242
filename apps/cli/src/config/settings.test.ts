import { chmod, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createTestFolder } from '../testing/create-test-folder.ts';
import { loadConfig, locateConfig, saveConfig } from './config-file.ts';
import { loadSettings } from './settings.ts';

async function createHome(config?: { url: string; apiKey: string }) {
  const home = createTestFolder();
  const path = join(home, '.config', 'navette', 'config.json');
  if (config) await saveConfig(path, config);
  return { env: { HOME: home }, path };
}

const none = { url: undefined, key: undefined };
const saved = { url: 'https://navette.example.com', apiKey: 'nvt_saved' };

describe('which server, and as whom', () => {
  test('nothing configured: the server on this machine, nobody', async () => {
    const { env, path } = await createHome();
    expect(await loadSettings({ ...none, env })).toEqual({
      url: 'http://127.0.0.1:4600',
      urlFrom: 'default',
      key: undefined,
      keyFrom: undefined,
      configPath: path,
      hasConfig: false,
    });
  });

  test('the configuration file', async () => {
    const { env } = await createHome(saved);
    expect(await loadSettings({ ...none, env })).toMatchObject({
      url: 'https://navette.example.com',
      urlFrom: 'configuration',
      key: 'nvt_saved',
      keyFrom: 'configuration',
      hasConfig: true,
    });
  });

  test('the environment goes before the file, options before the environment', async () => {
    const { env } = await createHome(saved);
    const variables = { ...env, NAVETTE_URL: 'http://10.0.0.1:4600/', NAVETTE_API_KEY: 'nvt_env' };
    expect(await loadSettings({ ...none, env: variables })).toMatchObject({
      url: 'http://10.0.0.1:4600',
      urlFrom: 'environment',
      key: 'nvt_env',
      keyFrom: 'environment',
    });
    expect(
      await loadSettings({ url: 'http://10.0.0.2/base/', key: 'nvt_opt', env: variables }),
    ).toMatchObject({
      url: 'http://10.0.0.2/base',
      urlFrom: 'option',
      key: 'nvt_opt',
      keyFrom: 'option',
    });
  });

  test('the saved key is sent to no other server', async () => {
    const { env } = await createHome(saved);
    const other = await loadSettings({ url: 'https://other.example.com', key: undefined, env });
    expect(other).toMatchObject({ key: undefined, keyFrom: undefined });
    const same = await loadSettings({ url: 'https://navette.example.com/', key: undefined, env });
    expect(same.key).toBe('nvt_saved');
  });

  test.each(['nonsense', 'ftp://x', 'http://user:pw@x', 'http://x/?a=1', 'http://x/#a'])(
    'refuses the address %s',
    async (url) => {
      const { env } = await createHome();
      await expect(loadSettings({ url, key: undefined, env })).rejects.toMatchObject({ code: 'CLI_USAGE' });
    },
  );

  test.each(['', 'two words', 'line\nbreak', 'clé'])('refuses the key %j without telling it', async (key) => {
    const { env } = await createHome();
    const failure = await loadSettings({ url: undefined, key, env }).catch(
      (error: unknown) => error as Error,
    );
    expect(failure).toMatchObject({
      code: 'CLI_USAGE',
      message: '--key is no API key: it is empty or has blanks or special characters in it',
    });
  });
});

describe('the configuration file', () => {
  test('is where XDG says, else in ~/.config', () => {
    expect(locateConfig({ HOME: '/home/a' })).toBe('/home/a/.config/navette/config.json');
    expect(locateConfig({ HOME: '/home/a', XDG_CONFIG_HOME: '/x' })).toBe('/x/navette/config.json');
  });

  test('can be read by its owner only, also when it replaces one that others could read', async () => {
    const { path } = await createHome(saved);
    await chmod(path, 0o644);
    await saveConfig(path, { url: 'http://x', apiKey: 'nvt_2' });
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await stat(dirname(path))).mode & 0o777).toBe(0o700);
    expect(await loadConfig(path)).toEqual({ url: 'http://x', apiKey: 'nvt_2' });
    expect(await readdir(dirname(path))).toEqual(['config.json']);
    expect(await readFile(path, 'utf8')).toBe(
      '{\n  "version": 1,\n  "url": "http://x",\n  "apiKey": "nvt_2"\n}\n',
    );
  });

  test.each([
    ['{"version": 1, "apiKey": nvt_secret}', 'it is not JSON'],
    ['{"version": 1, "url": "http://x"}', 'apiKey: '],
    ['{"version": 2, "url": "http://x", "apiKey": "nvt_secret"}', 'version: '],
    ['[]', 'it: '],
  ])('that is broken is named without its content: %s', async (text, words) => {
    const { path } = await createHome();
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
    const failure = await loadConfig(path).catch((error: unknown) => error as Error);
    expect(failure).toMatchObject({ code: 'CLI_CONFIG_INVALID' });
    expect((failure as Error).message).toContain(words);
    expect((failure as Error).message).not.toContain('nvt_secret');
  });

  test('that cannot be written is said with its path', async () => {
    await expect(saveConfig('/dev/null/config.json', saved)).rejects.toMatchObject({
      code: 'CLI_FILE_UNWRITABLE',
      params: { path: '/dev/null/config.json' },
    });
  });
});
