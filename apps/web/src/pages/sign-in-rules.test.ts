import { expect, test } from 'vitest';
import { isEmail, toSafeReturn } from './sign-in-rules.ts';

test('after signing in, the way back never leaves this site', () => {
  expect(toSafeReturn('/executions?status=failed')).toBe('/executions?status=failed');
  for (const back of [
    undefined,
    '',
    'https://evil.example',
    '//evil.example',
    '/\\evil.example',
    'javascript:alert(1)',
  ]) {
    expect(toSafeReturn(back)).toBe('/workflows');
  }
});

test('e-mail addresses', () => {
  expect(['a@b.fr', ' ada@example.com '].map(isEmail)).toEqual([true, true]);
  expect(['', 'a', 'a@b', 'a b@c.de', 'a@b.c'].map(isEmail)).toEqual([false, false, false, false, false]);
});
