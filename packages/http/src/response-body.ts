import type { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createBrotliDecompress, createGunzip, createInflate, createInflateRaw } from 'node:zlib';
import { httpErrors } from './errors.ts';
import { type ResponseHeaders, readHeader } from './response-headers.ts';

/** Compressed data is never much longer than what it holds; a stream of empty blocks is. */
const codingSlackBytes = 65_536;

/** The content coding (RFC 9110 §8.4) of a response that this client undoes; undefined leaves the body as it is. */
type ContentCoding = 'gzip' | 'deflate' | 'br' | undefined;

/** @throws HTTP_BAD_RESPONSE for stacked codings: nobody sends them honestly, and they square the growth of a bomb */
function contentCodingOf(headers: ResponseHeaders, url: string): ContentCoding {
  const codings = (readHeader(headers, 'content-encoding') ?? '')
    .toLowerCase()
    .split(',')
    .map((coding) => coding.trim())
    .filter((coding) => coding !== '' && coding !== 'identity');
  if (codings.length > 1)
    throw httpErrors.create('HTTP_BAD_RESPONSE', { params: { url, reason: 'several content codings' } });
  if (codings[0] === 'gzip' || codings[0] === 'x-gzip') return 'gzip';
  return codings[0] === 'deflate' || codings[0] === 'br' ? codings[0] : undefined;
}

/**
 * Reads the body of a response to its end and undoes its coding, holding at most `maxBytes` of it in memory. What is
 * too large ends the transfer at once, before decompression produces more. The headers come back without
 * `content-encoding` and `content-length` when they no longer describe the body.
 * @param options.url redacted
 * @throws HTTP_TOO_LARGE, HTTP_BAD_RESPONSE; errors of zlib and of the connection
 */
export async function readResponseContent(options: {
  headers: ResponseHeaders;
  body: Readable;
  isHead: boolean;
  maxBytes: number;
  url: string;
}): Promise<{ headers: ResponseHeaders; body: Buffer }> {
  const { headers, body, isHead, maxBytes, url } = options;
  try {
    const coding = contentCodingOf(headers, url);
    if (!isHead && Number(readHeader(headers, 'content-length') ?? 0) > maxBytes)
      throw tooLarge(url, maxBytes);
    const content = await readBody({ body, coding, maxBytes, url });
    const wasDecoded = coding !== undefined && content.length > 0;
    return { headers: wasDecoded ? withoutCoding(headers) : headers, body: content };
  } catch (error) {
    // Whatever is left of the transfer is of no use; the error that ended it is the one to report.
    body.on('error', () => {}).destroy();
    throw error;
  }
}

async function readBody(options: {
  body: Readable;
  coding: ContentCoding;
  maxBytes: number;
  url: string;
}): Promise<Buffer> {
  const { body, coding, maxBytes, url } = options;
  const decoded = coding ? decode(coding, limit(maxBytes + codingSlackBytes, body)) : body;
  const chunks: Uint8Array[] = [];
  for await (const chunk of limit(maxBytes, decoded)) chunks.push(chunk);
  return Buffer.concat(chunks);

  async function* limit(limitBytes: number, source: AsyncIterable<Uint8Array>) {
    let bytes = 0;
    for await (const chunk of source) {
      bytes += chunk.length;
      if (bytes > limitBytes) throw tooLarge(url, maxBytes);
      yield chunk;
    }
  }
}

function withoutCoding(headers: ResponseHeaders): ResponseHeaders {
  const kept = Object.assign(Object.create(null) as object, headers) as Record<
    string,
    string | readonly string[]
  >;
  delete kept['content-encoding'];
  delete kept['content-length'];
  return kept;
}

function tooLarge(url: string, maxBytes: number) {
  return httpErrors.create('HTTP_TOO_LARGE', { params: { url, part: 'body', maxBytes } });
}

/** The decoder is chosen at the first byte: an empty body needs none, and "deflate" has two meanings in the wild. */
async function* decode(coding: NonNullable<ContentCoding>, source: AsyncIterable<Uint8Array>) {
  const chunks = source[Symbol.asyncIterator]();
  const first = await chunks.next();
  if (first.done) return;
  const decoder = createDecoder(coding, first.value[0]!);
  const fed = pipeline(withFirst(first.value, chunks), decoder);
  // The loop of the reader meets the errors of the decoder first; awaiting `fed` covers those of the source.
  fed.catch(() => {});
  yield* decoder as AsyncIterable<Uint8Array>;
  await fed;
}

async function* withFirst(first: Uint8Array, rest: AsyncIterator<Uint8Array>) {
  yield first;
  yield* { [Symbol.asyncIterator]: () => rest };
}

function createDecoder(coding: NonNullable<ContentCoding>, firstByte: number): Transform {
  if (coding === 'gzip') return createGunzip();
  if (coding === 'br') return createBrotliDecompress();
  // RFC 9110 means the zlib format, whose first byte ends in 8; many servers send bare deflate data.
  return (firstByte & 0x0f) === 8 ? createInflate() : createInflateRaw();
}
