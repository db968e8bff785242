import { type Item, inputPortsOf } from '@navette/contracts';
import type { JsonObject } from '@navette/kit';
import { runNode } from '@navette/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { appendItems, zipItems } from './combine-items.ts';
import { merge } from './index.ts';
import { joinItems } from './join-items.ts';
import { type MergeParameters, mergeParameters } from './parameters.ts';

const toItems = (rows: readonly JsonObject[]): Item[] => rows.map((json) => ({ json }));

async function run(parameters: JsonObject, ...lists: JsonObject[][]): Promise<Item[]> {
  const inputs = Object.fromEntries(lists.map((rows, at) => [`input-${at + 1}`, toItems(rows)]));
  const { outputs } = await runNode(merge, { parameters, inputs });
  return outputs['main']!;
}

async function rows(parameters: JsonObject, ...lists: JsonObject[][]): Promise<JsonObject[]> {
  return (await run(parameters, ...lists)).map(({ json }) => json);
}

const people = [
  { id: 1, name: 'Ada' },
  { id: 2, name: 'Bob' },
  { id: null, name: 'Nobody' },
];
const orders: JsonObject[] = [
  { order: 'a', person: 2 },
  { order: 'b', person: 1 },
  { order: 'c', person: 2 },
  { order: 'd', person: 9 },
  { order: 'e' },
];
const byPerson = { mode: 'by-fields', fields: [{ left: 'id', right: 'person' }] };

describe('match by fields', () => {
  it.each<[string, string[]]>([
    ['inner', ['Ada+b', 'Bob+a', 'Bob+c']],
    ['left', ['Ada+b', 'Bob+a', 'Bob+c', 'Nobody+-']],
    ['right', ['Bob+a', 'Ada+b', 'Bob+c', '-+d', '-+e']],
    ['outer', ['Ada+b', 'Bob+a', 'Bob+c', 'Nobody+-', '-+d', '-+e']],
    ['anti', ['Nobody+-', '-+d', '-+e']],
  ])('%s', async (join, expected) => {
    const made = await rows({ ...byPerson, join }, people, orders);
    expect(made.map(({ name, order }) => `${name ?? '-'}+${order ?? '-'}`)).toEqual(expected);
  });

  it('gives one input as it is when asked to', async () => {
    const only = (join: string, outputFrom: string) =>
      rows({ ...byPerson, join, outputFrom }, people, orders).then((made) =>
        made.map((row) => row['name'] ?? row['order']),
      );
    expect(await only('inner', 'input-1')).toEqual(['Ada', 'Bob']);
    expect(await only('inner', 'input-2')).toEqual(['a', 'b', 'c']);
    expect(await only('anti', 'input-1')).toEqual(['Nobody']);
    expect(await only('anti', 'input-2')).toEqual(['d', 'e']);
  });

  it('takes the first match only when asked to', async () => {
    const made = await rows({ ...byPerson, multipleMatches: 'first' }, people, orders);
    expect(made.map(({ order }) => order)).toEqual(['b', 'a']);
  });

  it('matches on several fields at once', async () => {
    const parameters = { mode: 'by-fields', fields: [{ left: 'a' }, { left: 'b.c' }] };
    const made = await rows(
      parameters,
      [
        { a: 1, b: { c: 'x' }, l: 1 },
        { a: 1, b: { c: 'y' }, l: 2 },
      ],
      [{ a: 1, b: { c: 'y' }, r: 1 }],
    );
    expect(made).toEqual([{ a: 1, b: { c: 'y' }, l: 2, r: 1 }]);
  });

  it('tells types apart unless told not to', async () => {
    const left = [{ k: 5 }, { k: ' Paris ' }, { k: true }];
    const right = [
      { k: '5.0', r: 1 },
      { k: 'paris', r: 2 },
      { k: 'TRUE', r: 3 },
    ];
    const parameters = { mode: 'by-fields', fields: [{ left: 'k' }] };
    expect(await rows(parameters, left, right)).toEqual([]);
    const loose = await rows({ ...parameters, looseCompare: true }, left, right);
    expect(loose.map(({ r }) => r)).toEqual([1, 2, 3]);
  });

  it('links each item to both sides', async () => {
    const made = await run({ ...byPerson, join: 'left' }, people, orders);
    expect(made.map(({ pairedItem }) => pairedItem)).toEqual([
      [
        { item: 0, input: 'input-1' },
        { item: 1, input: 'input-2' },
      ],
      [
        { item: 1, input: 'input-1' },
        { item: 0, input: 'input-2' },
      ],
      [
        { item: 1, input: 'input-1' },
        { item: 2, input: 'input-2' },
      ],
      { item: 2, input: 'input-1' },
    ]);
  });

  it('stops before it gives too much', async () => {
    const many = Array.from({ length: 40 }, () => ({ k: 1 }));
    const parameters = { mode: 'by-fields', fields: [{ left: 'k' }], maxItems: 1_000 };
    await expect(rows(parameters, many, many)).rejects.toMatchObject({
      code: 'NODE_MERGE_TOO_LARGE',
      params: { limit: 1_000, left: 40, right: 40 },
    });
  });

  it('has as many items as the definition of each join says', () => {
    const row = fc.record({ k: fc.constantFrom<string | number | null>(1, 2, 3, '1', null) });
    const parse = (join: string): MergeParameters =>
      mergeParameters.parse({ mode: 'by-fields', fields: [{ left: 'k' }], join });
    fc.assert(
      fc.property(fc.array(row, { maxLength: 12 }), fc.array(row, { maxLength: 12 }), (left, right) => {
        const size = (join: string) => joinItems(toItems(left), toItems(right), parse(join)).length;
        const matches = (one: JsonObject, others: JsonObject[]) =>
          one['k'] === null ? 0 : others.filter((other) => other['k'] === one['k']).length;
        const pairs = left.reduce((sum, one) => sum + matches(one, right), 0);
        const loneLeft = left.filter((one) => matches(one, right) === 0).length;
        const loneRight = right.filter((one) => matches(one, left) === 0).length;
        expect(size('inner')).toBe(pairs);
        expect(size('left')).toBe(pairs + loneLeft);
        expect(size('right')).toBe(pairs + loneRight);
        expect(size('outer')).toBe(pairs + loneLeft + loneRight);
        expect(size('anti')).toBe(loneLeft + loneRight);
      }),
    );
  });
});

