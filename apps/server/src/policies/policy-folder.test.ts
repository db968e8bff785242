import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { formatHostPattern, matchesHost, parseHostPattern } from '@navette/contracts';
import { isHostUnderRule, parseHostRule } from '@navette/http';
import { type Logger, silentLogger } from '@navette/kit';
import { defaultPolicy } from '@navette/sandbox';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { describePolicies, PolicyFolder } from './policy-folder.ts';

let folder: string;
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'navette-policy-folder-')), 'policies');
});
afterEach(() => rmSync(dirname(folder), { recursive: true, force: true }));

const warnings: object[] = [];
const logger: Logger = { ...silentLogger, warn: (fields: object) => void warnings.push(fields) };
const open = (required = false) =>
  new PolicyFolder({ path: folder, required, base: { server: defaultPolicy }, logger, lookMs: 0 });
const write = (file: string, content: string) => {
  mkdirSync(dirname(join(folder, file)), { recursive: true });
  writeFileSync(join(folder, file), content);
};
const cpuMs = async (policies: PolicyFolder) =>
  (await policies.read()).resolve({ projectId: 'p', asks: [] }).limits.cpuMs;

describe('the folder of policies', () => {
  test('need not be there, unless the configuration names it', async () => {
    expect(await cpuMs(open())).toBe(10_000);
    expect(describePolicies(await open().read())).toBe('the policy that is shipped');
    await expect(cpuMs(open(true))).rejects.toMatchObject({ code: 'POLICY_BROKEN' });
  });

  test('is read when its files change, added and removed ones included', async () => {
    const policies = open();
    expect(await cpuMs(policies)).toBe(10_000);
    write('default.json', '{ "version": 1, "defaults": { "limits": { "cpuMs": 111 } } }');
    expect(await cpuMs(policies)).toBe(111);
    // The same length, so that only the time tells.
    write('default.json', '{ "version": 1, "defaults": { "limits": { "cpuMs": 222 } } }');
    expect(await cpuMs(policies)).toBe(222);
    const before = await policies.read();
    expect(await policies.read()).toBe(before);
    rmSync(join(folder, 'default.json'));
    expect(await cpuMs(policies)).toBe(10_000);
  });

  test('keeps what it said when a file breaks, and when the folder is gone, and comes back', async () => {
    const policies = open();
    write('default.json', '{ "version": 1, "defaults": { "limits": { "cpuMs": 111 } } }');
    await policies.read();
    warnings.length = 0;
    write('default.json', '{ "version": 1, "defaults": { "limits"');
    expect(await cpuMs(policies)).toBe(111);
    await policies.read();
    expect(warnings).toEqual([
      expect.objectContaining({ file: 'default.json', problem: expect.any(String) }),
    ]);
    expect(describePolicies(await policies.read())).toMatch(
      /1 policy file, with problems \(what they said before/,
    );
    rmSync(folder, { recursive: true });
    expect(await cpuMs(policies)).toBe(111);
    expect(describePolicies(await policies.read())).toContain('there is no folder');
    write('default.json', '{ "version": 1, "defaults": { "limits": { "cpuMs": 333 } } }');
    expect(await cpuMs(policies)).toBe(333);
    expect((await policies.read()).folderProblem).toBeUndefined();
  });

  test('passes over what people and editors leave, and says what nothing is read from', async () => {
    for (const name of ['README.md', '.default.json.swp', 'named/.gitkeep', 'default.json~'])
      write(name, 'x');
    for (const name of ['default.yaml', 'named/Big.json', 'projects/acme.json', 'more/a.json'])
      write(name, '{}');
    const { problems } = await open().read();
    expect(problems.map(({ file }) => file)).toEqual([
      'default.yaml',
      'more/a.json',
      'named/Big.json',
      'projects/acme.json',
    ]);
  });

  test('refuses a file that is too large', async () => {
    write('default.json', `{ "version": 1, "description": "${'x'.repeat(1024 * 1024)}" }`);
    await expect(cpuMs(open())).rejects.toMatchObject({ code: 'POLICY_BROKEN' });
  });
});

test.each([
  'api.example.com',
  '*.Example.com.',
  'example.com:8443',
  '*.example.com:443',
  'bücher.example',
  'a_b.example.com',
  '192.0.2.7:80',
  '[2001:DB8:0:0::1]:8080',
  'localhost',
])('the guarded client reads %s as policies do', (text) => {
  const pattern = parseHostPattern(text)!;
  const rule = parseHostRule(formatHostPattern(pattern));
  const hosts = [
    'api.example.com',
    'example.com',
    'a.b.example.com',
    'xn--bcher-kva.example',
    'a_b.example.com',
  ];
  for (const host of [...hosts, '192.0.2.7', '[2001:db8::1]', 'localhost', 'evil-example.com', 'com']) {
    for (const port of [80, 443, 8080, 8443]) {
      expect([host, port, matchesHost(pattern, host, port)]).toEqual([
        host,
        port,
        isHostUnderRule(host, port, rule),
      ]);
    }
  }
});
