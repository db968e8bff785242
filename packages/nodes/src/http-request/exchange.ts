/**
 * One item's requests: built once from the parameters and the credential, then sent page by page. Nothing secret leaves
 * by an error, and a credential goes to its own hosts only.
 */
import type { HttpRequest, HttpResponse, ItemContext } from '@navette/contracts';
import { NavetteError } from '@navette/kit';
import { type Authorization, noAuthorization, readAuthorization } from './authorization.ts';
import { createBody } from './create-body.ts';
import { type DecodedBody, decodeBody } from './decode-body.ts';
import { httpRequestErrors } from './errors.ts';
import { listPairs } from './name-value.ts';
import { type HttpRequestParameters, isSafeMethod } from './parameters.ts';
import { createRedactor, isSecretName, type Redactor } from './redactor.ts';
import { createStatusError, excerptOf } from './status-error.ts';
import { withQuery } from './with-query.ts';

export interface Page {
  response: HttpResponse;
  body: DecodedBody;
  isSuccess: boolean;
  /** Where the response came from, without what the credential put there. */
  url: string;
}

export interface Exchange {
  /** Of the first request, the query of the parameters included, that of the credential not. */
  firstUrl: string;
  /** Whether requests carry something that another origin should not see. */
  isPrivate: boolean;
  /** `page` counts from 1. @throws HTTP_REQUEST_* and HTTP_* errors */
  send(url: string, page: number): Promise<Page>;
  /** Origin and path, secrets taken out: fit for messages. */
  describe(url: string): string;
}

export async function createExchange(ctx: ItemContext<HttpRequestParameters>): Promise<Exchange> {
  const { parameters } = ctx;
  const auth = (await readAuthorization(ctx)) ?? noAuthorization;
  const firstUrl = withQuery(parameters.url, listPairs(parameters.query));
  if (!/^https?:$/.test(URL.parse(firstUrl)?.protocol ?? ''))
    throw httpRequestErrors.create('HTTP_REQUEST_URL');
  const { body, contentType } = await createBody(ctx);
  const redactor = createRedactor(listSecrets(parameters, auth));
  const describe = (url: string) => describeUrl(url, redactor);
  const { method } = parameters;

  async function send(url: string, page: number): Promise<Page> {
    const request: HttpRequest = {
      method,
      url: withQuery(url, auth.query, namesOf(auth.query)),
      headers: createHeaders(ctx, { auth, contentType, page }),
      timeoutMs: parameters.timeoutMs,
      maxResponseBytes: parameters.maxResponseBytes,
      redirect: parameters.redirects,
      maxRedirects: parameters.maxRedirects,
      ...(auth.allowedHosts === undefined ? {} : { allowedHosts: auth.allowedHosts }),
      ...(body === undefined ? {} : { body }),
    };
    const response = await requestBound(ctx, request);
    const asked = { method, url: describe(url), redactor };
    const isSuccess = isAccepted(response.status, parameters.redirects);
    if (!isSuccess && !parameters.neverError) throw createStatusError(response, asked, ctx.now());
    const decoded = await decodeBody(ctx, response);
    if (decoded.kind === 'not-json' && isSuccess) {
      const params = { method, url: asked.url, excerpt: excerptOf(response, redactor) };
      throw httpRequestErrors.create('HTTP_REQUEST_NOT_JSON', { params });
    }
    return { response, body: decoded, isSuccess, url: withQuery(response.url, [], namesOf(auth.query)) };
  }

  const isPrivate = auth !== noAuthorization || parameters.headers.length > 0;
  return { firstUrl, isPrivate, send, describe };
}

/** Sends, and says in the words of this node when a credential was kept back. */
async function requestBound(
  { http }: Pick<ItemContext<unknown>, 'http'>,
  request: HttpRequest,
): Promise<HttpResponse> {
  try {
    return await http.request(request);
  } catch (error) {
    if (request.allowedHosts === undefined || !NavetteError.is(error) || error.code !== 'HTTP_BLOCKED_HOST')
      throw error;
    const host = String(error.params['host'] ?? 'this host');
    throw httpRequestErrors.create('HTTP_REQUEST_CREDENTIAL_HOST', { params: { host }, cause: error });
  }
}

/** The credential wins over the parameters, and those over what the body and the format suggest. */
function createHeaders(
  { parameters, idempotencyKey }: ItemContext<HttpRequestParameters>,
  { auth, contentType, page }: { auth: Authorization; contentType: string | undefined; page: number },
): Record<string, string> {
  const headers = new Map<string, [string, string]>();
  const assign = (name: string, value: string) => headers.set(name.toLowerCase(), [name, value]);
  if (contentType !== undefined) assign('Content-Type', contentType);
  if (parameters.responseFormat === 'json') assign('Accept', 'application/json');
  if (!isSafeMethod(parameters.method) && parameters.sendIdempotencyKey)
    assign('Idempotency-Key', page === 1 ? idempotencyKey : `${idempotencyKey}-${page}`);
  for (const [name, value] of [...listPairs(parameters.headers), ...auth.headers]) assign(name, value);
  return Object.fromEntries(headers.values());
}

/** 304 answers a conditional request; other redirects are answers only where they were asked for. */
function isAccepted(status: number, redirects: HttpRequestParameters['redirects']): boolean {
  return status < 300 || status === 304 || (status < 400 && redirects === 'manual');
}

/** The credential, and whatever the parameters carry under a name that sounds like one. */
function listSecrets({ url, query, headers }: HttpRequestParameters, auth: Authorization): string[] {
  const written = [...(URL.parse(url)?.searchParams ?? [])];
  const named = [...written, ...listPairs(query), ...listPairs(headers)];
  return [...auth.secrets, ...named.filter(([name]) => isSecretName(name)).map(([, value]) => value)];
}

function describeUrl(url: string, redactor: Redactor): string {
  const parsed = URL.parse(url);
  if (!parsed) return '[invalid URL]';
  const shown = redactor.redact(parsed.origin + parsed.pathname) ?? parsed.origin;
  return shown.length > 300 ? `${shown.slice(0, 300)}…` : shown;
}

function namesOf(pairs: readonly [string, string][]): Set<string> {
  return new Set(pairs.map(([name]) => name));
}
