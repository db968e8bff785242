import type { Json, JsonObject } from '@navette/kit';
import { runNode } from '@navette/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { removeDuplicates } from './index.ts';

async function kept(parameters: JsonObject, rows: JsonObject[]): Promise<unknown[]> {
  const { outputs } = await runNode(removeDuplicates, { parameters, inputs: rows.map((json) => ({ json })) });
  return outputs['main']!.map(({ pairedItem }) => (pairedItem as { item: number }).item);
}

describe('remove duplicates', () => {
  it('compares deeply, by value and type', async () => {
    const rows: JsonObject[] = [
      { a: { x: 1, y: [1, 2] } },
      { a: { y: [1, 2], x: 1 } },
      { a: { x: 1, y: [2, 1] } },
      { a: { x: '1', y: [1, 2] } },
      { a: null },
      {},
    ];
    expect(await kept({}, rows)).toEqual([0, 2, 3, 4, 5]);
  });

  it('compares listed fields, or all but those', async () => {
    const rows = [
      { id: 1, at: 1, c: { d: 1 } },
      { id: 2, at: 2, c: { d: 1 } },
      { id: 1, at: 3, c: { d: 1 } },
    ];
    expect(await kept({ compare: 'selected', fields: ['c.d'] }, rows)).toEqual([0]);
    expect(await kept({ compare: 'selected', fields: ['id', 'c.d'] }, rows)).toEqual([0, 1]);
    expect(await kept({ compare: 'except', fields: ['at'] }, rows)).toEqual([0, 1]);
    expect(await kept({ compare: 'except', fields: ['at', 'id'] }, rows)).toEqual([0]);
  });

  it('keeps the last ones in their order', async () => {
    const rows = [{ k: 1 }, { k: 2 }, { k: 1 }, { k: 3 }, { k: 2 }];
    expect(await kept({ keep: 'last' }, rows)).toEqual([2, 3, 4]);
  });

  it('cannot be fooled by values that look alike together', async () => {
    const rows = [
      { a: 'x', b: 'yz' },
      { a: 'xy', b: 'z' },
      { a: '1:sx', b: '' },
    ];
    expect(await kept({ compare: 'selected', fields: ['a', 'b'] }, rows)).toEqual([0, 1, 2]);
  });

  it('gives each value once, and doing it again changes nothing', async () => {
    const value = fc.oneof(
      fc.constantFrom<Json>(0, 1, '0', null, true, [], {}),
      fc.integer({ max: 3, min: 0 }),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(value, { maxLength: 20 }),
        fc.constantFrom('first', 'last'),
        async (values, keep) => {
          const texts = values.map((v) => JSON.stringify(v));
          const indexes = (await kept(
            { keep },
            values.map((v) => ({ v })),
          )) as number[];
          expect(indexes.map((index) => texts[index]).sort()).toEqual([...new Set(texts)].sort());
          for (const index of indexes) {
            expect(keep === 'first' ? texts.indexOf(texts[index]!) : texts.lastIndexOf(texts[index]!)).toBe(
              index,
            );
          }
          const again = indexes.map((index) => ({ v: values[index]! }));
          expect(await kept({ keep }, again)).toEqual(again.map((_, at) => at));
        },
      ),
      { numRuns: 60 },
    );
  });

  it('needs fields where it compares fields', async () => {
    await expect(kept({ compare: 'selected' }, [])).rejects.toMatchObject({ issues: [{ path: '/fields' }] });
  });
});
