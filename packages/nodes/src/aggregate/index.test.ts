import { runNode } from '@navette/testing';
import { describe, expect, it } from 'vitest';
import { aggregate } from './index.ts';

const inputs = [
  { json: { id: 1, tags: ['a', 'b'], note: 'x' } },
  { json: { id: 2, tags: ['c'] } },
  { json: { id: 3, note: null } },
];

async function run(parameters: Record<string, unknown>, items: typeof inputs | [] = inputs) {
  const { outputs } = await runNode(aggregate, { parameters: parameters as never, inputs: items as never });
  expect(outputs['main']).toHaveLength(1);
  return outputs['main']![0]!;
}

describe('aggregate', () => {
  it('gathers whole items, linked to all of them', async () => {
    const item = await run({});
    expect(item).toEqual({
      json: { data: inputs.map(({ json }) => json) },
      pairedItem: [{ item: 0 }, { item: 1 }, { item: 2 }],
    });
  });

  it('gathers chosen fields of items under a nested name', async () => {
    const { json } = await run({ as: 'result.list', include: 'except', includeFields: ['tags', 'note'] });
    expect(json).toEqual({ result: { list: [{ id: 1 }, { id: 2 }, { id: 3 }] } });
  });

  it('makes one list per field, leaving out or keeping what is missing', async () => {
    const fields = [{ field: 'id', as: 'ids' }, { field: 'note' }];
    expect((await run({ mode: 'fields', fields })).json).toEqual({ ids: [1, 2, 3], note: ['x'] });
    expect((await run({ mode: 'fields', fields, keepMissing: true })).json).toEqual({
      ids: [1, 2, 3],
      note: ['x', null, null],
    });
  });

  it('joins lists when asked to', async () => {
    const fields = [{ field: 'tags' }];
    expect((await run({ mode: 'fields', fields })).json).toEqual({ tags: [['a', 'b'], ['c']] });
    expect((await run({ mode: 'fields', fields, mergeLists: true })).json).toEqual({ tags: ['a', 'b', 'c'] });
  });

  it('gives one item with empty lists for no items', async () => {
    expect(await run({}, [])).toEqual({ json: { data: [] }, pairedItem: [] });
    expect((await run({ mode: 'fields', fields: [{ field: 'id' }] }, [])).json).toEqual({ id: [] });
  });

  it('collects files under names that are free', async () => {
    const file = (fileName: string) => ({
      artifactId: `art_${'0'.repeat(32)}`,
      fileName,
      mediaType: 'text/plain',
      sizeBytes: 1,
      sha256: '0'.repeat(64),
    });
    const { outputs } = await runNode(aggregate, {
      parameters: { includeBinary: true },
      inputs: [
        { json: {}, binary: { doc: file('a'), doc_2: file('b') } },
        { json: {} },
        { json: {}, binary: { doc: file('c') } },
        { json: {}, binary: { doc: file('d') } },
      ],
    });
    const binary = outputs['main']![0]!.binary!;
    expect(Object.entries(binary).map(([name, ref]) => [name, ref.fileName])).toEqual([
      ['doc', 'a'],
      ['doc_2', 'b'],
      ['doc_3', 'c'],
      ['doc_4', 'd'],
    ]);
  });
});
