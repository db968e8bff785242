import type { JsonObject } from '@navette/kit';
import { MemoryArtifacts, runNode } from '@navette/testing';
import { describe, expect, test } from 'vitest';
import { jsonFile } from './index.ts';

async function parse(text: string, more: JsonObject = {}): Promise<JsonObject[]> {
  const { outputs } = await runNode(jsonFile, {
    parameters: { source: 'field', ...more },
    inputs: [{ json: { text } }],
  });
  return outputs['main']!.map((item) => item.json);
}

describe('JSON to items', () => {
  test.each<[string, JsonObject, JsonObject[]]>([
    ['[{"a":1},2]', {}, [{ a: 1 }, { value: 2 }]],
    ['{"a":{"b":[1,{"c":2}]}}', { path: 'a.b' }, [{ value: 1 }, { c: 2 }]],
    ['{"a":1}', {}, [{ a: 1 }]],
    ['"x"', {}, [{ value: 'x' }]],
    ['[]', {}, []],
    ['{"a":1}\n\n{"a":[2]}\n', {}, [{ a: 1 }, { a: [2] }]],
    ['[1,2]\n[3]', { format: 'lines' }, [{ value: [1, 2] }, { value: [3] }]],
    ['\ufeff{"a":1}', {}, [{ a: 1 }]],
  ])('%j with %j', async (text, more, expected) => {
    expect(await parse(text, more)).toEqual(expected);
  });

  test('from a file', async () => {
    const artifacts = new MemoryArtifacts();
    const data = artifacts.add({ data: '[{"é":1}]', fileName: 'a.json', mediaType: 'application/json' });
    const { outputs } = await runNode(jsonFile, { inputs: [{ json: {}, binary: { data } }], artifacts });
    expect(outputs['main']).toEqual([{ json: { é: 1 }, pairedItem: { item: 0 } }]);
  });

  test.each([
    ['', ': it is empty'],
    ['{"a":1,\n"b":canary}', ''],
    ['{"a":1,\n"b" "canary"}', ' near line 2'],
    ['{"a":1}\n{"a":canary}', ' at line 2'],
  ])('%j is refused without its content', async (text, where) => {
    const error = await parse(text).catch((thrown: Error) => thrown);
    expect(error).toMatchObject({ code: 'JSON_FILE_UNREADABLE' });
    expect((error as Error).message).toContain(`not valid JSON${where}`);
    expect((error as Error).message).not.toContain('canary');
  });

  test('nothing at the path', async () => {
    await expect(parse('{"a":1}', { path: 'b' })).rejects.toThrow(/nothing at the path "b"/);
  });
});

describe('items to JSON', () => {
  const inputs = [{ json: { a: 1 } }, { json: { a: [2] } }];

  test.each<[JsonObject, string, string, number]>([
    [{}, '[\n  {\n    "a": 1\n  },\n  {\n    "a": [\n      2\n    ]\n  }\n]\n', 'application/json', 2],
    [{ indent: false }, '[{"a":1},{"a":[2]}]\n', 'application/json', 2],
    [{ shape: 'lines' }, '{"a":1}\n{"a":[2]}\n', 'application/x-ndjson', 2],
    [{ shape: 'first', indent: false }, '{"a":1}\n', 'application/json', 1],
  ])('%j', async (more, text, mediaType, count) => {
    const artifacts = new MemoryArtifacts();
    const { outputs } = await runNode(jsonFile, {
      parameters: { operation: 'write', ...more },
      inputs,
      artifacts,
    });
    const [item] = outputs['main']!;
    const ref = item!.binary!['data']!;
    expect(await artifacts.readText(ref)).toBe(text);
    expect(ref.mediaType).toBe(mediaType);
    expect(item!.json).toEqual({ fileName: 'data.json', items: count, sizeBytes: text.length });
    expect(item!.pairedItem).toEqual([{ item: 0 }, { item: 1 }]);
  });

  test('no items make an empty list', async () => {
    const artifacts = new MemoryArtifacts();
    const { outputs } = await runNode(jsonFile, {
      parameters: { operation: 'write' },
      inputs: [],
      artifacts,
    });
    expect(await artifacts.readText(outputs['main']![0]!.binary!['data']!)).toBe('[]\n');
  });
});
