import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { Busboy } from '@fastify/busboy';
import { NavetteError } from '@navette/kit';
import { apiErrors } from './api-error.ts';
import { createTooLargeError } from './problem.ts';

export interface FilePart {
  /** Of the form field. */
  name: string;
  fileName: string | undefined;
  mediaType: string | undefined;
  /** Must be read to its end. */
  data: Readable;
}

export interface MultipartForm<T> {
  fields: [name: string, value: string][];
  files: [name: string, value: T][];
}

export interface MultipartOptions<T> {
  source: Readable;
  contentType: string;
  /** Of the whole body. */
  limitBytes: number;
  maxFiles: number;
  maxFields: number;
  /** Takes each file as it comes; the reader waits for it. */
  onFile(part: FilePart): Promise<T>;
}

/**
 * Reads a multipart/form-data body. The source is left open when it throws, so that the refusal can still be answered.
 * Throws REQUEST_MALFORMED, REQUEST_TOO_LARGE, REQUEST_INVALID, and whatever `onFile` throws.
 */
export async function readMultipart<T>(options: MultipartOptions<T>): Promise<MultipartForm<T>> {
  const { source, limitBytes, onFile } = options;
  const form: MultipartForm<Promise<T>> = { fields: [], files: [] };
  const failed = Promise.withResolvers<never>();
  failed.promise.catch(() => {});
  const parser = createParser(options);
  const open: Readable[] = [];
  parser.on('field', (name, value) => form.fields.push([name, value]));
  parser.on('file', (name, data, fileName, _encoding, mediaType) => {
    open.push(data);
    // Its reader hears of the error; one that has stopped reading must not bring the process down.
    data.on('error', () => {});
    const taken = onFile({ name, fileName, mediaType, data });
    taken.catch(failed.reject);
    form.files.push([name, taken]);
  });
  for (const limit of ['partsLimit', 'filesLimit', 'fieldsLimit'] as const)
    parser.on(limit, () => failed.reject(createTooManyError(options)));
  parser.on('error', (error) => failed.reject(toMalformed(error)));
  const finished = once(parser, 'finish');
  finished.catch(() => {});
  try {
    let received = 0;
    for await (const chunk of source.iterator({ destroyOnReturn: false })) {
      received += (chunk as Buffer).length;
      if (received > limitBytes) throw createTooLargeError(limitBytes);
      if (!parser.write(chunk)) await Promise.race([once(parser, 'drain'), failed.promise]);
    }
    parser.end();
    await Promise.race([finished, failed.promise]);
    const files = await Promise.all(
      form.files.map(async ([name, taken]) => [name, await taken] as [string, T]),
    );
    return { fields: form.fields, files };
  } catch (error) {
    parser.destroy();
    // Whoever takes a file must learn that the rest will not come, and is waited for to clean up.
    for (const data of open) data.destroy(toMalformed(error));
    await Promise.allSettled(form.files.map(([, taken]) => taken));
    throw NavetteError.is(error) ? error : toMalformed(error);
  }
}

function createParser<T>({ contentType, limitBytes, maxFiles, maxFields }: MultipartOptions<T>) {
  try {
    return new Busboy({
      headers: { 'content-type': contentType },
      limits: {
        fieldSize: limitBytes,
        fileSize: limitBytes,
        files: maxFiles,
        fields: maxFields,
        parts: maxFiles + maxFields,
        headerPairs: 100,
      },
    });
  } catch (error) {
    throw toMalformed(error);
  }
}

function createTooManyError<T>({ maxFiles, maxFields }: MultipartOptions<T>) {
  const message = `must have at most ${maxFiles} files and ${maxFields} other fields`;
  return apiErrors.create('REQUEST_INVALID', { issues: [{ path: '/body', message }] });
}

function toMalformed(error: unknown) {
  const reason = error instanceof Error ? error.message : 'the form is damaged';
  return apiErrors.create('REQUEST_MALFORMED', {
    params: { reason: `its multipart form is damaged (${reason})` },
    issues: [{ path: '/body', message: `is not a complete multipart/form-data body: ${reason}` }],
    cause: error,
  });
}
