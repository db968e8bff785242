import { expect, it } from 'vitest';
import { createPatternTest, type PatternTest } from './pattern-test.ts';

function test(source: string, flags: string, text: string): boolean | undefined {
  return (createPatternTest(source, flags) as PatternTest)(text);
}

it('tests texts, each on its own', () => {
  expect(test('^a+$', '', 'aaa')).toBe(true);
  expect(test('^a+$', '', 'AAA')).toBe(false);
  expect(test('^a+$', 'i', 'AAA')).toBe(true);
  const twice = createPatternTest('a', 'gy') as PatternTest;
  expect([twice('ba'), twice('ba')]).toEqual([true, true]);
});

it('gives up on hostile patterns, and says what is wrong with invalid ones', () => {
  expect(test('^(a+)+$', '', `${'a'.repeat(40)}b`)).toBeUndefined();
  expect(test('^(a|aa)+\\1?$', '', `${'a'.repeat(60)}b`)).toBeUndefined();
  expect(createPatternTest('(', '')).toMatch(/./);
  expect(createPatternTest('a', 'qq')).toContain('flags');
  expect(createPatternTest('a'.repeat(5_001))).toContain('5000');
});