describe('fields with the same name', () => {
  const left = [{ n: 'left', deep: { a: 1, b: 1 }, e: 'x', l: 1 }];
  const right = [{ n: 'right', deep: { b: 2, c: 2 }, e: '', r: 1 }];

  it.each<[JsonObject, JsonObject]>([
    [{}, { n: 'right', deep: { a: 1, b: 2, c: 2 }, e: '', l: 1, r: 1 }],
    [{ clash: 'prefer-first' }, { n: 'left', deep: { a: 1, b: 1, c: 2 }, e: 'x', l: 1, r: 1 }],
    [{ nested: 'shallow' }, { n: 'right', deep: { b: 2, c: 2 }, e: '', l: 1, r: 1 }],
    [{ preferFilled: true }, { n: 'right', deep: { a: 1, b: 2, c: 2 }, e: 'x', l: 1, r: 1 }],
    [
      { clash: 'suffix' },
      {
        n_1: 'left',
        n_2: 'right',
        deep_1: { a: 1, b: 1 },
        deep_2: { b: 2, c: 2 },
        e_1: 'x',
        e_2: '',
        l: 1,
        r: 1,
      },
    ],
  ])('%j', async (rules, expected) => {
    expect(await rows({ mode: 'by-position', ...rules }, left, right)).toEqual([expected]);
  });
});

