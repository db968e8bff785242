import { describe, expect, test } from 'vitest';
import {
  importTable,
  programTexts,
  restrictedPackages,
  testOnlyEntries,
  testOnlyImports,
} from './import-table.ts';
import {
  isProductSource,
  listImports,
  listSources,
  listWorkspaces,
  readManifest,
  type SourceFile,
  toPackageName,
} from './workspace.ts';

const own = '@navette/';
const rootTools = ['vitest', 'fast-check', 'playwright-core', 'axe-core', 'vega-datasets'];
const workspaces = listWorkspaces();

interface Allowed {
  workspaces: ReadonlySet<string>;
  packages: ReadonlySet<string>;
}

function listAllowed(workspace: string, productSource: boolean): Allowed {
  const manifest = readManifest(workspace);
  const inside = [...importTable[workspace]!];
  const declared = Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies });
  if (!productSource) {
    inside.push('testing', workspace.split('/')[1]!, ...(testOnlyImports[workspace] ?? []));
    declared.push(...rootTools, ...Object.keys(manifest.devDependencies ?? {}));
  }
  return { workspaces: new Set(inside), packages: new Set(declared) };
}

/** What is wrong with the imports of one file, as lines for people. */
function findWrongImports(workspace: string, { path, text }: SourceFile): string[] {
  const product = isProductSource(path) && workspace !== 'packages/testing';
  const allowed = listAllowed(workspace, product);
  return listImports(text).flatMap((specifier) => {
    if (specifier.startsWith('.')) {
      const target = new URL(specifier, `file:///${path}`).pathname;
      return target.startsWith(`/${workspace}/`) || !product
        ? []
        : [`${path}: ${specifier} leaves ${workspace}`];
    }
    const name = toPackageName(specifier);
    if (name === undefined) return [];
    if (name.startsWith(own)) {
      const short = name.slice(own.length);
      const entry = specifier.slice(name.length + 1);
      if (!isEntry(short, entry)) return [`${path}: ${specifier} reaches inside ${name}`];
      if (product && testOnlyEntries.includes(entry)) return [`${path}: ${specifier} is for tests`];
      return allowed.workspaces.has(short) ? [] : [`${path}: ${workspace} must not import ${name}`];
    }
    const owners = restrictedPackages[name];
    if (product && owners && !owners.includes(workspace))
      return [`${path}: only ${owners} may import ${name}`];
    if (programTexts.test(path)) return [];
    return allowed.packages.has(name) ? [] : [`${path}: ${name} is not in ${workspace}/package.json`];
  });
}

/** Whether that package exports that entry: the main one, or one that its package.json names. */
function isEntry(short: string, entry: string): boolean {
  if (entry === '') return true;
  const workspace = workspaces.find((one) => one.endsWith(`/${short}`));
  return workspace !== undefined && `./${entry}` in (readManifest(workspace).exports ?? {});
}

test('every package of the workspace has a row in the table', () => {
  expect(workspaces.filter((workspace) => !(workspace in importTable))).toEqual([]);
});

test('the arrows have no cycle', () => {
  const rank = new Map<string, number>();
  const visit = (name: string, trail: string[]): number => {
    if (trail.includes(name)) throw new Error(`Cycle: ${[...trail, name].join(' → ')}`);
    const key = Object.keys(importTable).find((workspace) => workspace.endsWith(`/${name}`))!;
    const known = rank.get(name);
    if (known !== undefined) return known;
    const value = 1 + Math.max(0, ...importTable[key]!.map((used) => visit(used, [...trail, name])));
    rank.set(name, value);
    return value;
  };
  for (const workspace of Object.keys(importTable)) visit(workspace.split('/')[1]!, []);
  expect(rank.get('kit')).toBe(1);
});

describe.each(workspaces)('%s', (workspace) => {
  test('imports only what the table and its package.json allow', () => {
    expect(listSources(workspace).flatMap((file) => findWrongImports(workspace, file))).toEqual([]);
  });

  test('depends only on what the table allows', () => {
    const { name, dependencies, devDependencies, optionalDependencies } = readManifest(workspace);
    expect(name).toBe(own + workspace.split('/')[1]);
    const all = Object.keys({ ...dependencies, ...optionalDependencies });
    const inside = all.filter((one) => one.startsWith(own)).map((one) => one.slice(own.length));
    expect(inside.filter((one) => !importTable[workspace]!.includes(one))).toEqual([]);
    const wrong = all.filter(
      (one) => restrictedPackages[one] && !restrictedPackages[one].includes(workspace),
    );
    expect(wrong).toEqual([]);
    const ranges = Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies });
    expect(ranges.filter(([, range]) => !/^\d/.test(range))).toEqual([]);
  });
});

describe('the check itself', () => {
  const find = (workspace: string, path: string, text: string) =>
    findWrongImports(workspace, { path: `${workspace}/src/${path}`, text });

  test.each([
    [`import { a } from '@navette/store';`, 'must not import @navette/store'],
    [`import type { A } from '@navette/store';`, 'must not import @navette/store'],
    [`export * from '@navette/nodes';`, 'must not import @navette/nodes'],
    [`export {\n  a,\n  b,\n} from '@navette/nodes';`, 'must not import @navette/nodes'],
    [`const x = await import('pg');`, 'only packages/store,apps/server may import pg'],
    [`import 'fastify';`, 'only apps/server may import fastify'],
    [`import x from 'left-pad';`, 'left-pad is not in packages/engine/package.json'],
    [`import { a } from '@navette/kit/src/id.ts';`, 'reaches inside @navette/kit'],
    [`import { a } from '@navette/engine/testing';`, 'is for tests'],
    [`import { a } from '../../kit/src/id.ts';`, 'leaves packages/engine'],
    [`import { test } from 'vitest';`, 'vitest is not in packages/engine/package.json'],
  ])('finds %s', (text, words) => {
    expect(find('packages/engine', 'x.ts', text)).toEqual([expect.stringContaining(words)]);
  });

  test.each([
    ['x.ts', `import { readFileSync } from 'node:fs';`],
    ['x.ts', `import { a } from '@navette/kit';`],
    ['x.ts', `import { a } from './deep/other.ts';`],
    ['x.ts', `// import { a } from '@navette/store';`],
    ['x.ts', `/**\n * import { a } from '@navette/store';\n */`],
    ['x.test.ts', `import { test } from 'vitest';\nimport { waitFor } from '@navette/testing';`],
  ])('lets %s have %s', (path, text) => {
    expect(find('packages/engine', path, text)).toEqual([]);
  });
});
