import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { CredentialType } from '@navette/contracts';
import type { CredentialSource } from '@navette/engine';

/** What a request must carry, as hashes: the secrets themselves are not kept. */
interface Expectation {
  headers: [name: string, sha256: Buffer][];
  query: [name: string, sha256: Buffer][];
  basic: boolean;
  readAt: number;
}

export type WebhookAuthResult =
  | {
      allowed: true;
      /** Names of headers and query fields that hold the secret: they must not reach the workflow. */
      secretHeaders: readonly string[];
      secretQuery: readonly string[];
    }
  | { allowed: false; basic: boolean };

/** A changed credential counts after this time at the latest. */
const keptMs = 5_000;

/** Compares requests with the credential of their webhook: what the credential would put onto a request is expected. */
export class WebhookAuth {
  readonly #credentials: CredentialSource;
  readonly #types: { findCredentialType(type: string): CredentialType | undefined };
  readonly #expectations = new Map<string, Expectation>();

  constructor(
    credentials: CredentialSource,
    types: { findCredentialType(type: string): CredentialType | undefined },
  ) {
    this.#credentials = credentials;
    this.#types = types;
  }

  /** Without a usable credential nobody is allowed. */
  async check(
    projectId: string,
    credentialId: string | undefined,
    request: { headers: IncomingHttpHeaders; query: Readonly<Record<string, unknown>> },
  ): Promise<WebhookAuthResult> {
    const expected = credentialId === undefined ? undefined : await this.#expect(projectId, credentialId);
    if (expected === undefined || expected.headers.length + expected.query.length === 0)
      return { allowed: false, basic: false };
    const isMatch =
      expected.headers.every(([name, sha256]) => matches(request.headers[name], sha256)) &&
      expected.query.every(([name, sha256]) => matches(request.query[name], sha256));
    if (!isMatch) return { allowed: false, basic: expected.basic };
    return {
      allowed: true,
      secretHeaders: expected.headers.map(([name]) => name),
      secretQuery: expected.query.map(([name]) => name),
    };
  }

  async #expect(projectId: string, credentialId: string): Promise<Expectation | undefined> {
    const known = this.#expectations.get(credentialId);
    if (known && Date.now() - known.readAt < keptMs) return known;
    this.#expectations.delete(credentialId);
    const credential = await this.#credentials.read(projectId, credentialId);
    const type = credential && this.#types.findCredentialType(credential.type);
    if (!credential || !type) return undefined;
    const { headers = {}, query = {} } = type.authorize(credential.data);
    const expectation: Expectation = {
      headers: Object.entries(headers).map(([name, value]) => [name.toLowerCase(), hash(value)]),
      query: Object.entries(query).map(([name, value]) => [name, hash(value)]),
      basic: /^basic /i.test(headers['Authorization'] ?? headers['authorization'] ?? ''),
      readAt: Date.now(),
    };
    this.#expectations.set(credentialId, expectation);
    return expectation;
  }
}

function matches(found: unknown, sha256: Buffer): boolean {
  return typeof found === 'string' && timingSafeEqual(hash(found), sha256);
}

function hash(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
