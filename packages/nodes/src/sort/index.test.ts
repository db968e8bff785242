import { effectOf, type Item } from '@navette/contracts';
import type { Json, JsonObject } from '@navette/kit';
import { runNode } from '@navette/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sort } from './index.ts';
import { sortItems } from './sort-items.ts';

async function sorted(field: JsonObject, values: (Json | undefined)[]): Promise<unknown[]> {
  const inputs = values.map((v): Item => ({ json: v === undefined ? {} : { v } }));
  const { outputs } = await runNode(sort, { parameters: { fields: [{ field: 'v', ...field }] }, inputs });
  return outputs['main']!.map(({ json }) => json['v']);
}

describe('sort by fields', () => {
  it.each<[JsonObject, (Json | undefined)[], unknown[]]>([
    [{}, [10, 9, -1, 2.5], [-1, 2.5, 9, 10]],
    [{}, ['10', 9, '-1', '2.5'], ['-1', '2.5', 9, '10']],
    [{}, ['file10', 'file9', 'File1'], ['File1', 'file9', 'file10']],
    [{}, ['b', 1, true, { a: 1 }, false, 'a'], [1, 'a', 'b', false, true, { a: 1 }]],
    [{}, ['é', 'f', 'e'], ['e', 'é', 'f']],
    [{ type: 'text' }, ['b', 10, 9], [9, 10, 'b']],
    [{ type: 'number' }, ['10', 'x', '9'], ['9', '10', 'x']],
    [
      { type: 'date' },
      ['2024-02-01', '2024-01-31T23:00:00-05:00', 'never', '2023-01-01'],
      ['2023-01-01', '2024-02-01', '2024-01-31T23:00:00-05:00', 'never'],
    ],
    [{ direction: 'desc' }, [1, 3, 2], [3, 2, 1]],
    [{}, [2, undefined, null, 1], [1, 2, undefined, null]],
    [{ direction: 'desc' }, [2, undefined, 1], [2, 1, undefined]],
    [{ missing: 'first' }, [2, undefined, 1], [undefined, 1, 2]],
    [{ missing: 'first', direction: 'desc' }, [2, undefined, 3], [undefined, 3, 2]],
    [{ caseSensitive: true }, ['B', 'a', 'A', 'b'], ['a', 'A', 'b', 'B']],
  ])('%j', async (field, values, expected) => {
    expect(await sorted(field, values)).toEqual(expected);
  });

  it('uses later fields among equals, and keeps the order of what is equal in all', async () => {
    const rows = [
      { a: 1, b: 'x', id: 0 },
      { a: 0, b: 'y', id: 1 },
      { a: 1, b: 'X', id: 2 },
      { a: 0, b: 'x', id: 3 },
    ];
    const { outputs } = await runNode(sort, {
      parameters: { fields: [{ field: 'a', direction: 'desc' }, { field: 'b' }] },
      inputs: rows.map((json) => ({ json })),
    });
    expect(outputs['main']!.map(({ json }) => json['id'])).toEqual([0, 2, 3, 1]);
    expect(outputs['main']!.map(({ pairedItem }) => pairedItem)).toEqual([
      { item: 0 },
      { item: 2 },
      { item: 3 },
      { item: 1 },
    ]);
  });

  it('is a stable permutation, and sorting again changes nothing', () => {
    const value = fc.oneof(
      fc.integer({ min: -3, max: 3 }),
      fc.string({ maxLength: 2 }),
      fc.boolean(),
      fc.constant(null),
    );
    const field = {
      field: 'v',
      direction: 'asc',
      type: 'auto',
      caseSensitive: true,
      missing: 'last',
    } as const;
    fc.assert(
      fc.property(fc.array(value, { maxLength: 30 }), (values) => {
        const items = values.map((v, at) => ({ json: { v, at } }));
        const once = sortItems(items, [field], 'UTC');
        expect(once.map(({ json }) => json['at']).sort((a, b) => Number(a) - Number(b))).toEqual(
          values.map((_, at) => at),
        );
        for (const [i, { json }] of once.entries()) {
          const next = once[i + 1]?.json;
          if (next && next['v'] === json['v']) expect(Number(next['at'])).toBeGreaterThan(Number(json['at']));
        }
        expect(sortItems(once, [field], 'UTC').map(({ json }) => json)).toEqual(once.map(({ json }) => json));
      }),
    );
  });

  it('needs a field', async () => {
    await expect(runNode(sort, { parameters: {} })).rejects.toMatchObject({
      code: 'NODE_PARAMETER_INVALID',
      issues: [{ path: '/fields', message: 'must name at least one field' }],
    });
  });
});

describe('sort at random', () => {
  it('is journaled, so that a crash does not shuffle again', () => {
    const effect = (parameters: JsonObject) => effectOf(sort as never, sort.parameters.parse(parameters));
    expect(effect({ mode: 'random' })).toBe('idempotent');
    expect(effect({ fields: [{ field: 'a' }] })).toBe('pure');
  });

  const inputs = Array.from({ length: 20 }, (_, n) => ({ json: { n } }));
  async function shuffled(seed: number): Promise<unknown[]> {
    const { outputs } = await runNode(sort, { parameters: { mode: 'random' }, inputs, seed });
    return outputs['main']!.map(({ json }) => json['n']);
  }

  it('is a permutation that the seed decides', async () => {
    const first = await shuffled(1);
    expect([...first].sort((a, b) => Number(a) - Number(b))).toEqual(inputs.map(({ json }) => json.n));
    expect(await shuffled(1)).toEqual(first);
    expect(await shuffled(2)).not.toEqual(first);
  });
});
