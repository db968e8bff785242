import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeMultipart, type MultipartPart, safeFilename } from './multipart.ts';

/** Reads the encoding back with the parser of Node's own fetch. */
function decode(parts: readonly MultipartPart[]): Promise<FormData> {
  const { bytes, contentType } = encodeMultipart(parts);
  return new Response(new Uint8Array(bytes), { headers: { 'content-type': contentType } }).formData();
}

describe('encodeMultipart', () => {
  it('writes the bytes of RFC 7578', () => {
    const { bytes, contentType } = encodeMultipart([
      { name: 'note', value: 'line 1\nline 2' },
      { name: 'file', filename: 'été.txt', data: 'héllo', contentType: 'text/plain; charset=utf-8' },
    ]);
    const boundary = /^multipart\/form-data; boundary=(navette-[0-9a-f]{32})$/.exec(contentType)![1]!;
    expect(bytes.toString().split('\r\n')).toEqual([
      `--${boundary}`,
      'Content-Disposition: form-data; name="note"',
      '',
      'line 1\nline 2',
      `--${boundary}`,
      'Content-Disposition: form-data; name="file"; filename="été.txt"',
      'Content-Type: text/plain; charset=utf-8',
      '',
      'héllo',
      `--${boundary}--`,
      '',
    ]);
  });

  it('keeps names and filenames from adding headers or parts', async () => {
    const form = await decode([
      { name: 'a"; filename="x\r\nX-Evil: 1\r\n\r\nbody', value: 'v' },
      { name: 'f', filename: '../../etc/pass"wd\r\nX-Evil: 1', data: 'secret', contentType: 'text/plain' },
    ]);
    expect([...form.keys()]).toEqual(['a"; filename="x\r\nX-Evil: 1\r\n\r\nbody', 'f']);
    const file = form.get('f') as File;
    expect([file.name, file.type, await file.text()]).toEqual(['pass"wdX-Evil: 1', 'text/plain', 'secret']);
  });

  it.each(['text', 'text/plain\r\nX-Evil: 1', 'text/plain; a=é', '', 'a/b/c'])(
    'refuses the content type %j',
    (type) => {
      expect(() => encodeMultipart([{ name: 'f', filename: 'f', data: '', contentType: type }])).toThrow(
        expect.objectContaining({ code: 'HTTP_INVALID_REQUEST' }),
      );
    },
  );

  it('comes back unchanged through another parser', async () => {
    const field = fc.record({
      name: fc.string({ unit: 'grapheme', minLength: 1 }),
      value: fc.string({ unit: 'grapheme' }),
    });
    const file = fc.record({
      name: fc.string({ minLength: 1 }),
      filename: fc.string(),
      data: fc.uint8Array(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(field, file), { minLength: 1, maxLength: 5 }), async (parts) => {
        const entries = [...(await decode(parts)).entries()];
        expect(entries.length).toBe(parts.length);
        for (const [index, part] of parts.entries()) {
          const value = entries[index]![1];
          if ('value' in part) expect(value).toBe(part.value);
          else expect(new Uint8Array(await (value as File).arrayBuffer())).toEqual(part.data);
        }
      }),
      { numRuns: 200 },
    );
  });
});

describe('safeFilename', () => {
  it.each([
    ['report.pdf', 'report.pdf'],
    ['/etc/passwd', 'passwd'],
    ['..\\..\\boot.ini', 'boot.ini'],
    ['a\u0000b\r\n.txt', 'ab.txt'],
    ['..', 'file'],
    ['', 'file'],
    ['folder/', 'file'],
    ['.env', '.env'],
  ])('%j becomes %j', (name, expected) => {
    expect(safeFilename(name)).toBe(expected);
  });
});
