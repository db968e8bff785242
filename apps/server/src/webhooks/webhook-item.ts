/** Turns a request into the item that the webhook trigger gives. */
import type { IncomingHttpHeaders } from 'node:http';
import type { BinaryRef, Item } from '@navette/contracts';
import { encodeId, hashContent, type Json, type JsonObject } from '@navette/kit';
import type { ArtifactRepository, ArtifactRow } from '@navette/store';
import type { FastifyRequest } from 'fastify';
import { toFileName, toMediaType } from '../api/download-headers.ts';
import { apiErrors } from '../http/api-error.ts';
import { assertJsonDepth, maxJsonDepth, parseJson } from '../http/json-body.ts';
import { readMultipart } from '../http/read-multipart.ts';

export interface WebhookItemOptions {
  request: FastifyRequest;
  path: string;
  params: Record<string, string>;
  query: JsonObject;
  rawBody: boolean;
  projectId: string;
  artifacts: ArtifactRepository;
  limitBytes: number;
  /** Header names that hold a secret. */
  secretHeaders: readonly string[];
}

interface Content {
  body: Json;
  binary?: Record<string, BinaryRef>;
}

/**
 * At once where nothing has to be stored. Throws (or rejects with) REQUEST_INVALID or REQUEST_MALFORMED for a body that is
 * not what it says.
 */
export function createWebhookItem(options: WebhookItemOptions): Item | Promise<Item> {
  const content = readContent(options);
  return content instanceof Promise
    ? content.then((read) => createItem(options, read))
    : createItem(options, content);
}

function createItem(
  { request, path, params, query, secretHeaders }: WebhookItemOptions,
  { body, binary }: Content,
): Item {
  const json: JsonObject = {
    method: request.method,
    path,
    params,
    query,
    headers: copyHeaders(request.headers, secretHeaders),
    body,
  };
  return binary === undefined ? { json } : { json, binary };
}

/** The same (hex) for the same request: headers say how it came, the ids of stored files are new each time. */
export function hashRequest({ json, binary }: Item): string {
  const { headers: _, ...content } = json;
  const files = Object.entries(binary ?? {}).map(([name, file]) => {
    const { fileName, mediaType, sha256 } = file;
    return [name, { fileName, mediaType, sha256 }];
  });
  return hashContent([content, files]);
}

function readContent(options: WebhookItemOptions): Content | Promise<Content> {
  const { request, rawBody } = options;
  const bytes = request.body;
  const contentType = request.headers['content-type'] ?? '';
  const mediaType = contentType.split(';', 1)[0]!.trim().toLowerCase();
  if (mediaType === 'multipart/form-data' && bytes === undefined) return readForm(options, contentType);
  if (!Buffer.isBuffer(bytes) || bytes.length === 0) return { body: null };
  const isKnown = isJson(mediaType) || isForm(mediaType) || isText(mediaType);
  if (!rawBody && isKnown) return { body: parseBody(bytes, mediaType) };
  return keepBody(options, { bytes, mediaType, isKnown });
}

async function keepBody(
  options: WebhookItemOptions,
  { bytes, mediaType, isKnown }: { bytes: Buffer; mediaType: string; isKnown: boolean },
): Promise<Content> {
  const row = await store(options, { data: bytes, fileName: undefined, mediaType });
  return { body: isKnown ? parseBody(bytes, mediaType) : null, binary: { data: toBinaryRef(row) } };
}

function parseBody(bytes: Buffer, mediaType: string): Json {
  const text = bytes.toString('utf8');
  if (isJson(mediaType)) return parseWebhookJson(text);
  return isForm(mediaType) ? readPairs(new URLSearchParams(text)) : text;
}

/** The payload stays as it is, apart from what would be dangerous to whoever copies it. */
export function parseWebhookJson(text: string): Json {
  assertJsonDepth(text, maxJsonDepth);
  // Nobody sends this name in good faith; escaped it is just as dangerous.
  const value = parseJson(text);
  if (text.includes('__proto__') || text.includes('\\u')) assertNoProto(value, '/body');
  return value as Json;
}

function assertNoProto(value: unknown, path: string): void {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    if (key === '__proto__') {
      const issues = [{ path: `${path}/__proto__`, message: 'is not allowed as the name of a field' }];
      throw apiErrors.create('REQUEST_INVALID', { issues });
    }
    assertNoProto(inner, `${path}/${key}`);
  }
}

async function readForm(options: WebhookItemOptions, contentType: string): Promise<Content> {
  const form = await readMultipart({
    source: options.request.raw,
    contentType,
    limitBytes: options.limitBytes,
    maxFiles: 50,
    maxFields: 500,
    onFile: ({ data, fileName, mediaType }) => store(options, { data, fileName, mediaType }),
  });
  const binary: Record<string, BinaryRef> = {};
  for (const [name, row] of form.files) {
    // The names of further files of one field are numbered: "scan", "scan-2".
    let key = name.slice(0, 60);
    for (let number = 2; Object.hasOwn(binary, key); number++) key = `${name.slice(0, 60)}-${number}`;
    if (key !== '__proto__') binary[key] = toBinaryRef(row);
  }
  const body = readPairs(form.fields);
  return form.files.length === 0 ? { body } : { body, binary };
}

function store(
  { artifacts, projectId, limitBytes }: WebhookItemOptions,
  file: {
    data: Uint8Array | AsyncIterable<Uint8Array>;
    fileName: string | undefined;
    mediaType: string | undefined;
  },
): Promise<ArtifactRow> {
  return artifacts.write({
    projectId,
    data: file.data,
    fileName: toFileName(file.fileName ?? 'data'),
    mediaType: toMediaType(file.mediaType),
    maxBytes: limitBytes,
  });
}

function toBinaryRef(row: ArtifactRow): BinaryRef {
  const { fileName, mediaType, sizeBytes, sha256 } = row;
  return { artifactId: encodeId('artifact', row.id), fileName, mediaType, sizeBytes, sha256 };
}

/** A name that comes several times gives a list. */
export function readPairs(pairs: Iterable<readonly [string, string]>): JsonObject {
  const object: JsonObject = {};
  for (const [name, value] of pairs) {
    if (name === '__proto__') continue;
    const before = Object.hasOwn(object, name) ? object[name] : undefined;
    if (before === undefined) object[name] = value;
    else if (Array.isArray(before)) before.push(value);
    else object[name] = [before, value];
  }
  return object;
}

/** Credentials of whoever calls are not data of the workflow. */
function copyHeaders(headers: IncomingHttpHeaders, secret: readonly string[]): JsonObject {
  const copy: JsonObject = {};
  for (const name in headers) {
    if (name === 'authorization' || name === 'cookie' || name === 'proxy-authorization') continue;
    if (name === '__proto__' || (secret.length > 0 && secret.includes(name))) continue;
    const value = headers[name];
    copy[name] = typeof value === 'string' ? value : (value ?? []).join(', ');
  }
  return copy;
}

function isJson(mediaType: string): boolean {
  return mediaType === 'application/json' || mediaType.endsWith('+json');
}

function isForm(mediaType: string): boolean {
  return mediaType === 'application/x-www-form-urlencoded';
}

/** Also what does not say what it is. */
function isText(mediaType: string): boolean {
  return (
    mediaType === '' ||
    mediaType.startsWith('text/') ||
    mediaType.endsWith('+xml') ||
    mediaType === 'application/xml' ||
    mediaType === 'application/x-ndjson'
  );
}