describe('other modes', () => {
  it('append keeps everything in order, of up to ten inputs', async () => {
    const lists = Array.from({ length: 10 }, (_, at) => [{ at }]);
    const made = await run({ mode: 'append', inputCount: 10 }, ...lists);
    expect(made.map(({ json }) => json['at'])).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(made[9]!.pairedItem).toEqual({ item: 0, input: 'input-10' });
  });

  it('by position ends with the shortest list or goes on with the longest', async () => {
    const lists = [[{ a: 1 }, { a: 2 }], [{ b: 1 }], [{ c: 1 }, { c: 2 }, { c: 3 }]];
    const parameters = { mode: 'by-position', inputCount: 3 };
    expect(await rows(parameters, ...lists)).toEqual([{ a: 1, b: 1, c: 1 }]);
    expect(await rows({ ...parameters, includeUnpaired: true }, ...lists)).toEqual([
      { a: 1, b: 1, c: 1 },
      { a: 2, c: 2 },
      { c: 3 },
    ]);
  });

  it('append and by position have the counts that they promise', () => {
    const lists = fc.array(fc.array(fc.record({ v: fc.integer() }), { maxLength: 6 }), {
      minLength: 2,
      maxLength: 5,
    });
    fc.assert(
      fc.property(lists, (values) => {
        const items = values.map(toItems);
        const lengths = items.map((list) => list.length);
        const parse = (includeUnpaired: boolean) =>
          mergeParameters.parse({ mode: 'by-position', includeUnpaired });
        expect(appendItems(items)).toHaveLength(lengths.reduce((sum, length) => sum + length, 0));
        expect(appendItems(items).map(({ json }) => json)).toEqual(values.flat());
        expect(zipItems(items, parse(false))).toHaveLength(Math.min(...lengths));
        expect(zipItems(items, parse(true))).toHaveLength(Math.max(...lengths));
      }),
    );
  });

  it('all combinations gives each with each, within bounds', async () => {
    const parameters = { mode: 'all-combinations' };
    const made = await rows(parameters, [{ a: 1 }, { a: 2 }], [{ b: 1 }, { b: 2 }]);
    expect(made).toEqual([
      { a: 1, b: 1 },
      { a: 1, b: 2 },
      { a: 2, b: 1 },
      { a: 2, b: 2 },
    ]);
    const many = Array.from({ length: 400 }, () => ({}));
    await expect(rows(parameters, many, many)).rejects.toMatchObject({ code: 'NODE_MERGE_TOO_LARGE' });
  });

  it('chooses a branch', async () => {
    const lists = [[], [{ b: 1 }, { b: 2 }], [{ c: 1 }]];
    const parameters = { mode: 'choose-branch', inputCount: 3 };
    expect(await rows(parameters, ...lists)).toEqual([]);
    expect(await rows({ ...parameters, chosenInput: 3 }, ...lists)).toEqual([{ c: 1 }]);
    expect(await rows({ ...parameters, choose: 'first-with-data' }, ...lists)).toEqual([{ b: 1 }, { b: 2 }]);
    expect(await rows({ ...parameters, choose: 'first-with-data' }, [], [], [])).toEqual([]);
    expect(await run({ ...parameters, choose: 'empty' }, ...lists)).toEqual([
      {
        json: {},
        pairedItem: [
          { item: 0, input: 'input-2' },
          { item: 0, input: 'input-3' },
        ],
      },
    ]);
  });

  it('brings files along', async () => {
    const file = (fileName: string) => ({
      artifactId: `art_${'0'.repeat(32)}`,
      fileName,
      mediaType: 'text/plain',
      sizeBytes: 1,
      sha256: '0'.repeat(64),
    });
    const inputs = {
      'input-1': [{ json: {}, binary: { a: file('1'), b: file('1') } }],
      'input-2': [{ json: {}, binary: { b: file('2') } }],
    };
    const names = async (clash: string) => {
      const { outputs } = await runNode(merge, { parameters: { mode: 'by-position', clash }, inputs });
      return Object.entries(outputs['main']![0]!.binary!)
        .map(([key, ref]) => `${key}${ref.fileName}`)
        .sort();
    };
    expect(await names('prefer-last')).toEqual(['a1', 'b2']);
    expect(await names('prefer-first')).toEqual(['a1', 'b1']);
  });
});

describe('parameters', () => {
  it('decide the ports', () => {
    const ports = (input: object) => inputPortsOf(merge as never, mergeParameters.parse(input));
    expect(ports({})).toEqual(['input-1', 'input-2']);
    expect(ports({ inputCount: 3 })).toEqual(['input-1', 'input-2', 'input-3']);
    expect(ports({ ...byPerson, inputCount: 3 })).toEqual(['input-1', 'input-2']);
  });

  it.each<[JsonObject, string]>([
    [{ mode: 'by-fields' }, '/fields'],
    [{ inputCount: 1 }, '/inputCount'],
    [{ inputCount: 11 }, '/inputCount'],
    [{ mode: 'choose-branch', chosenInput: 3 }, '/chosenInput'],
    [{ mode: 'sql' }, '/mode'],
  ])('%j is refused at %s', async (parameters, path) => {
    await expect(runNode(merge, { parameters, inputs: {} })).rejects.toMatchObject({
      code: 'NODE_PARAMETER_INVALID',
      issues: [{ path }],
    });
  });
});
