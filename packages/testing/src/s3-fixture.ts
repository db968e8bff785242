/**
 * A small S3 on a free port of 127.0.0.1, to test clients of the protocol: one bucket, named in the path. It checks the
 * signature of every request (Signature Version 4, by its own reading of the specification) and the SHA-256 of every
 * upload, and can be told to fail.
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { type FixtureRequest, type FixtureServer, startFixtureServer } from './fixture-server.ts';

export interface S3FixtureOptions {
  bucket: string;
  region: string;
  accessKeyId: string;
  secretAccessKey: string;
}

/** What becomes of the next request: an answer, or a connection that breaks. */
export type S3Failure = { status: number; code: string } | 'disconnect';

export interface S3Fixture extends AsyncDisposable {
  readonly server: FixtureServer;
  readonly options: S3FixtureOptions;
  /** By key. Tests may look, add and damage. */
  readonly objects: Map<string, Buffer>;
  /** The next requests fail so, in this order. */
  failNext(...failures: readonly S3Failure[]): void;
  close(): Promise<void>;
}

/** Clocks may differ by so much. */
const skewMs = 15 * 60_000;

export async function startS3Fixture(over: Partial<S3FixtureOptions> = {}): Promise<S3Fixture> {
  const options: S3FixtureOptions = {
    bucket: 'navette-test',
    region: 'eu-test-1',
    accessKeyId: 'TESTKEYID',
    secretAccessKey: 'test/secret+key',
    ...over,
  };
  const objects = new Map<string, Buffer>();
  const failures: S3Failure[] = [];
  const server = await startFixtureServer((request, response) => {
    const failure = failures.shift();
    if (failure === 'disconnect') return response.destroy();
    const refusal = failure ?? findRefusal(request, options);
    return refusal ? sendError(response, refusal) : answer(request, response, { options, objects });
  });
  return {
    server,
    options,
    objects,
    failNext: (...more) => failures.push(...more),
    close: server.close,
    [Symbol.asyncDispose]: server.close,
  };
}

function answer(
  { method, path, query, body }: FixtureRequest,
  response: ServerResponse,
  { options, objects }: { options: S3FixtureOptions; objects: Map<string, Buffer> },
): unknown {
  const [, bucket, ...rest] = path.split('/').map(decodeURIComponent);
  const key = rest.join('/');
  if (bucket !== options.bucket) return sendError(response, { status: 404, code: 'NoSuchBucket' });
  if (key === '') return method === 'GET' ? sendList(response, query, objects) : sendBadMethod(response);
  const object = objects.get(key);
  switch (method) {
    case 'PUT':
      objects.set(key, body);
      return response.writeHead(200, { etag: `"${createHash('md5').update(body).digest('hex')}"` }).end();
    case 'DELETE':
      objects.delete(key);
      return response.writeHead(204).end();
    case 'GET':
    case 'HEAD':
      if (object === undefined) return sendError(response, { status: 404, code: 'NoSuchKey' });
      response.writeHead(200, { 'content-length': object.byteLength });
      return method === 'GET' ? response.end(object) : response.end();
    default:
      return sendBadMethod(response);
  }
}

function sendList(
  response: ServerResponse,
  query: URLSearchParams,
  objects: ReadonlyMap<string, Buffer>,
): unknown {
  const prefix = query.get('prefix') ?? '';
  const keys = [...objects.keys()].filter((key) => key.startsWith(prefix)).sort();
  const shown = keys.slice(0, Number(query.get('max-keys') ?? 1000));
  const rows = shown.map((key) => `<Contents><Key>${key}</Key></Contents>`).join('');
  const truncated = shown.length < keys.length;
  return response
    .writeHead(200, { 'content-type': 'application/xml' })
    .end(`<ListBucketResult><IsTruncated>${truncated}</IsTruncated>${rows}</ListBucketResult>`);
}

function sendBadMethod(response: ServerResponse): unknown {
  return sendError(response, { status: 405, code: 'MethodNotAllowed' });
}

function sendError(response: ServerResponse, { status, code }: { status: number; code: string }): unknown {
  return response
    .writeHead(status, { 'content-type': 'application/xml' })
    .end(`<?xml version="1.0"?><Error><Code>${code}</Code></Error>`);
}

/** Why a request is refused before it is looked at. */
function findRefusal(
  request: FixtureRequest,
  options: S3FixtureOptions,
): { status: number; code: string } | undefined {
  const parsed =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request, SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$/.exec(
      request.headers.authorization ?? '',
    );
  if (!parsed) return { status: 403, code: 'AccessDenied' };
  const [, keyId, day, region, signedHeaders, signature] = parsed as unknown as string[];
  if (keyId !== options.accessKeyId) return { status: 403, code: 'InvalidAccessKeyId' };
  const time = String(request.headers['x-amz-date']);
  const at = Date.parse(time.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
  if (!(Math.abs(Date.now() - at) < skewMs)) return { status: 403, code: 'RequestTimeTooSkewed' };
  const names = signedHeaders!.split(';');
  const isSigned = ['host', 'x-amz-date', 'x-amz-content-sha256'].every((name) => names.includes(name));
  const scope = { day: day!, region: region!, time };
  const expected = isSigned ? signRequest(request, names, scope, options.secretAccessKey) : undefined;
  if (
    region !== options.region ||
    !time.startsWith(day!) ||
    expected === undefined ||
    !timingSafeEqual(Buffer.from(expected), Buffer.from(signature!))
  )
    return { status: 403, code: 'SignatureDoesNotMatch' };
  const sha256 = createHash('sha256').update(request.body).digest('hex');
  if (request.headers['x-amz-content-sha256'] !== sha256)
    return { status: 400, code: 'XAmzContentSHA256Mismatch' };
  if (request.method === 'PUT' && request.headers['content-length'] === undefined)
    return { status: 411, code: 'MissingContentLength' };
  return undefined;
}

function signRequest(
  { method, path, query, headers }: FixtureRequest,
  signedHeaders: readonly string[],
  { day, region, time }: { day: string; region: string; time: string },
  secret: string,
): string {
  const canonicalQuery = [...query]
    .map(([name, value]) => [encodeStrictly(name), encodeStrictly(value)] as const)
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map((pair) => pair.join('='))
    .join('&');
  const canonical = [
    method,
    path
      .split('/')
      .map((part) => encodeStrictly(decodeURIComponent(part)))
      .join('/'),
    canonicalQuery,
    ...signedHeaders.map((name) => `${name}:${String(headers[name]).trim().replace(/ +/g, ' ')}`),
    '',
    signedHeaders.join(';'),
    headers['x-amz-content-sha256'],
  ].join('\n');
  const scope = `${day}/${region}/s3/aws4_request`;
  const toSign = ['AWS4-HMAC-SHA256', time, scope, createHash('sha256').update(canonical).digest('hex')].join(
    '\n',
  );
  const key = [day, region, 's3', 'aws4_request'].reduce<string | Buffer>(
    (last, part) => createHmac('sha256', last).update(part).digest(),
    `AWS4${secret}`,
  );
  return createHmac('sha256', key).update(toSign).digest('hex');
}

function encodeStrictly(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
