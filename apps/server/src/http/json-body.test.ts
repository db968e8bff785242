import { describe, expect, test } from 'vitest';
import { parseJsonBody } from './json-body.ts';

function issuesOf(text: string) {
  try {
    parseJsonBody(text);
  } catch (error) {
    return (error as { issues: unknown }).issues;
  }
  throw new Error('was accepted');
}

test('JSON is parsed', () => {
  expect(parseJsonBody('{"a":[1,{"b":"\\u00e9"}]}')).toEqual({ a: [1, { b: 'é' }] });
});

describe('what is not JSON says where it breaks, without repeating it', () => {
  test.each([
    ['{"a":1,}', 'unexpected character at position 7'],
    ['{"secret-canary": tru}', 'unexpected character'],
    ['{"a":', 'it ends too early'],
    ['', 'it ends too early'],
  ])('%s', (text, reason) => {
    expect(issuesOf(text)).toEqual([{ path: '/body', message: `is not JSON: ${reason}` }]);
  });
});

describe('names that could reach a prototype', () => {
  test.each([
    ['{"__proto__":{"admin":true}}', '/body/__proto__'],
    ['{"a":[{"\\u005f_proto__":1}]}', '/body/a/0/__proto__'],
    ['{"constructor":{"prototype":1}}', '/body/constructor'],
  ])('%s', (text, path) => {
    expect(issuesOf(text)).toContainEqual({ path, message: 'is not allowed as the name of a field' });
  });
});

test('"constructor" and "prototype" are fields like others', () => {
  const text = '{"constructor":"Smith & Sons","prototype":{"constructor":1}}';
  expect(parseJsonBody(text)).toEqual(JSON.parse(text));
});

test('U+0000 is refused by path', () => {
  expect(issuesOf('{"name":"a\\u0000b"}')).toEqual([
    { path: '/body/name', message: 'must not contain the character U+0000' },
  ]);
});

describe('depth', () => {
  const nest = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);

  test('100 levels pass, 101 and 100,000 are refused', () => {
    expect(parseJsonBody(nest(100))).toBeDefined();
    for (const levels of [101, 100_000])
      expect(issuesOf(nest(levels))).toEqual([
        { path: '/body', message: 'is nested more than 100 levels deep' },
      ]);
  });

  test('brackets inside of strings do not count', () => {
    const text = JSON.stringify({ a: '['.repeat(500), b: '\\"[['.repeat(100), c: [[1]] });
    expect(parseJsonBody(text)).toEqual(JSON.parse(text));
  });
});
