import type { Json, JsonObject } from '@navette/kit';
import { runNode } from '@navette/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { summarize } from './index.ts';
import { summarizeParameters } from './parameters.ts';
import { summarizeItems } from './summarize-items.ts';

async function run(parameters: JsonObject, rows: JsonObject[]): Promise<JsonObject[]> {
  const { outputs } = await runNode(summarize, { parameters, inputs: rows.map((json) => ({ json })) });
  return outputs['main']!.map(({ json }) => json);
}

async function one(
  operation: string,
  values: (Json | undefined)[],
  extra: JsonObject = {},
): Promise<unknown> {
  const rows = values.map((v): JsonObject => (v === undefined ? {} : { v }));
  const [json] = await run({ summaries: [{ operation, field: 'v', as: 'r', ...extra }] }, rows);
  return json!['r'];
}

describe('operations', () => {
  it.each<[string, (Json | undefined)[], unknown]>([
    ['count', [1, null, '', 'a', undefined, 0], 3],
    ['countUnique', [1, '1', 1, null, { a: 1, b: 2 }, { b: 2, a: 1 }], 3],
    ['sum', [1, '2.5', null, '', undefined], 3.5],
    ['sum', Array(10).fill(0.1), 1],
    ['sum', [1e308, 1, -1e308], 1],
    ['sum', [], 0],
    ['average', [1, 2, 6], 3],
    ['average', [null], null],
    ['median', [5, 1, 3], 3],
    ['median', [4, 1, 3, 2], 2.5],
    ['median', [], null],
    ['min', [3, '-2', 10], -2],
    ['max', ['9', '10', null], 10],
    ['max', ['file9', 'file10'], 'file10'],
    ['min', ['2024-02-01', '2024-01-31'], '2024-01-31'],
    ['max', [undefined, ''], null],
    ['append', [1, null, [2]], [1, [2]]],
    ['appendUnique', ['a', 'b', 'a', { x: 1 }, { x: 1 }], ['a', 'b', { x: 1 }]],
    ['concatenate', ['a', null, 1, { b: 2 }], 'a, 1, {"b":2}'],
  ])('%s of %j is %j', async (operation, values, expected) => {
    expect(await one(operation, values)).toEqual(expected);
  });

  it('keep empty values when asked to', async () => {
    const values = [1, null, '', undefined];
    expect(await one('count', values, { includeEmpty: true })).toBe(4);
    expect(await one('countUnique', values, { includeEmpty: true })).toBe(3);
    expect(await one('append', values, { includeEmpty: true })).toEqual([1, null, '', null]);
    expect(await one('concatenate', values, { includeEmpty: true, separator: '|' })).toBe('1|||');
  });

  it.each(['sum', 'average', 'median'])('%s stops at what is no number, or skips it', async (operation) => {
    const rows = [{ v: 1 }, { v: '12 kg' }];
    const summaries = [{ operation, field: 'v' }];
    await expect(run({ summaries }, rows)).rejects.toMatchObject({
      code: 'NODE_SUMMARIZE_NUMBER',
      params: { item: 1, field: 'v', operation },
    });
    expect(await run({ summaries, notNumbers: 'skip' }, rows)).toEqual([{ [`${operation}_v`]: 1 }]);
  });
});

describe('groups', () => {
  const rows: JsonObject[] = [
    { c: { city: 'Lyon' }, year: 2024, n: 1 },
    { c: { city: 'Albi' }, year: 2024, n: 2 },
    { c: { city: 'Lyon' }, year: 2023, n: 3 },
    { c: { city: 'Lyon' }, year: 2024, n: 4 },
    { n: 5 },
  ];
  const summaries = [{ operation: 'sum', field: 'n', as: 'total' }];

  it('come as they are first seen, with nested names', async () => {
    expect(await run({ groupBy: ['c.city', 'year'], summaries }, rows)).toEqual([
      { c: { city: 'Lyon' }, year: 2024, total: 5 },
      { c: { city: 'Albi' }, year: 2024, total: 2 },
      { c: { city: 'Lyon' }, year: 2023, total: 3 },
      { c: { city: null }, year: null, total: 5 },
    ]);
  });

  it('come sorted, without those that lack the fields', async () => {
    const parameters = { groupBy: ['c.city', 'year'], summaries, order: 'sorted', missingGroups: 'skip' };
    expect(await run(parameters, rows)).toEqual([
      { c: { city: 'Albi' }, year: 2024, total: 2 },
      { c: { city: 'Lyon' }, year: 2023, total: 3 },
      { c: { city: 'Lyon' }, year: 2024, total: 5 },
    ]);
  });

  it('tell texts from numbers, and link to their items', async () => {
    const { outputs } = await runNode(summarize, {
      parameters: { groupBy: ['k'], summaries: [{}] },
      inputs: [{ json: { k: 1 } }, { json: { k: '1' } }, { json: { k: 1 } }],
    });
    expect(outputs['main']).toEqual([
      { json: { k: 1, count: 2 }, pairedItem: [{ item: 0 }, { item: 2 }] },
      { json: { k: '1', count: 1 }, pairedItem: [{ item: 1 }] },
    ]);
  });

  it('sum up nothing as one item without group fields, and as none with them', async () => {
    expect(await run({ summaries: [{}, ...summaries] }, [])).toEqual([{ count: 0, total: 0 }]);
    expect(await run({ groupBy: ['year'], summaries }, [])).toEqual([]);
  });

  it('keep a column with a dot in its name', async () => {
    const parameters = { groupBy: ['price.zone'], summaries: [{ operation: 'sum', field: 'price.net' }] };
    expect(await run(parameters, [{ 'price.zone': 'EU', 'price.net': '1.5' }])).toEqual([
      { 'price.zone': 'EU', sum_price_net: 1.5 },
    ]);
  });
});

describe('properties', () => {
  it('the sums of the groups add up to the sum of all, and the counts too', () => {
    const row = fc.record({
      k: fc.constantFrom('a', 'b', 'c', null),
      n: fc.integer({ min: -1e6, max: 1e6 }),
    });
    const parse = (groupBy: string[]) =>
      summarizeParameters.parse({
        groupBy,
        summaries: [
          { operation: 'sum', field: 'n', as: 's' },
          { operation: 'count', as: 'c' },
        ],
      });
    fc.assert(
      fc.property(fc.array(row), (rows) => {
        const items = rows.map((json) => ({ json: json as JsonObject }));
        const groups = summarizeItems(items, parse(['k']), 'UTC').map(({ json }) => json);
        const add = (key: string) => groups.reduce((sum, json) => sum + Number(json[key]), 0);
        expect(add('s')).toBe(rows.reduce((sum, { n }) => sum + n, 0));
        expect(add('c')).toBe(rows.length);
        expect(groups.length).toBe(new Set(rows.map(({ k }) => k)).size);
      }),
    );
  });
});

describe('parameters', () => {
  it('need an operation, and a field for all but counting items', async () => {
    await expect(run({ summaries: [] }, [])).rejects.toMatchObject({ issues: [{ path: '/summaries' }] });
    await expect(run({ summaries: [{ operation: 'sum' }] }, [])).rejects.toMatchObject({
      issues: [{ path: '/summaries/0/field', message: 'must name a field' }],
    });
  });
});
