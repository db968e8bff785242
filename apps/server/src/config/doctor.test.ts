import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runDoctor } from './doctor.ts';
import { checkDataFolder, checkMasterKey } from './doctor-files.ts';
import { checkClock, checkNode, checkPort } from './doctor-machine.ts';
import { loadConfig } from './load-config.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'navette-doctor-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const load = (env: Record<string, string> = {}) =>
  loadConfig({ NAVETTE_PORT: '0', NAVETTE_CODE_ALLOW_WITHOUT_JAIL: 'true', ...env }, folder);

test('a machine that has everything is healthy', async () => {
  const findings = await runDoctor(load());
  expect(findings.map(({ check, status }) => `${check}: ${status}`)).toEqual([
    'node: ok',
    'data folder: ok',
    'master key: ok',
    'port: ok',
    'database: ok',
    'code: ok',
    'policies: ok',
    'clock: ok',
  ]);
});

test('an old Node cannot run the server', () => {
  expect(checkNode('22.19.0')).toMatchObject({ status: 'fail', help: expect.stringContaining('npm start') });
});

describe('the port', () => {
  test('taken by a stranger is a failure, by our own server it is not', async () => {
    const stranger = createServer().listen(0, '127.0.0.1');
    await once(stranger, 'listening');
    const config = load({ NAVETTE_PORT: String((stranger.address() as AddressInfo).port) });
    writeFileSync(join(folder, 'navette.lock.json'), '');
    expect(await checkPort(config)).toMatchObject({
      status: 'fail',
      message: expect.stringContaining('is taken'),
    });
    const ours = { ...config, dataDir: folder };
    const owner = { pid: process.pid, startedAt: '2026-01-01T00:00:00Z' };
    writeFileSync(join(folder, 'navette.lock.json'), JSON.stringify(owner));
    expect(await checkPort(ours)).toMatchObject({
      status: 'ok',
      message: expect.stringContaining(`${process.pid}`),
    });
    stranger.close();
    await once(stranger, 'close');
    expect((await checkPort(config)).message).toContain('is free');
  });

  test('an address of another machine', async () => {
    const finding = await checkPort(load({ NAVETTE_HOST: '192.0.2.1' }));
    expect(finding).toMatchObject({ status: 'fail', message: expect.stringContaining('EADDRNOTAVAIL') });
  });
});

describe('the data folder', () => {
  test('is made at the first start, unless something is in the way', () => {
    const missing = join(folder, 'a', 'b');
    expect(checkDataFolder({ dataDir: missing }).message).toContain('made at the first start');
    writeFileSync(join(folder, 'a'), '');
    expect(checkDataFolder({ dataDir: missing })).toMatchObject({
      status: 'fail',
      message: `${missing} cannot be written (${join(folder, 'a')}: it is not a folder)`,
    });
  });

  test('a disk that is nearly full', () => {
    const finding = checkDataFolder({ dataDir: folder }, Number.MAX_SAFE_INTEGER);
    expect(finding).toMatchObject({ status: 'fail', message: expect.stringMatching(/only \d+ MB free/) });
  });
});

describe('the master key', () => {
  const path = () => join(folder, 'master.key');

  test('should be closed to others', () => {
    writeFileSync(path(), Buffer.alloc(32, 1).toString('base64'), { mode: 0o600 });
    expect(checkMasterKey({ dataDir: folder, masterKey: undefined }).status).toBe('ok');
    chmodSync(path(), 0o644);
    const finding = checkMasterKey({ dataDir: folder, masterKey: undefined });
    expect(finding).toMatchObject({ status: 'warn', help: `chmod 600 ${path()}` });
    expect(finding.message).toContain('mode 644');
  });

  test('that is damaged is told without being shown', () => {
    writeFileSync(path(), 'canary', { mode: 0o600 });
    const finding = checkMasterKey({ dataDir: folder, masterKey: undefined });
    expect(finding.status).toBe('fail');
    expect(JSON.stringify(finding)).not.toContain('canary');
  });
});

test('a clock without a battery, and one that differs from the database', () => {
  expect(checkClock(undefined, 0)).toMatchObject({
    status: 'fail',
    message: expect.stringContaining('1970'),
  });
  expect(checkClock(-7_300)).toMatchObject({ status: 'warn', message: expect.stringContaining('-7.3 s') });
  expect(checkClock(1_500).status).toBe('ok');
});

test('a database that does not answer fails, without its password', async () => {
  const findings = await runDoctor(load({ DATABASE_URL: 'postgresql://someone:canary@127.0.0.1:9/db' }));
  const database = findings.find(({ check }) => check === 'database');
  expect(database).toMatchObject({ status: 'fail', message: expect.stringContaining('127.0.0.1:9/db') });
  expect(JSON.stringify(findings)).not.toContain('canary');
});
