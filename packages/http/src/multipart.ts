import { randomBytes } from 'node:crypto';
import { httpErrors } from './errors.ts';

/** One part of a multipart/form-data body: a text field, or a file. `contentType` defaults to octet-stream. */
export type MultipartPart =
  | { name: string; value: string }
  | { name: string; filename: string; data: Uint8Array | string; contentType?: string | undefined };

const mediaType = /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+(?:\s*;[\t\x20-\x7e]*)?$/;

/**
 * Encodes a multipart/form-data body (RFC 7578, names escaped as the WHATWG form standard does). Values and files are
 * sent byte for byte. Filenames lose their folders and control characters.
 * @throws HTTP_INVALID_REQUEST for a content type that is none
 */
export function encodeMultipart(parts: readonly MultipartPart[]): { bytes: Buffer; contentType: string } {
  // 128 random bits: it can't be guessed by whoever wrote the parts, so no part can hold it.
  const boundary = `navette-${randomBytes(16).toString('hex')}`;
  const chunks: Uint8Array[] = [];
  for (const part of parts) {
    chunks.push(Buffer.from(`--${boundary}\r\n${encodePartHead(part)}\r\n\r\n`), contentOf(part), lineEnd);
  }
  chunks.push(Buffer.from(`--${boundary}--\r\n`));
  return { bytes: Buffer.concat(chunks), contentType: `multipart/form-data; boundary=${boundary}` };
}

/** The last part of a path as a filename that is safe on every system; "file" when nothing is left. */
export function safeFilename(filename: string): string {
  const base = filename
    .replace(/[\x00-\x1f\x7f]/g, '')
    .split(/[\\/]/)
    .at(-1)!
    .trim();
  return /^\.*$/.test(base) ? 'file' : base;
}

const lineEnd = Buffer.from('\r\n');

function encodePartHead(part: MultipartPart): string {
  const disposition = `Content-Disposition: form-data; name="${escapeName(part.name)}"`;
  if ('value' in part) return disposition;
  const contentType = part.contentType ?? 'application/octet-stream';
  if (!mediaType.test(contentType))
    throw httpErrors.create('HTTP_INVALID_REQUEST', {
      params: { reason: `the content type of the file part "${escapeName(part.name)}" is not a media type` },
    });
  return `${disposition}; filename="${escapeName(safeFilename(part.filename))}"\r\nContent-Type: ${contentType}`;
}

function contentOf(part: MultipartPart): Uint8Array {
  const content = 'value' in part ? part.value : part.data;
  return typeof content === 'string' ? Buffer.from(content) : content;
}

function escapeName(name: string): string {
  return name.replaceAll('"', '%22').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}
