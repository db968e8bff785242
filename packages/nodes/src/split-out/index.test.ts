import type { JsonObject } from '@navette/kit';
import { runNode } from '@navette/testing';
import { describe, expect, it } from 'vitest';
import { splitOut } from './index.ts';

async function split(parameters: JsonObject, json: JsonObject): Promise<JsonObject[]> {
  const { outputs } = await runNode(splitOut, { parameters, inputs: [{ json }] });
  return outputs['main']!.map((item) => item.json);
}

describe('split out', () => {
  it('makes whole items of objects and fields of other values', async () => {
    expect(await split({ fields: [{ field: 'l' }] }, { l: [{ a: 1 }, 2, null], x: 0 })).toEqual([
      { a: 1 },
      { l: 2 },
      { l: null },
    ]);
  });

  it('puts the element under a new name', async () => {
    expect(await split({ fields: [{ field: 'l', as: 'line.data' }] }, { l: [{ a: 1 }] })).toEqual([
      { line: { data: { a: 1 } } },
    ]);
  });

  it('reads and writes nested paths, and leaves the input alone', async () => {
    const json = { order: { id: 1, lines: ['a', 'b'] } };
    expect(await split({ fields: [{ field: 'order.lines' }], include: 'all' }, json)).toEqual([
      { order: { id: 1, lines: 'a' } },
      { order: { id: 1, lines: 'b' } },
    ]);
    expect(json.order.lines).toEqual(['a', 'b']);
  });

  it('takes several lists side by side', async () => {
    const parameters = {
      fields: [{ field: 'a' }, { field: 'b' }],
      include: 'selected',
      includeFields: ['x'],
    };
    expect(await split(parameters, { a: [1, 2], b: ['p'], x: 0, y: 9 })).toEqual([
      { x: 0, a: 1, b: 'p' },
      { x: 0, a: 2 },
    ]);
  });

  it('takes an object as the list of its values and a value as a list of one', async () => {
    expect(await split({ fields: [{ field: 'm' }] }, { m: { p: { a: 1 }, q: { a: 2 } } })).toEqual([
      { a: 1 },
      { a: 2 },
    ]);
    expect(await split({ fields: [{ field: 'm' }] }, { m: 7 })).toEqual([{ m: 7 }]);
  });

  it.each([[{}], [{ l: [] }], [{ l: null }]])(
    'with nothing to split in %j does what was chosen',
    async (json) => {
      const fields = [{ field: 'l' }];
      expect(await split({ fields }, { ...json, x: 1 })).toEqual([]);
      expect(await split({ fields, missing: 'keep' }, { ...json, x: 1 })).toEqual([{ x: 1 }]);
      await expect(split({ fields, missing: 'error' }, json)).rejects.toMatchObject({
        code: 'NODE_INPUT_INVALID',
        message: 'The input does not fit: item 0 has nothing to split in "l"',
      });
    },
  );

  it('links each new item to the one it came from', async () => {
    const { outputs } = await runNode(splitOut, {
      parameters: { fields: [{ field: 'l' }] },
      inputs: [{ json: { l: [1] } }, { json: { l: [2, 3] } }],
    });
    expect(outputs['main']!.map(({ pairedItem }) => pairedItem)).toEqual([
      { item: 0 },
      { item: 1 },
      { item: 1 },
    ]);
  });
});
