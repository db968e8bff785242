import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { listPages, type Page, readPage, root } from './read-page.ts';

const pages = listPages();

/** Links inside the repository that lead nowhere. */
function findDeadLinks(page: Page, all: readonly Page[]): string[] {
  return page.links.flatMap(({ place, target }) => {
    if (/^[a-z]+:/i.test(target)) return [];
    const [file, anchor] = target.split('#') as [string, string | undefined];
    const path = file === '' ? page.path : join(dirname(page.path), file);
    if (path !== page.path && !existsSync(join(root, path))) return [`${place}: there is no ${path}`];
    const other = all.find((one) => one.path === path);
    if (anchor === undefined || !other || other.anchors.has(anchor)) return [];
    return [`${place}: ${path} has no #${anchor}`];
  });
}

test.each(pages.map((page) => [page.path, page] as const))('the links of %s lead somewhere', (_, page) => {
  expect(findDeadLinks(page, pages)).toEqual([]);
});

test('the check finds a missing page and a missing heading, and no others', () => {
  const page = readPage(
    'docs/guide/x.md',
    '# One two\n[a](#one-two) [b](#two) [c](nope.md) [d](https://x.org) [e](concepts.md#words) `[f](g)`\n',
  );
  expect(findDeadLinks(page, [page, ...pages])).toEqual([
    'docs/guide/x.md:2: docs/guide/x.md has no #two',
    'docs/guide/x.md:2: there is no docs/guide/nope.md',
  ]);
});
