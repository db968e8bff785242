import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
// @ts-expect-error plain JavaScript that runs before anything is installed
import { findBrowser } from '../../scripts/setup/browser.mjs';
// @ts-expect-error see above
import { hashFiles, listWorkspaces } from '../../scripts/setup/content-hash.mjs';
// @ts-expect-error see above
import { isInstalled } from '../../scripts/setup/dependencies.mjs';
// @ts-expect-error see above
import { findFolderProblem, findPlatformProblems } from '../../scripts/setup/platform.mjs';
// @ts-expect-error see above
import { runStep } from '../../scripts/setup/progress.mjs';
// @ts-expect-error see above
import { findRedis } from '../../scripts/setup/redis.mjs';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'navette-setup-'));
});
afterEach(() => rmSync(root, { recursive: true }));

function write(path: string, content: string | object): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), typeof content === 'string' ? content : JSON.stringify(content));
}

describe('the machine', () => {
  test.each([
    ['20.0.0', 'linux', 'x64', []],
    ['24.1.0', 'darwin', 'arm64', []],
    ['18.19.0', 'linux', 'x64', ['Node 18.19.0 is too old']],
    ['16.0.0', 'freebsd', 'x64', ['Node 16.0.0 is too old', 'does not run on freebsd-x64']],
    ['22.0.0', 'linux', 'arm', ['does not run on linux-arm. It runs on linux-x64, linux-arm64, darwin-x64']],
  ])('Node %s on %s %s', (nodeVersion, platform, arch, words) => {
    const problems: string[] = findPlatformProblems({ nodeVersion, platform, arch });
    expect(problems).toHaveLength(words.length);
    for (const [index, word] of words.entries()) expect(problems[index]).toContain(word);
  });

  test('a folder that is not there cannot be written', () => {
    expect(findFolderProblem(root)).toBeUndefined();
    expect(findFolderProblem(join(root, 'missing'))).toContain('cannot be written');
  });
});

describe('what is stale', () => {
  test('a hash changes with content, names and presence, and with nothing else', () => {
    write('apps/web/src/main.ts', 'one');
    write('lock', 'x');
    const hash = () => hashFiles(root, ['lock', 'apps/web']);
    const first = hash();
    write('apps/web/dist/index.html', 'built');
    write('apps/web/node_modules/left/index.js', 'left');
    write('elsewhere', 'y');
    expect(hash()).toBe(first);
    write('apps/web/src/main.ts', 'two');
    const second = hash();
    expect(second).not.toBe(first);
    write('apps/web/src/more.ts', '');
    expect(hash()).not.toBe(second);
    expect(hashFiles(root, ['lock', 'missing'])).not.toBe(hashFiles(root, ['lock']));
    expect(hashFiles(root, ['lock'], 'linux-x64')).not.toBe(hashFiles(root, ['lock'], 'darwin-x64'));
  });

  test('workspaces are the folders with a package.json', () => {
    write('packages/kit/package.json', {});
    write('packages/empty/README.md', '');
    write('apps/web/package.json', {});
    expect(listWorkspaces(root)).toEqual(['packages/kit', 'apps/web']);
  });

  test('a tree installed by hand counts when it has what the lockfile says', () => {
    const needed = { version: '1.0.0', integrity: 'sha512-a' };
    const foreign = { version: '1.0.0', optional: true, os: ['aix'] };
    const local = { 'packages/kit': { version: '0.1.0' }, 'node_modules/@navette/kit': { link: true } };
    const lock = { '': {}, ...local, 'node_modules/needed': needed, 'node_modules/foreign': foreign };
    write('package-lock.json', { packages: lock });
    expect(isInstalled(root)).toBe(false);
    const install = (packages: object) => write('node_modules/.package-lock.json', { packages });
    const links = { 'node_modules/@navette/kit': { link: true } };
    write('node_modules/@navette/kit/package.json', {});
    install({ ...links, 'node_modules/needed': needed });
    expect(isInstalled(root)).toBe(false);
    write('node_modules/needed/package.json', {});
    expect(isInstalled(root)).toBe(true);
    install({ ...links, 'node_modules/needed': { ...needed, version: '1.0.1' } });
    expect(isInstalled(root)).toBe(false);
    install({ ...links, 'node_modules/needed': { ...needed, integrity: 'sha512-b' } });
    expect(isInstalled(root)).toBe(false);
    install(links);
    expect(isInstalled(root)).toBe(false);
  });
});

describe('progress', () => {
  const createOutput = (isTTY: boolean) => {
    const chunks: string[] = [];
    return { isTTY, columns: 80, write: (text: string) => chunks.push(text), chunks };
  };

  test('plain lines without a terminal: the beginning, and the end with its detail', async () => {
    const output = createOutput(false);
    const work = async (report: (detail: string) => void) => {
      report('3 packages');
      return 42;
    };
    expect(await runStep('Working', work, output)).toBe(42);
    expect(output.chunks).toEqual([
      expect.stringMatching(/^… Working \d\.\d s\n$/),
      expect.stringMatching(/^✓ Working \d\.\d s · 3 packages\n$/),
    ]);
  });

  test('one line on a terminal, redrawn in place; a failure is marked and passed on', async () => {
    const output = createOutput(true);
    const failing = runStep('Working', () => Promise.reject(new Error('broken')), output);
    await expect(failing).rejects.toThrow('broken');
    expect(output.chunks[0]).toMatch(/^\r\u001b\[2K… Working/);
    expect(output.chunks.at(-1)).toMatch(/^\r\u001b\[2K✗ Working \d\.\d s\n$/);
  });
});

test('a browser is looked for on the PATH, unless one is named', () => {
  write('bin/chromium', '');
  expect(findBrowser({ PATH: `/nowhere:${join(root, 'bin')}` })).toBe(join(root, 'bin', 'chromium'));
  expect(findBrowser({ PATH: '/nowhere', NAVETTE_TEST_CHROMIUM: '/my/chrome' })).toBe('/my/chrome');
});

test('a Redis server is looked for in the same way', () => {
  write('bin/redis-server', '');
  expect(findRedis({ PATH: `/nowhere:${join(root, 'bin')}` })).toBe(join(root, 'bin', 'redis-server'));
  expect(findRedis({ PATH: '/nowhere', NAVETTE_TEST_REDIS: '/my/redis' })).toBe('/my/redis');
});
