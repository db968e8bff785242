import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseJsonInTurns } from './parse-json-in-turns.ts';

/** Pieces so short that small values are cut, too. */
const longest = 8;

async function outcomeOf(parse: () => unknown): Promise<unknown> {
  try {
    return { value: await parse() };
  } catch (error) {
    return { refused: (error as Error).name };
  }
}

async function expectSame(text: string): Promise<void> {
  const expected = await outcomeOf(() => JSON.parse(text));
  const outcome = await outcomeOf(() => parseJsonInTurns(text, longest));
  // A field "constructor" misleads the comparison of the test runner.
  expect(isDeepStrictEqual(outcome, expected), text).toBe(true);
}

const values = fc.jsonValue({ maxDepth: 5 });
const blanks = fc.constantFrom('', '', ' ', '\n\t', ' '.repeat(20));

test('gives what JSON.parse gives, whatever the value and the blanks in it', async () => {
  await fc.assert(
    fc.asyncProperty(values, fc.constantFrom(undefined, 1, '\t', 9), async (value, indent) => {
      await expectSame(JSON.stringify(value, undefined, indent));
    }),
    { numRuns: 500 },
  );
});

test('refuses what JSON.parse refuses', async () => {
  const change = fc.record({
    at: fc.nat(),
    remove: fc.nat({ max: 3 }),
    add: fc.constantFrom('', ',', '[', ']', '{', '}', '"', ':', '\\', '1', ' ', 'x', '],[', '","'),
  });
  await fc.assert(
    fc.asyncProperty(values, fc.array(change, { maxLength: 3 }), blanks, async (value, changes, blank) => {
      let text = `${blank}${JSON.stringify(value)}${blank}`;
      for (const { at, remove, add } of changes) {
        const from = at % (text.length + 1);
        text = text.slice(0, from) + add + text.slice(from + remove);
      }
      await expectSame(text);
    }),
    { numRuns: 3_000 },
  );
});

test.each([
  '',
  '[]',
  `[${' '.repeat(40)}]`,
  '[1111111111,,2222222222]',
  '[1111111111,2222222222,]',
  '[,1111111111,2222222222]',
  '[1111111111],[2222222222]',
  '{"aaaaaaaaaa":1,"aaaaaaaaaa":2,"b":3}',
  '{"__proto__":{"long":"0123456789"},"constructor":[1,2,3,4,5,6,7,8,9]}',
  '{"a":"0123456789" "b":1}',
  '{"a" "b":"0123456789"}',
  '{"\\u0061\\"\\\\":["0123456789"],"2":"0123456789","1":"0123456789"}',
  '["\\\\","\\\\\\"","\\"",",[{","0123456789"]',
  '["0123456789',
  '["0123456789]',
  '{"a":[[[[[[[[[[[["0123456789"]]]]]]]]]]]]}',
  'nullnullnull',
  '"0123456789"',
  '[1,2,3,4,5,6,7,8,9}',
])('%s', expectSame);

test('others have their turn while a long text is parsed', async () => {
  let turns = 0;
  const count = () => {
    turns += 1;
    timer = setImmediate(count);
  };
  let timer = setImmediate(count);
  const rows = Array.from({ length: 20_000 }, (_, index) => ({ index, text: 'x'.repeat(100) }));
  const value = { meta: { rows, one: 'y'.repeat(1_000_000) } };
  const text = JSON.stringify(value);
  expect(await parseJsonInTurns(text)).toEqual(value);
  clearImmediate(timer);
  expect(turns).toBeGreaterThanOrEqual(8);
});
