/**
 * The one way out: every HTTP request that a workflow causes goes through this client. It owns the connection pools and
 * nothing else; there are no cookies, no cache and no retries here (steps retry).
 *
 * Invariants:
 * 1. A socket is opened only to an address that the policy passed, and to no other than the one that was checked.
 * 2. Each hop of a redirect is checked as the first one was: URL, whoever asked to be told of it, allowed hosts, address.
 * 3. What may be a credential leaves its origin neither by redirect nor by error text.
 * 4. Time, body, header and URL sizes are bounded, the body after decompression.
 */
import type { Dispatcher } from 'undici';
import { createDeadline, type Deadline } from './deadline.ts';
import { httpErrors } from './errors.ts';
import {
  createGuardedAgent,
  type GuardedAgent,
  type GuardedAgentOptions,
  maxResponseHeadBytes,
} from './guarded-agent.ts';
import {
  assertCount,
  assertTimeout,
  type GuardedRequest,
  lowerLimit,
  parseFirstHop,
} from './guarded-request.ts';
import { type HostRule, isHostUnderRule, parseHostRule } from './host-rule.ts';
import { toHttpError } from './http-failure.ts';
import { redactUrl } from './redact-url.ts';
import { createNextHop, type Hop, locationOf } from './redirect.ts';
import { encodeHeaders } from './request-headers.ts';
import { readResponseContent } from './response-body.ts';
import { decodeResponseHeaders, type ResponseHeaders, readHeader } from './response-headers.ts';
import { hostOf, portOf } from './target-url.ts';

export interface GuardedClientOptions extends GuardedAgentOptions {
  /** Of the decoded body; requests can only lower it. */
  maxResponseBytes: number;
  defaultTimeoutMs: number;
  /** Requests can only lower it. */
  maxRedirects: number;
}

export interface GuardedResponse {
  status: number;
  statusText: string;
  /** As they came, but `content-encoding` and `content-length` are left out when the body was decoded. */
  headers: ResponseHeaders;
  body: Buffer;
  /** Of the last hop, without fragment. It may hold a query: redact it before showing it. */
  url: string;
  /** Redirects that were followed. */
  redirects: number;
  durationMs: number;
}

export interface GuardedHttpClient {
  /** Resolves with the response whatever its status. @throws the HTTP_* codes of `httpErrors` */
  request(request: GuardedRequest): Promise<GuardedResponse>;
  /** Takes no more requests, waits for those under way, then closes every connection. */
  close(): Promise<void>;
}

/**
 * @example
 * const client = createGuardedClient({ allowPrivateHosts: [], maxResponseBytes: 50_000_000, defaultTimeoutMs: 30_000, maxRedirects: 5, logger });
 * const { status, body } = await client.request({ url: 'https://api.example.com/orders' });
 * @throws HTTP_INVALID_HOST_RULE, HTTP_INVALID_REQUEST when an option is wrong
 */
export function createGuardedClient(options: GuardedClientOptions): GuardedHttpClient {
  return new GuardedClient(options);
}

/** What is read of a redirect's own body so that its connection can be used again. */
const redirectDrainBytes = 16_384;

/** The limits of one request. */
interface Plan {
  rules: readonly HostRule[] | undefined;
  maxBytes: number;
  maxRedirects: number;
  redirect: 'follow' | 'manual' | 'error';
  deadline: Deadline;
  logFields: object | undefined;
  onHop: GuardedRequest['onHop'];
}

class GuardedClient implements GuardedHttpClient {
  readonly #agent: GuardedAgent;
  readonly #options: GuardedClientOptions;
  readonly #underWay = new Set<Promise<GuardedResponse>>();
  #isClosed = false;

  constructor(options: GuardedClientOptions) {
    assertCount('maxResponseBytes', options.maxResponseBytes);
    assertTimeout('defaultTimeoutMs', options.defaultTimeoutMs);
    assertCount('maxRedirects', options.maxRedirects);
    this.#options = options;
    this.#agent = createGuardedAgent(options);
  }

