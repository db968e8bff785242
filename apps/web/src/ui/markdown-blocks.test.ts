import { expect, test } from 'vitest';
import { parseInline, parseMarkdown } from './markdown-blocks.ts';

const text = (value: string) => [{ kind: 'text', text: value }];

test('blocks', () => {
  const source =
    '# Title\n\nTwo\nlines\n\n- one\n- two\n  more\n\n1. first\n\n```\na < b\n```\n\n| H | I |\n|---|---|\n| 1 | a\\|b |';
  expect(parseMarkdown(source)).toEqual([
    { kind: 'heading', level: 1, text: text('Title') },
    { kind: 'paragraph', text: text('Two lines') },
    { kind: 'list', ordered: false, items: [text('one'), text('two more')] },
    { kind: 'list', ordered: true, items: [text('first')] },
    { kind: 'code', text: 'a < b' },
    { kind: 'table', head: [text('H'), text('I')], rows: [[text('1'), text('a|b')]] },
  ]);
});

test('inline marks', () => {
  expect(parseInline('a `x*y` **bold** *em* [site](https://example.com) snake_case_name')).toEqual([
    { kind: 'text', text: 'a ' },
    { kind: 'code', text: 'x*y' },
    { kind: 'text', text: ' ' },
    { kind: 'strong', text: 'bold' },
    { kind: 'text', text: ' ' },
    { kind: 'emphasis', text: 'em' },
    { kind: 'text', text: ' ' },
    { kind: 'link', text: 'site', href: 'https://example.com' },
    { kind: 'text', text: ' snake_case_name' },
  ]);
});

test('nothing becomes HTML or a link that runs code', () => {
  expect(parseMarkdown('<img src=x onerror=alert(1)>')).toEqual([
    { kind: 'paragraph', text: text('<img src=x onerror=alert(1)>') },
  ]);
  expect(parseInline('[x](javascript:alert(1))')[0]).toMatchObject({ kind: 'text' });
  expect(parseInline('[x](data:text/html,a)')).toEqual([{ kind: 'text', text: '[x](data:text/html,a)' }]);
});

test('unfinished marks and fences end with the text', () => {
  expect(parseMarkdown('```\nnever closed')).toEqual([{ kind: 'code', text: 'never closed' }]);
  expect(parseInline('**open `and')).toEqual(text('**open `and'));
  expect(parseMarkdown('')).toEqual([]);
});
