import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { routeList } from '@navette/contracts';
import { builtinNodes } from '@navette/nodes';
import { describe, expect, test } from 'vitest';
import { createPages } from '../../scripts/reference/create-pages.ts';
import { replaceBlocks } from '../../scripts/reference/replace-blocks.ts';
import { root } from './read-page.ts';

const pages = await createPages(root);

test.each([...pages])(
  '%s is what the sources say (else: node scripts/generate-reference.ts)',
  (path, text) => {
    expect(readFileSync(join(root, path), 'utf8')).toBe(text);
  },
);

describe('errors.md', () => {
  const listed = new Set(
    [...pages.get('docs/reference/errors.md')!.matchAll(/<a id="([A-Z0-9_]+)">/g)].map((match) => match[1]!),
  );

  /** Codes by reading the text of the sources: what tables declare, and what is created or compared. */
  function scanCodes(): Map<string, string> {
    const codes = new Map<string, string>();
    const paths = globSync(['packages/*/src/**/*.ts', 'apps/{cli,server}/src/**/*.ts'], { cwd: root });
    for (const path of paths.filter(
      (one) => !/\.(test|bench)\.ts$|fixture|\/(simulation|testing)\//.test(one),
    )) {
      const text = readFileSync(join(root, path), 'utf8').replace(/^\s*(\*|\/\/).*$/gm, '');
      const declared = text.matchAll(/^ +([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+): (?:\{\n\s+)?(?:kind:|\w+\()/gm);
      const created = text.matchAll(/\b[eE]rrors\.create\(\s*'([A-Z0-9_]+)'/g);
      for (const [, code] of [...declared, ...created]) codes.set(code!, path);
    }
    return codes;
  }

  test('has every code that the sources declare or create', () => {
    const codes = scanCodes();
    expect(codes.size).toBeGreaterThan(100);
    expect([...codes].filter(([code]) => !listed.has(code))).toEqual([]);
  });

  test('has every code that an operation of the API names', () => {
    const named = routeList.flatMap((route) => route.errors ?? []);
    expect(named.filter((code) => !listed.has(code))).toEqual([]);
  });

  test('has every code that the docs of a node name', () => {
    const named = builtinNodes.flatMap((node) => [
      ...`${node.docs.en} ${node.docs.fr}`.matchAll(/`([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)`/g),
    ]);
    expect(named.map((match) => match[1]!).filter((code) => !listed.has(code))).toEqual([]);
  });
});

test('nodes.md has a section for every node type', () => {
  const text = pages.get('docs/reference/nodes.md')!;
  for (const node of builtinNodes) expect(text).toContain(`\n\`${node.type}\` version ${node.version}. `);
});

test('api.md has every operation', () => {
  const text = pages.get('docs/reference/api.md')!;
  for (const route of routeList) expect(text).toContain(`\`${route.method} ${route.path}\``);
});

describe('generated blocks', () => {
  test('are filled, and the text around them stays', () => {
    const page = 'a\n<!-- generated: x -->\nold\n<!-- end of x -->\nb\n';
    expect(replaceBlocks(page, new Map([['x', ['1', '2']]]))).toBe(
      'a\n<!-- generated: x -->\n1\n2\n<!-- end of x -->\nb\n',
    );
  });

  test('that a page lacks, or that nobody generates, are refused', () => {
    expect(() => replaceBlocks('a', new Map([['x', []]]))).toThrow('The page has no block for x');
    const page = '<!-- generated: y -->\n<!-- end of y -->';
    expect(() => replaceBlocks(page, new Map())).toThrow('Nothing generates the block "y"');
  });
});
