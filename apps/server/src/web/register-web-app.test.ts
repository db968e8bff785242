import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fastify, { type FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { isPageRequest, registerWebApp, sendIndex } from './register-web-app.ts';

let folder: string;
let root: string;
let app: FastifyInstance;

/** What the builder leaves: a page that names its script, and nothing of the build before. */
function build(name: string): void {
  rmSync(root, { recursive: true, force: true });
  mkdirSync(join(root, 'assets'), { recursive: true });
  writeFileSync(join(root, 'index.html'), `<script src="/assets/${name}.js"></script>`);
  writeFileSync(join(root, 'favicon.svg'), '<svg/>');
  writeFileSync(join(root, '.navette-stamp'), 'stamp');
  writeFileSync(join(root, 'assets', `${name}.js`), `build('${name}')`);
  writeFileSync(join(root, 'assets', '.hidden.js'), 'hidden');
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'navette-web-'));
  root = join(folder, 'dist');
  writeFileSync(join(folder, 'secret.js'), 'canary');
  build('first-1');
  app = fastify();
  await registerWebApp(app, root);
  app.setNotFoundHandler((request, reply) =>
    isPageRequest(request) ? sendIndex(reply, root) : reply.code(404).send('nothing'),
  );
});
afterEach(async () => {
  await app.close();
  rmSync(folder, { recursive: true });
});

async function get(path: string, accept = '*/*') {
  const { body, headers, statusCode } = await app.inject({ url: path, headers: { accept } });
  return { status: statusCode, body, cache: headers['cache-control'] };
}
const forever = 'public, max-age=31536000, immutable';

test('a build that was made after the start is served, and the one before is gone', async () => {
  expect(await get('/assets/first-1.js')).toEqual({ status: 200, body: "build('first-1')", cache: forever });
  build('second-2');
  const page = await get('/', 'text/html');
  expect(page).toMatchObject({ status: 200, cache: 'no-cache' });
  expect(page.body).toContain('/assets/second-2.js');
  expect(await get('/assets/second-2.js')).toEqual({
    status: 200,
    body: "build('second-2')",
    cache: forever,
  });
  // Nobody may keep this answer: the file may come back with the next build.
  expect(await get('/assets/first-1.js')).toEqual({ status: 404, body: 'nothing', cache: undefined });
});

test('files beside the assets are asked for anew; pages of the app come from any address', async () => {
  expect(await get('/favicon.svg')).toEqual({ status: 200, body: '<svg/>', cache: 'no-cache' });
  expect((await get('/executions/exe_1', 'text/html')).body).toContain('/assets/first-1.js');
});

describe('nothing else is served', () => {
  test.each([
    '/assets/../../secret.js',
    '/assets/..%2f..%2fsecret.js',
    '/assets/%2e%2e/%2e%2e/secret.js',
    '/assets/..%5c..%5csecret.js',
    '/assets//../../secret.js',
    '/assets/%00/secret.js',
    '/assets/.hidden.js',
    '/.navette-stamp',
    '/assets/',
    '/assets',
  ])('%s', async (path) => {
    const { body, status } = await get(path);
    expect(status).toBeGreaterThanOrEqual(400);
    expect(body).not.toMatch(/canary|hidden|stamp|build/);
  });

  test('a file that came to lie beside the assets after the start', async () => {
    writeFileSync(join(root, 'later.js'), 'canary');
    expect((await get('/later.js')).status).toBe(404);
  });
});
