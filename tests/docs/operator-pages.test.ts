/** What can be known of the operator's pages without running their commands, which tests/e2e/operator-guide*.e2e.test.ts do. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { routeList } from '@navette/contracts';
import { loadMigrations } from '@navette/store';
import { expect, test } from 'vitest';
import { serverFlags } from '../../scripts/setup/server-flags.mjs';
import { listMarkedBlocks } from './marked-blocks.ts';
import { listPages, root } from './read-page.ts';

const read = (path: string) => readFileSync(join(root, path), 'utf8');
const operators = ['scaling', 'upgrade', 'backup', 'disaster'].map((page) => `docs/guide/${page}.md`);

test('every command is run by a test, or says why not', () => {
  const marked = listPages()
    .filter((page) => operators.includes(page.path))
    .flatMap(listMarkedBlocks);
  expect(marked.length).toBeGreaterThan(20);
  expect(marked.filter((block) => !block.mark).map((block) => block.place)).toEqual([]);
  const files = ['operator-guide.e2e.test', 'operator-guide-built-in.e2e.test', 'operator-installation'];
  const tests = files.map((name) => read(`tests/e2e/${name}.ts`)).join('\n');
  for (const { mark, place } of marked)
    if (mark!.kind === 'tested') expect(tests, place).toContain(`'${mark!.text}')`);
});

test('the command of compose.yaml names services that are there, under profiles that it switches on', () => {
  const compose = read('compose.yaml');
  const command = read('docs/guide/scaling.md').match(/^docker compose (.*)$/m)![1]!;
  expect(compose).toContain(`docker compose ${command}`);
  const sections = compose.split(/^ {2}(?=\w+:)/m);
  const sectionOf = (service: string) => sections.find((one) => one.startsWith(`${service}:`))!;
  const profiles = [...command.matchAll(/--profile (\w+)/g)].map((match) => match[1]!);
  const profileOf = (text: string) => /profiles: \[(\w+)\]/.exec(text)?.[1];
  const shared = profileOf(sectionOf('api'));
  const services = command.split(' ').slice(-4);
  expect(services).toEqual(['postgres', 'api', 'worker', 'scheduler']);
  for (const service of services) {
    const section = sectionOf(service);
    expect(profiles, service).toContain(
      profileOf(section) ?? (section.includes('<<: *role') ? shared : undefined),
    );
    if (service !== 'postgres') expect(section).toContain(`NAVETTE_ROLE: ${service}`);
  }
  // Longer than a server drains.
  const graceS = Number(/stop_grace_period: (\d+)s/.exec(sectionOf('api'))![1]);
  const drainMs = Number(/`shutdownTimeoutMs`.*?`(\d+)`/.exec(read('docs/guide/configuration.md'))![1]);
  expect(graceS * 1_000).toBeGreaterThan(drainMs);
});

test('the image has what it runs, on the Node that the repository pins', () => {
  const dockerfile = read('Dockerfile');
  const command = JSON.parse(/^CMD (\[.*\])$/m.exec(dockerfile)![1]!) as string[];
  expect(command.slice(0, -1)).toEqual(['node', ...serverFlags]);
  const [, folder, program] = /cd (\S+) && node (\S+) build/.exec(dockerfile)!;
  for (const path of [command.at(-1)!, join(folder!, program!)])
    expect(existsSync(join(root, path)), path).toBe(true);
  const ignored = read('.dockerignore').split('\n');
  for (const part of ['apps', 'packages', 'workflows', 'package-lock.json'])
    expect(ignored).not.toContain(part);
  const pinned = (JSON.parse(read('package.json')) as { devDependencies: { node: string } }).devDependencies
    .node;
  for (const [, major] of dockerfile.matchAll(/^FROM node:(\d+)/gm)) expect(major).toBe(pinned.split('.')[0]);
  const [, live] = /NAVETTE_PORT \?\? 4600\}(\/\S+?)`/.exec(dockerfile)!;
  expect(routeList.map((route) => route.path)).toContain(live);
});

test('no step of the schema drops or renames what a process of the version before uses', () => {
  for (const { name, sql } of loadMigrations())
    expect(sql.match(/drop\s+(?:table|column)|rename/i), name).toBeNull();
});
