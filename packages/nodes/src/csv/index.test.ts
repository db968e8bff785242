import type { Item } from '@navette/contracts';
import { MemoryArtifacts, runNode } from '@navette/testing';
import { describe, expect, test } from 'vitest';
import { csv } from './index.ts';

describe('CSV to items', () => {
  test('from files, in the encodings that spreadsheets write', async () => {
    const artifacts = new MemoryArtifacts();
    const add = (data: Uint8Array) => artifacts.add({ data, fileName: 'a.csv', mediaType: 'text/csv' });
    const text = 'nom;prix\ncafé;1.5\n';
    const utf16 = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')]);
    const inputs = [Buffer.from(`\ufeff${text}`), Buffer.from(text, 'latin1'), utf16].map((bytes) => ({
      json: {},
      binary: { data: add(bytes) },
    }));
    const { outputs } = await runNode(csv, { inputs, artifacts });
    expect(outputs['main']).toEqual(
      [0, 1, 2].map((item) => ({ json: { nom: 'café', prix: 1.5 }, pairedItem: { item } })),
    );
  });

  test('a chosen encoding that does not fit is refused', async () => {
    const artifacts = new MemoryArtifacts();
    const data = artifacts.add({
      data: new Uint8Array([0x61, 0xff]),
      fileName: 'a.csv',
      mediaType: 'text/csv',
    });
    const run = runNode(csv, {
      inputs: [{ json: {}, binary: { data } }],
      artifacts,
      parameters: { encoding: 'utf-8' },
    });
    await expect(run).rejects.toMatchObject({ code: 'NODE_INPUT_INVALID' });
  });

  test('parameters are those of each item', async () => {
    const parameters = { source: 'field', sourceField: 'body.text', maxRows: '{{ $json.rows }}' };
    const inputs = [1, 2].map((rows) => ({ json: { rows, body: { text: 'a\n1\n2\n3' } } }));
    const { outputs } = await runNode(csv, { parameters, inputs });
    expect(outputs['main']!.map((item) => item.pairedItem)).toEqual([{ item: 0 }, { item: 1 }, { item: 1 }]);
  });

  test('a field or file that is not there', async () => {
    await expect(runNode(csv)).rejects.toThrow(/no file "data"; it has no files/);
    await expect(runNode(csv, { parameters: { source: 'field' } })).rejects.toThrow(/"text" is missing/);
    await expect(
      runNode(csv, { parameters: { source: 'field' }, inputs: [{ json: { text: 5 } }] }),
    ).rejects.toThrow(/"text" is not text/);
  });
});

describe('items to CSV', () => {
  const inputs: Item[] = [{ json: { b: '=1', a: 1 } }, { json: { c: null, a: 2 } }];

  test('one item with the file', async () => {
    const artifacts = new MemoryArtifacts();
    const parameters = { operation: 'stringify', fileName: 'out {{ $json.a }}.csv', binaryField: 'table' };
    const { outputs } = await runNode(csv, { parameters, inputs, artifacts });
    const [item] = outputs['main']!;
    expect(item!.json).toEqual({ fileName: 'out 1.csv', rows: 2, columns: 3, sizeBytes: 17 });
    expect(item!.pairedItem).toEqual([{ item: 0 }, { item: 1 }]);
    expect(item!.binary!['table']).toMatchObject({
      fileName: 'out 1.csv',
      mediaType: 'text/csv; charset=utf-8',
    });
    expect(await artifacts.readText(item!.binary!['table']!)).toBe("b,a,c\n'=1,1,\n,2,\n");
  });

  test('columns in the order asked for, other delimiter, no header', async () => {
    const artifacts = new MemoryArtifacts();
    const parameters = {
      operation: 'stringify',
      columns: ['a', 'b'],
      delimiter: 'semicolon',
      header: false,
      guardFormulas: false,
    };
    const { outputs } = await runNode(csv, { parameters, inputs, artifacts });
    expect(await artifacts.readText(outputs['main']![0]!.binary!['data']!)).toBe('1;=1\n2;\n');
  });

  test('a file name with folders is refused', async () => {
    const parameters = { operation: 'stringify', fileName: '../{{ $json.a }}.csv' };
    await expect(runNode(csv, { parameters, inputs })).rejects.toMatchObject({
      issues: [expect.objectContaining({ path: '/fileName' })],
    });
  });
});

test('effect class', () => {
  const classOf = (operation: string) =>
    typeof csv.effect === 'function' ? csv.effect(csv.parameters.parse({ operation })) : csv.effect;
  expect([classOf('parse'), classOf('stringify')]).toEqual(['pure', 'idempotent']);
});
