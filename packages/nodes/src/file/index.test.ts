import { MemoryArtifacts, runNode } from '@navette/testing';
import { describe, expect, test } from 'vitest';
import { file } from './index.ts';

describe('text to file', () => {
  test('keeps the item and its other files', async () => {
    const artifacts = new MemoryArtifacts();
    const other = artifacts.add({ data: 'x', fileName: 'x.txt', mediaType: 'text/plain' });
    const { outputs } = await runNode(file, {
      parameters: {
        text: '<h1>{{ $json.title }}</h1>',
        fileName: '{{ $json.title }}.html',
        mediaType: 'text/html; charset=utf-8',
        binaryField: 'page',
      },
      inputs: [{ json: { title: 'Été' }, binary: { other } }],
      artifacts,
    });
    const [item] = outputs['main']!;
    expect(item!.json).toEqual({ title: 'Été' });
    expect(item!.binary!['other']).toEqual(other);
    expect(item!.binary!['page']).toMatchObject({
      fileName: 'Été.html',
      mediaType: 'text/html; charset=utf-8',
      sizeBytes: 14,
    });
    expect(await artifacts.readText(item!.binary!['page']!)).toBe('<h1>Été</h1>');
  });

  test('Base64, and what is no text', async () => {
    const artifacts = new MemoryArtifacts();
    const write = async (parameters: Record<string, string>, json = {}) => {
      const { outputs } = await runNode(file, { parameters, inputs: [{ json }], artifacts });
      return artifacts.read(outputs['main']![0]!.binary!['data']!);
    };
    expect([...(await write({ text: 'AP8N\nCg==', textIs: 'base64' }))]).toEqual([0, 255, 13, 10]);
    expect(Buffer.from(await write({ text: '{{ $json.o }}' }, { o: { a: 1 } })).toString()).toBe('{"a":1}');
    await expect(write({ text: 'not base64!', textIs: 'base64' })).rejects.toThrow(/not Base64/);
    await expect(write({ text: 'AAAAA', textIs: 'base64' })).rejects.toThrow(/not Base64/);
  });

  test.each(['a/b.txt', '..', 'a\\b', ''])('the file name %j is refused', async (fileName) => {
    await expect(runNode(file, { parameters: { fileName } })).rejects.toMatchObject({
      code: 'NODE_PARAMETER_INVALID',
    });
  });

  test('the media type must be one', async () => {
    await expect(runNode(file, { parameters: { mediaType: 'text/html\r\nX: y' } })).rejects.toMatchObject({
      issues: [expect.objectContaining({ path: '/mediaType' })],
    });
  });
});

describe('file to text', () => {
  test('into a field, by path', async () => {
    const artifacts = new MemoryArtifacts();
    const data = artifacts.add({
      data: Buffer.from('caf\u00e9', 'latin1'),
      fileName: 'a.txt',
      mediaType: 'text/plain',
    });
    const { outputs } = await runNode(file, {
      parameters: { operation: 'file-to-text', field: 'content.text' },
      inputs: [{ json: { id: 1, content: { kept: true } }, binary: { data } }],
      artifacts,
    });
    expect(outputs['main']![0]!.json).toEqual({ id: 1, content: { kept: true, text: 'café' } });
    expect(outputs['main']![0]!.binary).toEqual({ data });
  });

  test('a file that is not there', async () => {
    await expect(runNode(file, { parameters: { operation: 'file-to-text' } })).rejects.toThrow(
      /it has no files/,
    );
  });
});
