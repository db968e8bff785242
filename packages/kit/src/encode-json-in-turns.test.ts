import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeJsonInTurns } from './encode-json-in-turns.ts';

const longest = 2;

test('gives what JSON.stringify gives, wherever the long lists are', async () => {
  const leaf = fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.constant(undefined));
  const value = fc.letrec((tie) => ({
    any: fc.oneof(
      { maxDepth: 6 },
      leaf,
      fc.array(tie('any'), { maxLength: 7 }),
      fc.dictionary(fc.string(), tie('any'), { maxKeys: 3 }),
    ),
  })).any;
  await fc.assert(
    fc.asyncProperty(value, async (given) => {
      expect(await encodeJsonInTurns(given, longest)).toBe(JSON.stringify(given) ?? 'null');
    }),
    { numRuns: 1_000 },
  );
});

test('dates and fields that are not data are as JSON has them', async () => {
  const given = { at: new Date(0), list: [1, 2, 3, undefined, new Date(1)], none: undefined, act() {} };
  expect(await encodeJsonInTurns(given, longest)).toBe(JSON.stringify(given));
});

test('others have their turn while a long list is encoded', async () => {
  let turns = 0;
  const count = () => {
    turns += 1;
    timer = setImmediate(count);
  };
  let timer = setImmediate(count);
  const value = { items: Array.from({ length: 50_000 }, (_, index) => ({ json: { index } })) };
  expect(await encodeJsonInTurns(value)).toBe(JSON.stringify(value));
  clearImmediate(timer);
  expect(turns).toBeGreaterThanOrEqual(20);
});
