import fc from 'fast-check';
import { expect, it } from 'vitest';
import { findJsonError } from './find-json-error.ts';

it.each([
  ['', 0],
  ['{"a": canary}', 6],
  ['{"a": 1,}', 8],
  ['{"a" 1}', 5],
  ['{"a": [1, 2}', 11],
  ['{"a": 1', 7],
  ['[1 2]', 3],
  ['[,1]', 1],
  ['{a: 1}', 1],
  ['{"a": 01}', 7],
  ["{'a': 1}", 1],
  ['{"a": "x\ny"}', 6],
  ['{} {}', 3],
  ['"\\x"', 0],
])('%j fails at %i', (text, offset) => {
  expect(findJsonError(text)).toBe(offset);
});

it('reads every JSON text to its end', () => {
  fc.assert(
    fc.property(fc.json(), fc.constantFrom(undefined, 2), (text, indent) => {
      const json = JSON.stringify(JSON.parse(text), null, indent);
      expect(findJsonError(json)).toBe(json.length);
    }),
  );
});
