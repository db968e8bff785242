import { expect, test } from 'vitest';
import { formatMessage } from './message.ts';

test('holes are filled, numbers as the language writes them', () => {
  expect(formatMessage('{name} has {count}', 'en', { name: 'A', count: 12_345 })).toBe('A has 12,345');
  expect(formatMessage('{count}', 'fr', { count: 12_345 })).toBe('12\u202f345');
});

test('the plural follows the rules of the language', () => {
  const text = '{count} item|{count} items';
  expect([0, 1, 2].map((count) => formatMessage(text, 'en', { count }))).toEqual([
    '0 items',
    '1 item',
    '2 items',
  ]);
  expect([0, 1, 2].map((count) => formatMessage(text, 'fr', { count }))).toEqual([
    '0 item',
    '1 item',
    '2 items',
  ]);
});

test('a hole without a value stays, and values are not filled again', () => {
  expect(formatMessage('{a} {b}', 'en', { a: '{b}', toString: 'x' })).toBe('{b} {b}');
  expect(formatMessage('{toString}', 'en', {})).toBe('{toString}');
});