  async request(request: GuardedRequest): Promise<GuardedResponse> {
    const work = this.#perform(request);
    this.#underWay.add(work);
    try {
      return await work;
    } finally {
      this.#underWay.delete(work);
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.allSettled(this.#underWay);
    // Not `agent.close()`: it would wait for connections that nobody waits for any more.
    await this.#agent.destroy();
  }

  async #perform(request: GuardedRequest): Promise<GuardedResponse> {
    const startedMs = performance.now();
    const hop = parseFirstHop(request);
    const url = redactUrl(hop.url);
    if (this.#isClosed) throw httpErrors.create('HTTP_CLOSED', { params: { url } });
    const { maxResponseBytes, maxRedirects, defaultTimeoutMs } = this.#options;
    const rules = request.allowedHosts?.map(parseHostRule);
    const maxBytes = lowerLimit('maxResponseBytes', request.maxResponseBytes, maxResponseBytes);
    const redirectLimit = lowerLimit('maxRedirects', request.maxRedirects, maxRedirects);
    const timeoutMs = assertTimeout('timeoutMs', request.timeoutMs ?? defaultTimeoutMs);
    using deadline = createDeadline({ timeoutMs, signal: request.signal, url });
    const redirect = request.redirect ?? 'follow';
    const response = await this.#follow(hop, {
      rules,
      maxBytes,
      maxRedirects: redirectLimit,
      redirect,
      deadline,
      logFields: request.logFields,
      onHop: request.onHop,
    });
    const durationMs = Math.round(performance.now() - startedMs);
    const { status, redirects } = response;
    this.#options.logger.debug(
      { ...request.logFields, method: hop.method, url, status, redirects, durationMs },
      'Outbound request',
    );
    return { ...response, durationMs };
  }

  async #follow(first: Hop, plan: Plan): Promise<Omit<GuardedResponse, 'durationMs'>> {
    let hop = first;
    try {
      for (let redirects = 0; ; redirects++) {
        const response = await this.#send(hop, plan);
        const { status, statusText, headers, body } = response;
        const location = locationOf(status, readHeader(headers, 'location'));
        if (location === undefined || plan.redirect === 'manual') {
          const url = redactUrl(hop.url);
          const isHead = hop.method === 'HEAD';
          const content = await readResponseContent({ headers, body, isHead, maxBytes: plan.maxBytes, url });
          return { status, statusText, ...content, url: hop.url.href, redirects };
        }
        await plan.deadline.race(body.dump({ limit: redirectDrainBytes, signal: plan.deadline.signal }));
        assertMayFollow(hop, plan, redirects);
        hop = createNextHop(hop, status, location);
      }
    } catch (thrown) {
      const { signal } = plan.deadline;
      const error = toHttpError(
        signal.aborted ? signal.reason : thrown,
        redactUrl(hop.url),
        maxResponseHeadBytes,
      );
      const { code } = error;
      // Which address it was, the policy has logged; only the request knows whose it was.
      if (code === 'HTTP_BLOCKED_ADDRESS' || code === 'HTTP_BLOCKED_HOST')
        this.#options.logger.warn(
          { ...plan.logFields, host: hostOf(hop.url), code },
          'An outbound request was refused',
        );
      throw error;
    }
  }

  async #send(hop: Hop, plan: Plan) {
    const { rules, deadline } = plan;
    const port = portOf(hop.url);
    plan.onHop?.({ method: hop.method, host: hostOf(hop.url), port });
    if (rules && !rules.some((rule) => isHostUnderRule(hop.url.hostname, port, rule)))
      throw httpErrors.create('HTTP_BLOCKED_HOST', { params: { host: hostOf(hop.url) } });
    const agent = await this.#agent.open();
    deadline.signal.throwIfAborted();
    // undici notices an abort only once it has a connection; the race notices it at once.
    const { statusCode, statusText, headers, body } = await deadline.race(
      agent.request({
        origin: hop.url.origin,
        path: hop.url.pathname + hop.url.search,
        method: hop.method as Dispatcher.HttpMethod,
        headers: encodeHeaders(hop.headers),
        body: hop.body ?? null,
        signal: deadline.signal,
        responseHeaders: 'raw',
      }),
    );
    // In `raw` form they are the flat list of the wire, which the types of undici don't say.
    const decoded = decodeResponseHeaders(headers as unknown as string[]);
    return { status: statusCode, statusText, headers: decoded, body };
  }
}

/** @throws HTTP_REDIRECT */
function assertMayFollow(hop: Hop, plan: Plan, followed: number): void {
  if (plan.redirect === 'follow' && followed < plan.maxRedirects) return;
  const reason =
    plan.redirect === 'error'
      ? 'this request does not follow redirects'
      : `there were more than ${plan.maxRedirects} redirects`;
  throw httpErrors.create('HTTP_REDIRECT', { params: { url: redactUrl(hop.url), reason } });
}
