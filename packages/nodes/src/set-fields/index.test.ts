import type { JsonObject } from '@navette/kit';
import { runNode } from '@navette/testing';
import { describe, expect, it } from 'vitest';
import { setFields } from './index.ts';

const file = {
  artifactId: `art_${'0'.repeat(32)}`,
  fileName: 'a.txt',
  mediaType: 'text/plain',
  sizeBytes: 1,
  sha256: '0'.repeat(64),
};

async function set(parameters: JsonObject, json: JsonObject = {}): Promise<JsonObject> {
  const { outputs } = await runNode(setFields, { parameters, inputs: [{ json }] });
  return outputs['main']![0]!.json;
}

async function convert(type: string, value: unknown): Promise<unknown> {
  return (await set({ fields: [{ name: 'v', type, value: value as never }] }))['v'];
}

describe('values', () => {
  it.each([
    ['any', '12', '12'],
    ['any', { a: [1] }, { a: [1] }],
    ['string', 12, '12'],
    ['string', [1, 2], '[1,2]'],
    ['number', ' 12.50 ', 12.5],
    ['number', true, 1],
    ['boolean', 'Yes', true],
    ['boolean', 0, false],
    ['boolean', 'off', false],
    ['array', '[1, 2]', [1, 2]],
    ['object', '{"a": 1}', { a: 1 }],
    ['json', '"text"', 'text'],
    ['json', { a: 1 }, { a: 1 }],
    ['number', null, null],
  ])('%s of %j is %j', async (type, value, expected) => {
    expect(await convert(type, value)).toEqual(expected);
  });

  it.each([
    ['number', 'twelve'],
    ['number', ''],
    ['number', '1,5'],
    ['number', [1]],
    ['boolean', 'maybe'],
    ['boolean', 2],
    ['array', '{"a": 1}'],
    ['array', 'a, b'],
    ['object', '[1]'],
    ['json', '{a: 1}'],
  ])('%s of %j is an error, or stays when errors are ignored', async (type, value) => {
    const fields = [{ name: 'v', type, value }];
    await expect(set({ fields })).rejects.toMatchObject({
      code: 'NODE_FIELD_TYPE',
      params: { item: 0, field: 'v' },
    });
    expect(await set({ fields, ignoreConversionErrors: true })).toEqual({ v: value });
  });

  it('that are missing become null', async () => {
    expect(await set({ fields: [{ name: 'v', type: 'number' }] })).toEqual({ v: null });
  });
});

describe('paths', () => {
  it('write into nested objects and lists without touching the input', async () => {
    const json = { customer: { name: 'Ada' }, lines: [{ sku: 'a' }, { sku: 'b' }] };
    const before = structuredClone(json);
    const fields = [
      { name: 'customer.city', value: 'Paris' },
      { name: 'lines[1].sku', value: 'c' },
      { name: 'new.deep[0].x', value: 1 },
    ];
    expect(await set({ fields }, json)).toEqual({
      customer: { name: 'Ada', city: 'Paris' },
      lines: [{ sku: 'a' }, { sku: 'c' }],
      new: { deep: [{ x: 1 }] },
    });
    expect(json).toEqual(before);
  });

  it('are plain names when dotted paths are off', async () => {
    expect(await set({ fields: [{ name: 'a.b', value: 1 }], dotNotation: false })).toEqual({ 'a.b': 1 });
  });

  it.each(['__proto__.polluted', 'a.constructor.b', 'prototype', ''])('%j is refused', async (name) => {
    await expect(set({ fields: [{ name, value: 1 }] })).rejects.toMatchObject({
      code: 'NODE_PARAMETER_INVALID',
      issues: [{ path: '/fields/0/name' }],
    });
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});

describe('other fields', () => {
  const json = { a: 1, b: { c: 2, d: 3 }, 'x.y': 4 };
  const fields = [{ name: 'z', value: 0 }];

  it.each([
    ['all', [], { a: 1, b: { c: 2, d: 3 }, 'x.y': 4, z: 0 }],
    ['none', [], { z: 0 }],
    ['selected', ['b.c', 'x.y', 'missing'], { b: { c: 2 }, 'x.y': 4, z: 0 }],
    ['except', ['a', 'b.d', 'x.y'], { b: { c: 2 }, z: 0 }],
  ])('%s %j', async (include, includeFields, expected) => {
    expect(await set({ fields, include, includeFields }, json)).toEqual(expected);
  });
});

describe('JSON mode', () => {
  it('takes text or an object, over the fields of the item', async () => {
    expect(await set({ mode: 'json', json: '{"a": 2, "b": [true]}' }, { a: 1, c: 3 })).toEqual({
      a: 2,
      b: [true],
      c: 3,
    });
    expect(await set({ mode: 'json', json: { a: 1 }, include: 'none' }, { c: 3 })).toEqual({ a: 1 });
  });

  it('keeps a "__proto__" key as data', async () => {
    const json = await set({ mode: 'json', json: '{"__proto__": {"polluted": 1}}' });
    expect(Object.keys(json)).toEqual(['__proto__']);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it.each(['{"a": }', '[1]', '"text"', '', 5, null])('%j is refused', async (json) => {
    await expect(set({ mode: 'json', json })).rejects.toMatchObject({ code: 'NODE_FIELD_JSON' });
  });

  it('does not quote the data in its error', async () => {
    const error = await set({ mode: 'json', json: '{\n"a": canary-4711}' }).catch((thrown: Error) => thrown);
    expect((error as Error).message).toMatch(/cannot be read at line 2, column 6/);
    expect((error as Error).message).not.toContain('canary');
  });
});

describe('files and templates', () => {
  it('keeps files unless told not to', async () => {
    const inputs = [{ json: {}, binary: { doc: file } }];
    const kept = await runNode(setFields, { inputs });
    const dropped = await runNode(setFields, { parameters: { keepBinary: false }, inputs });
    expect(kept.outputs['main']).toEqual([{ json: {}, binary: { doc: file }, pairedItem: { item: 0 } }]);
    expect(dropped.outputs['main']).toEqual([{ json: {}, pairedItem: { item: 0 } }]);
  });

  it('evaluates per item', async () => {
    const { outputs } = await runNode(setFields, {
      parameters: {
        fields: [{ name: 'double', type: 'number', value: '{{ $json.n * 2 }}' }],
        include: 'none',
      },
      inputs: [{ json: { n: 1 } }, { json: { n: 2 } }],
    });
    expect(outputs['main']).toEqual([
      { json: { double: 2 }, pairedItem: { item: 0 } },
      { json: { double: 4 }, pairedItem: { item: 1 } },
    ]);
  });
});
