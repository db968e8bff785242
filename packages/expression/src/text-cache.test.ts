import { expect, it } from 'vitest';
import { TextCache } from './text-cache.ts';

it('drops what was not used for longest', () => {
  const cache = new TextCache<number>();
  for (let i = 0; i < 5000; i++) cache.append(`k${i}`, i);
  expect(cache.find('k0')).toBe(0);
  cache.append('one more', 1);
  expect(cache.size).toBe(5000);
  expect(cache.find('k0')).toBe(0);
  expect(cache.find('k1')).toBe(undefined);
});

it('is bounded in characters and takes no huge text', () => {
  const cache = new TextCache<number>();
  for (let i = 0; i < 200; i++) cache.append(`${i}${'x'.repeat(90_000)}`, i);
  expect(cache.size).toBeLessThan(100);
  cache.append('y'.repeat(200_000), 1);
  expect(cache.find('y'.repeat(200_000))).toBe(undefined);
});
