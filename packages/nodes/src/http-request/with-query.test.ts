import { expect, test } from 'vitest';
import { withQuery } from './with-query.ts';

test.each([
  ['http://a/x', [['q', 'a b&c=é']], 'http://a/x?q=a%20b%26c%3D%C3%A9'],
  ['http://a/x?y=1%2B1+2#frag', [['z', '']], 'http://a/x?y=1%2B1+2&z='],
  ['http://a/x?', [['z', '1']], 'http://a/x?z=1'],
  ['http://a/x?y=1', [], 'http://a/x?y=1'],
  ['http://a/x#f', [], 'http://a/x'],
  [
    'http://a/x',
    [
      ['a[]', '1'],
      ['a[]', '2'],
    ],
    'http://a/x?a%5B%5D=1&a%5B%5D=2',
  ],
  ['http://a/x', [['q', '\ud800']], 'http://a/x?q=%EF%BF%BD'],
] as [string, [string, string][], string][])('%s with %j', (url, pairs, expected) => {
  expect(withQuery(url, pairs)).toBe(expected);
});

test('replaces parameters in any spelling, and keeps the others as they are', () => {
  const replaced = withQuery(
    'http://a/?my+page=1&b=%20&my%20page=2&%zz=3',
    [['my page', '9']],
    new Set(['my page']),
  );
  expect(replaced).toBe('http://a/?b=%20&%zz=3&my%20page=9');
});
