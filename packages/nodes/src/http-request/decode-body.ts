import type { BinaryRef, HttpResponse, ItemContext } from '@navette/contracts';
import type { Json } from '@navette/kit';
import { mediaTypeSchema } from '../file/media-type.ts';
import type { HttpRequestParameters } from './parameters.ts';
import { fileNameFrom } from './response-file-name.ts';

export type DecodedBody =
  | { kind: 'json'; value: Json }
  | { kind: 'text'; value: string }
  | { kind: 'file'; ref: BinaryRef }
  | { kind: 'empty' }
  /** JSON was asked for and this is none. */
  | { kind: 'not-json'; value: string };

export async function decodeBody(
  { parameters, artifacts }: ItemContext<HttpRequestParameters>,
  response: HttpResponse,
): Promise<DecodedBody> {
  const { type, charset } = mediaTypeOf(response.headers['content-type']);
  const format = parameters.responseFormat === 'auto' ? formatOf(type) : parameters.responseFormat;
  const { byteLength } = response.body;
  const isFileWanted = parameters.responseFormat === 'binary' && parameters.method !== 'HEAD';
  if (byteLength === 0 && !isFileWanted) return { kind: 'empty' };
  if (format === 'binary') return { kind: 'file', ref: await artifacts.write(createFile(response)) };
  const text = decodeCharset(response.body, charset);
  if (format === 'text') return { kind: 'text', value: text };
  try {
    return { kind: 'json', value: JSON.parse(text.replace(/^\ufeff/, '')) as Json };
  } catch {
    return { kind: parameters.responseFormat === 'json' ? 'not-json' : 'text', value: text };
  }
}

/** Without a content type the bytes are a file: nothing says that they are text. */
function formatOf(type: string): 'json' | 'text' | 'binary' {
  if (/^(?:application|text)\/(?:[\w.-]+\+)?json$/.test(type)) return 'json';
  if (type.startsWith('text/') || /^application\/(?:[\w.-]+\+)?xml$/.test(type)) return 'text';
  return /^application\/(?:x-www-form-urlencoded|javascript|x-ndjson|yaml|x-yaml)$/.test(type)
    ? 'text'
    : 'binary';
}

function createFile({ headers, url, body }: HttpResponse) {
  const mediaType = headers['content-type'] ?? '';
  return {
    data: body,
    fileName: fileNameFrom(headers['content-disposition'], url),
    mediaType: mediaTypeSchema.safeParse(mediaType).success ? mediaType : 'application/octet-stream',
  };
}

/** "text/html; charset=latin1" → type and charset, both lower case. */
export function mediaTypeOf(header: string | undefined): { type: string; charset: string } {
  const [type = '', ...rest] = (header ?? '').toLowerCase().split(';');
  const charset = rest.map((part) => /^\s*charset\s*=\s*"?([^"\s]+)"?\s*$/.exec(part)?.[1]).find(Boolean);
  return { type: type.trim(), charset: charset ?? 'utf-8' };
}

/** Unknown charsets are read as UTF-8; what is not valid in it becomes U+FFFD. */
export function decodeCharset(bytes: Uint8Array, charset: string): string {
  try {
    return new TextDecoder(charset).decode(bytes);
  } catch {
    return new TextDecoder().decode(bytes);
  }
}
