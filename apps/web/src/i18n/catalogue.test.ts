import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSync } from 'vite';
import { describe, expect, test } from 'vitest';
import { english as en } from './english.ts';
import { frenchErrors } from './fr-errors.ts';
import { french as fr } from './french.ts';

const root = join(import.meta.dirname, '..');
const files = globSync('**/*.{ts,tsx}', { cwd: root }).filter(
  (file) => !/\.test\.ts$|i18n\/(en|fr)/.test(file),
);
const sources = new Map(files.map((file) => [file, readFileSync(join(root, file), 'utf8')]));

const holes = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]).toSorted();

describe('the two catalogues', () => {
  test('have the same keys', () => {
    expect(Object.keys(fr).toSorted()).toEqual(Object.keys(en).toSorted());
  });

  test('have the same holes and plural forms for each key', () => {
    for (const key of Object.keys(en) as (keyof typeof en)[]) {
      const [english, french] = [en[key], fr[key]];
      expect([key, new Set(holes(french))]).toEqual([key, new Set(holes(english))]);
      expect([key, french.split('|').length]).toEqual([key, english.split('|').length]);
      for (const form of french.split('|'))
        expect([key, new Set(holes(form))]).toEqual([key, new Set(holes(french))]);
    }
  });

  test('leave nothing untranslated but words that are the same in both languages', () => {
    const same = (Object.keys(en) as (keyof typeof en)[]).filter((key) => (en[key] as string) === fr[key]);
    const alike =
      /^(app\.name|nav\.workflows|session\.email|settings\.version|nodes\.version|shell\.menu|group\.http|mode\.(compensation|webhook)|step\.(port|viewJson)|versions\.(name|number)|workflow\.(tabVersions|descriptionLabel)|execution(s)?\.workflow|palette\.(actions|workflows)|common\.(actions|pageNumber)|language\.(en|fr)|audit\.action|queue\.workers|wfSettings\.minutes)$/;
    expect(same.filter((key) => !alike.test(key))).toEqual([]);
  });

  test('put a no-break space before French double punctuation', () => {
    const texts = [
      ...Object.values(fr),
      ...Object.values(frenchErrors).flatMap((words) => [words.message ?? '', words.help ?? '']),
    ];
    expect(texts.filter((text) => / [:;!»]| \?(?![?.])|« /.test(text))).toEqual([]);
  });

  test('have no key that nothing uses', () => {
    const code = [...sources.values()].join('\n');
    expect(Object.keys(en).filter((key) => !code.includes(`'${key}'`))).toEqual([]);
  });
});

interface AstNode {
  type: string;
  [key: string]: unknown;
}

function walk(node: unknown, visit: (node: AstNode) => void): void {
  if (Array.isArray(node)) {
    for (const child of node) walk(child, visit);
  } else if (typeof node === 'object' && node !== null) {
    if (typeof (node as AstNode).type === 'string') visit(node as AstNode);
    for (const child of Object.values(node)) walk(child, visit);
  }
}

const spokenAttributes = new Set([
  'label',
  'title',
  'placeholder',
  'aria-label',
  'alt',
  'description',
  'text',
  'subtitle',
]);

/** Words in a template of JSX that do not come from the catalogue. */
function findHardCodedText(file: string, source: string): string[] {
  const found: string[] = [];
  walk(parseSync(file, source, { lang: 'tsx' }).program, (node) => {
    if (node.type === 'JSXText' && /\p{L}{2,}/u.test(String(node['value'])))
      found.push(String(node['value']).trim());
    if (node.type !== 'JSXAttribute') return;
    const name = String((node['name'] as AstNode)['name']);
    const value = node['value'] as AstNode | null;
    if (
      spokenAttributes.has(name) &&
      value?.type === 'Literal' &&
      /\p{L}{2,}/u.test(String(value['value']))
    ) {
      found.push(`${name}="${value['value']}"`);
    }
  });
  return found;
}

describe('components', () => {
  test('have no text outside of the catalogue', () => {
    /** Names of keys on a keyboard are the same in both languages. */
    const allowed = new Set(['Esc']);
    const found = [...sources]
      .filter(([file]) => file.endsWith('.tsx'))
      .flatMap(([file, source]) => findHardCodedText(file, source).map((text) => `${file}: ${text}`))
      .filter((line) => !allowed.has(line.split(': ')[1]!));
    expect(found).toEqual([]);
  });

  test('would be caught with text of their own', () => {
    expect(findHardCodedText('a.tsx', '<p title="Hello there">Some words {1} more</p>')).toEqual([
      'title="Hello there"',
      'Some words',
      'more',
    ]);
  });

  test('never put HTML into the page', () => {
    expect(
      [...sources].filter(([, source]) =>
        /dangerouslySetInnerHTML|innerHTML|insertAdjacentHTML/.test(source),
      ),
    ).toEqual([]);
  });
});
