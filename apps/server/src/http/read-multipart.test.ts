import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { type MultipartOptions, readMultipart } from './read-multipart.ts';

const contentType = 'multipart/form-data; boundary=XX';

function part(name: string, content: string, fileName?: string): string {
  const file = fileName === undefined ? '' : `; filename="${fileName}"\r\nContent-Type: text/plain`;
  return `--XX\r\nContent-Disposition: form-data; name="${name}"${file}\r\n\r\n${content}\r\n`;
}

function read(body: string, options: Partial<MultipartOptions<string>> = {}) {
  // In small pieces, as a network gives them.
  const pieces = body.match(/[\s\S]{1,7}/g) ?? [];
  return readMultipart<string>({
    source: Readable.from(pieces.map((piece) => Buffer.from(piece))),
    contentType,
    limitBytes: 10_000,
    maxFiles: 2,
    maxFields: 2,
    onFile: async ({ data, fileName }) => `${fileName}:${(await buffer(data)).toString()}`,
    ...options,
  });
}

test('fields and files come in order', async () => {
  const body = `${part('a', '1')}${part('f', 'hello', 'x.txt')}${part('a', 'é')}${part('g', '', 'y.txt')}--XX--\r\n`;
  expect(await read(body)).toEqual({
    fields: [
      ['a', '1'],
      ['a', 'é'],
    ],
    files: [
      ['f', 'x.txt:hello'],
      ['g', 'y.txt:'],
    ],
  });
});

describe('refusals', () => {
  test('too large: as soon as it shows', async () => {
    await expect(read(`${part('a', 'x'.repeat(20_000))}--XX--`)).rejects.toMatchObject({
      code: 'REQUEST_TOO_LARGE',
    });
    await expect(read(`${part('f', 'x'.repeat(20_000), 'x')}--XX--`)).rejects.toMatchObject({
      code: 'REQUEST_TOO_LARGE',
    });
  });

  test('whoever is taking a file learns that the rest will not come', async () => {
    const outcome = Promise.withResolvers<string>();
    const reading = read(`${part('f', 'x'.repeat(20_000), 'x')}--XX--`, {
      onFile: async ({ data }) => {
        await buffer(data).then(
          () => outcome.resolve('complete'),
          () => outcome.resolve('cut'),
        );
        return '';
      },
    });
    await expect(reading).rejects.toMatchObject({ code: 'REQUEST_TOO_LARGE' });
    expect(await outcome.promise).toBe('cut');
  });

  test('too many files or fields', async () => {
    const invalid = { code: 'REQUEST_INVALID', issues: [{ path: '/body', message: expect.any(String) }] };
    const file = part('f', 'x', 'x');
    await expect(read(`${file}${file}${file}--XX--\r\n`)).rejects.toMatchObject(invalid);
    const field = part('a', 'x');
    await expect(read(`${field}${field}${field}--XX--\r\n`)).rejects.toMatchObject(invalid);
  });

  test.each([
    ['no boundary', 'multipart/form-data', `${part('a', '1')}--XX--\r\n`],
    ['cut off', contentType, part('a', '1')],
    ['empty', contentType, ''],
    ['something else', contentType, '{"a":1}'],
  ])('%s', async (_name, type, body) => {
    await expect(read(body, { contentType: type })).rejects.toMatchObject({
      code: 'REQUEST_MALFORMED',
      status: 400,
    });
  });

  test('what the taker of a file throws, without waiting for the rest', async () => {
    async function* endless() {
      yield Buffer.from(part('f', 'x'.repeat(200_000), 'x').slice(0, -2));
      for (;;) yield Buffer.alloc(65_536);
    }
    const source = Readable.from(endless());
    const reading = read('', {
      source,
      limitBytes: Number.MAX_SAFE_INTEGER,
      onFile: async () => {
        throw new TypeError('the disk is full');
      },
    });
    await expect(reading).rejects.toThrow('the disk is full');
    source.destroy();
  });
});
