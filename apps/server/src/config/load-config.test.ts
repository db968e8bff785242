import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { describeConfig } from './describe-config.ts';
import { type Environment, loadConfig } from './load-config.ts';

let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'navette-config-'));
});
afterEach(() => rmSync(cwd, { recursive: true }));

function write(content: unknown, name = 'navette.config.json'): string {
  const path = join(cwd, name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

function refuse(env: Environment): { code: string; message: string } {
  try {
    loadConfig(env, cwd);
  } catch (error) {
    return error as { code: string; message: string };
  }
  throw new Error('The configuration was accepted');
}

describe('where values come from', () => {
  test('defaults need nothing', () => {
    const config = loadConfig({}, cwd);
    expect(config).toMatchObject({
      host: '127.0.0.1',
      port: 4600,
      dataDir: join(cwd, '.navette'),
      http: { timeoutMs: 30_000, allowPrivateHosts: [] },
      auth: { maxAttempts: 10 },
    });
    expect(config.databaseUrl).toBeUndefined();
    expect(new Set(config.sources.values())).toEqual(new Set(['default']));
  });

  test('the environment wins over the file, and the file over the default', () => {
    const path = write({ port: 5000, host: '::1', http: { timeoutMs: 1000, maxRedirects: 2 } });
    const config = loadConfig({ NAVETTE_PORT: '6000', NAVETTE_HTTP_TIMEOUT_MS: '2000' }, cwd);
    expect(config).toMatchObject({ port: 6000, host: '::1', http: { timeoutMs: 2000, maxRedirects: 2 } });
    expect(config.http.maxResponseBytes).toBe(52_428_800);
    expect(config.sources.get('port')).toBe('environment NAVETTE_PORT');
    expect(config.sources.get('host')).toBe(`file ${path}`);
    expect(config.sources.get('http.timeoutMs')).toBe('environment NAVETTE_HTTP_TIMEOUT_MS');
    expect(config.sources.get('http.maxRedirects')).toBe(`file ${path}`);
    expect(config.sources.get('http.maxResponseBytes')).toBe('default');
  });

  test('of two variables the more precise one wins; an empty one counts as not set', () => {
    expect(loadConfig({ PORT: '1', NAVETTE_PORT: '2' }, cwd).port).toBe(2);
    expect(loadConfig({ PORT: '1', NAVETTE_PORT: '' }, cwd).port).toBe(1);
    expect(loadConfig({ HOST: 'machine.example' }, cwd).host).toBe('127.0.0.1');
  });

  test('a file elsewhere is named by NAVETTE_CONFIG, and its paths are relative to it', () => {
    mkdirSync(join(cwd, 'etc'));
    write({ dataDir: './data' }, 'etc/my.json');
    const env = { NAVETTE_CONFIG: 'etc/my.json' };
    expect(loadConfig(env, cwd).dataDir).toBe(join(cwd, 'etc', 'data'));
    expect(loadConfig({ ...env, NAVETTE_DATA_DIR: './data' }, cwd).dataDir).toBe(join(cwd, 'data'));
  });

  test('lists are separated by commas, origins lose a slash at the end', () => {
    const config = loadConfig(
      {
        NAVETTE_HTTP_ALLOW_PRIVATE_HOSTS: ' erp.internal:8443 , 10.0.0.0/8,',
        NAVETTE_PUBLIC_URL: 'https://navette.example/',
      },
      cwd,
    );
    expect(config.http.allowPrivateHosts).toEqual(['erp.internal:8443', '10.0.0.0/8']);
    expect(config.publicUrl).toBe('https://navette.example');
  });
});

describe('what is refused', () => {
  test.each([
    [
      { NAVETTE_PROT: '1' },
      'environment NAVETTE_PROT: there is no such setting (did you mean NAVETTE_PORT?)',
    ],
    [{ NAVETTE_UTTERLY_UNKNOWN: '1' }, 'environment NAVETTE_UTTERLY_UNKNOWN: there is no such setting'],
    [{ NAVETTE_PORT: 'abc' }, 'port (environment NAVETTE_PORT): Invalid input: expected number'],
    [{ PORT: '65536' }, 'port (environment PORT): Too big'],
    [{ PORT: '1.5' }, 'port (environment PORT): Invalid input: expected int'],
    [{ NAVETTE_LOG_LEVEL: 'loud' }, 'logLevel (environment NAVETTE_LOG_LEVEL): Invalid option'],
    [{ NAVETTE_TRUST_PROXY: '10.0.0.0/8,me' }, 'trustProxy, entry 2 (environment NAVETTE_TRUST_PROXY)'],
    [{ NAVETTE_HTTP_ALLOW_PRIVATE_HOSTS: 'a b' }, 'http.allowPrivateHosts, entry 1 (environment'],
    [{ NAVETTE_PUBLIC_URL: 'https://x.example/path' }, 'expected scheme and host only'],
    [{ NAVETTE_PUBLIC_URL: 'ftp://x.example' }, 'publicUrl (environment NAVETTE_PUBLIC_URL)'],
    [{ NAVETTE_LEASE_MS: '1500' }, 'expected at least twice heartbeatIntervalMs'],
    [{ DATABASE_URL: 'mysql://x' }, 'databaseUrl (environment DATABASE_URL): expected postgresql://'],
  ])('%o', (env, words) => {
    const error = refuse(env);
    expect(error.code).toBe('CONFIG_INVALID');
    expect(error.message).toContain(words);
  });

  test('every mistake is told at once', () => {
    write({ port: 'x', colour: 'red', http: { timeoutms: 5 } });
    const lines = refuse({ NAVETTE_LOG_LEVEL: 'loud' }).message.split('\n').slice(1);
    const path = join(cwd, 'navette.config.json');
    expect(lines).toHaveLength(4);
    expect(lines).toContain(`- file ${path}: there is no setting colour`);
    expect(lines).toContain(
      `- file ${path}: there is no setting http.timeoutms (did you mean http.timeoutMs?)`,
    );
    expect(lines).toContainEqual(expect.stringContaining(`port (file ${path}): Invalid input`));
  });

  test('secrets are in no message', () => {
    const secrets = {
      NAVETTE_MASTER_KEY: 'canary-key',
      NAVETTE_SESSION_SECRET: 'canary-session',
      DATABASE_URL: 'canary://canary:canary@host',
    };
    const { message } = refuse(secrets);
    expect(message.match(/masterKey|sessionSecret|databaseUrl/g)).toHaveLength(3);
    expect(message).not.toContain('canary');
  });

  test.each([
    [
      '{\n  "port": 5000,\n  "masterKey": "canary",\n}',
      'expected double-quoted property name (line 4, column 1)',
    ],
    ['{\n  "port": 5000', 'it ends too early (line 2, column 15)'],
    ['{"masterKey": canary}', 'line 1, column 15'],
    ['{"masterKey": "canary" "port": 1}', "expected ',' or '}' after property value (line 1, column 24)"],
    ['{"port": 1} canary', 'line 1, column 13'],
    [`{"port": ${'1 '.repeat(30)}canary}`, 'line 1, column 12'],
    ['', 'it ends too early (line 1, column 1)'],
    ['[1]', 'expected an object (line 1, column 1)'],
  ])('corrupt JSON: %j', (text, words) => {
    write(text);
    const error = refuse({});
    expect(error.code).toBe('CONFIG_FILE_CORRUPT');
    expect(error.message).toContain(words);
    expect(error.message).not.toContain('canary');
  });

  test('a file that is named has to be there', () => {
    expect(refuse({ NAVETTE_CONFIG: 'missing.json' })).toMatchObject({
      code: 'CONFIG_FILE_UNREADABLE',
      message: `The configuration file ${join(cwd, 'missing.json')} cannot be read: there is no such file`,
    });
  });

  test('keys that could reach a prototype', () => {
    write('{"__proto__": {"port": 1}, "constructor": 1}');
    expect(refuse({}).message).toContain('there is no setting constructor');
    expect(({} as Record<string, unknown>)['port']).toBeUndefined();
  });
});

test('a description has every setting, its source, and no secret', () => {
  const secrets = {
    NAVETTE_MASTER_KEY: Buffer.alloc(32, 7).toString('base64'),
    NAVETTE_SESSION_SECRET: 'canary-'.repeat(6),
    DATABASE_URL: 'postgresql://canary:canary@db.example:5433/navette?sslmode=require&password=canary',
  };
  const rows = describeConfig(loadConfig(secrets, cwd));
  expect(rows).toContainEqual({
    key: 'databaseUrl',
    value: 'db.example:5433/navette (user and password hidden)',
    source: 'environment DATABASE_URL',
  });
  expect(rows).toContainEqual({ key: 'port', value: '4600', source: 'default' });
  expect(rows).toContainEqual({ key: 'publicUrl', value: '–', source: 'default' });
  const text = JSON.stringify(rows);
  expect(text).not.toContain('canary');
  expect(text).not.toContain(secrets.NAVETTE_MASTER_KEY);
});
