/**
 * The few requests of the S3 protocol that are needed, signed with Signature Version 4, tried again when the other side is
 * busy or cannot be reached. The address comes from the configuration of the instance, never from a workflow, and
 * redirects are refused.
 */
import { openAsBlob } from 'node:fs';
import { type Clock, type Logger, type RetryPolicy, retryDelayMs } from '@navette/kit';
import { AwsV4Signer } from 'aws4fetch';
import { storeErrors } from '../repositories/store-error.ts';
import type { SpooledBytes } from './artifact-storage.ts';

export interface S3Options {
  /** "https://s3.eu-west-3.amazonaws.com", "http://minio:9000". */
  endpoint: string;
  bucket: string;
  region: string;
  accessKeyId: string;
  secretAccessKey: string;
  /** Names the bucket in the path instead of the host. */
  pathStyle: boolean;
  /** In front of every key: "navette/". */
  prefix: string;
}

export interface S3Request {
  method: 'GET' | 'HEAD' | 'PUT' | 'DELETE';
  /** Without the prefix; empty for the bucket itself. */
  key: string;
  query?: Readonly<Record<string, string>>;
  body?: { source: SpooledBytes; sha256: string };
}

const retryPolicy: RetryPolicy = {
  maxAttempts: 5,
  backoff: 'exponential',
  delayMs: 200,
  maxDelayMs: 5_000,
  jitter: 0.5,
};
/** Until the answer begins. */
const answerWithinMs = 60_000;
const uploadWithinMs = 900_000;
const busyStatuses = new Set([429, 500, 502, 503, 504]);
/** SHA-256 of nothing. */
const emptySha256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

export class S3Client {
  readonly #options: S3Options;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #keyCache = new Map<string, ArrayBuffer>();

  constructor(options: S3Options, { clock, logger }: { clock: Clock; logger: Logger }) {
    this.#options = options;
    this.#clock = clock;
    this.#logger = logger;
  }

  /** "bucket at host", for people. */
  get name(): string {
    return `the bucket ${this.#options.bucket} at ${new URL(this.#options.endpoint).host}`;
  }

  /**
   * The answer, its body unread; 404 is an answer too.
   * Throws ARTIFACT_STORAGE_UNAVAILABLE for anything else that is not a success.
   */
  async send(request: S3Request): Promise<Response> {
    for (let attempt = 1; ; attempt++) {
      const failure = await this.#try(request);
      if (failure instanceof Response) return failure;
      if (!failure.again || attempt >= retryPolicy.maxAttempts) throw failure.error;
      this.#logger.warn({ attempt, reason: failure.error.message }, 'The storage of files is asked again');
      await this.#clock.sleep(retryDelayMs(retryPolicy, attempt, Math.random()));
    }
  }

  async #try(request: S3Request): Promise<Response | { error: Error; again: boolean }> {
    const limit = new AbortController();
    const waitMs = request.method === 'PUT' ? uploadWithinMs : answerWithinMs;
    const timer = setTimeout(() => limit.abort(new Error(`no answer within ${waitMs} ms`)), waitMs);
    try {
      const response = await this.#fetch(request, limit.signal);
      if (response.ok || (response.status === 404 && request.method !== 'PUT' && request.key !== ''))
        return response;
      const code = /<Code>(\w+)<\/Code>/.exec(await response.text())?.[1];
      const error = this.#fail(request, `status ${response.status}${code ? ` (${code})` : ''}`);
      return { error, again: busyStatuses.has(response.status) || code === 'RequestTimeout' };
    } catch (thrown) {
      const cause = thrown instanceof Error && thrown.cause instanceof Error ? thrown.cause : thrown;
      return { error: this.#fail(request, String((cause as Error).message), thrown), again: true };
    } finally {
      clearTimeout(timer);
    }
  }

  async #fetch({ method, key, query, body }: S3Request, signal: AbortSignal): Promise<Response> {
    const url = encodeObjectUrl(this.#options, key);
    for (const [name, value] of Object.entries(query ?? {})) url.searchParams.set(name, value);
    const { accessKeyId, secretAccessKey, region } = this.#options;
    const signed = await new AwsV4Signer({
      method,
      url: url.href,
      headers: { 'x-amz-content-sha256': body?.sha256 ?? emptySha256 },
      accessKeyId,
      secretAccessKey,
      region,
      service: 's3',
      cache: this.#keyCache,
    }).sign();
    return fetch(signed.url, {
      method,
      headers: signed.headers,
      redirect: 'error',
      signal,
      ...(body ? { body: await openBody(body.source) } : {}),
    });
  }

  #fail({ method, key }: S3Request, reason: string, cause?: unknown): Error {
    const detail = `${method} ${key === '' ? '' : `${key} `}in ${this.name}: ${reason}`;
    return storeErrors.create('ARTIFACT_STORAGE_UNAVAILABLE', { params: { detail }, cause });
  }
}

/** The address of an object, or of the bucket when the key is empty. */
export function encodeObjectUrl(
  { endpoint, bucket, pathStyle, prefix }: Pick<S3Options, 'endpoint' | 'bucket' | 'pathStyle' | 'prefix'>,
  key: string,
): URL {
  const url = new URL(endpoint);
  const name = key === '' ? '' : `/${prefix}${key}`;
  if (!pathStyle) url.hostname = `${bucket}.${url.hostname}`;
  url.pathname = pathStyle ? `/${bucket}${name}` : name || '/';
  return url;
}

/** Opened anew for each attempt. A Blob of a file is read as it is sent, and its length is known. */
function openBody(source: SpooledBytes): Promise<Blob> | Uint8Array<ArrayBuffer> {
  return source.path === undefined ? (source.bytes as Uint8Array<ArrayBuffer>) : openAsBlob(source.path);
}
