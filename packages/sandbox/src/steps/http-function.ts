/**
 * `http` of code steps: `await http('https://…')` or `await http({ method, url, … })`. The request leaves by the guarded
 * client of the host, to allowed hosts only, redirects included, and each is written to the log of the step.
 */
import type { CodeCredential, CodeRun, HttpPort, HttpRequest, HttpResponse } from '@navette/contracts';
import { type Json, NavetteError } from '@navette/kit';
import { z } from 'zod';
import { sandboxErrors } from '../errors.ts';
import type { HopGuard } from '../policy/hop-guard.ts';
import { intersectHosts } from '../policy/intersect-hosts.ts';

const maxTimeoutMs = 3_600_000;

const requestSchema = z.strictObject({
  method: z
    .string()
    .regex(/^[A-Za-z]{1,20}$/)
    .default('GET'),
  url: z.string().max(8_000),
  headers: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).default({}),
  /** Text goes as it is, anything else as JSON. */
  body: z.json().optional(),
  timeoutMs: z.int().min(1).max(maxTimeoutMs).optional(),
  redirect: z.enum(['follow', 'manual', 'error']).optional(),
  /** By its name in the step; the host adds what is in it. */
  credential: z.string().min(1).max(32).optional(),
});

interface HttpFunctionOptions {
  http: HttpPort;
  allowedHosts: readonly string[];
  /** What refuses hosts in a request that begins now. */
  openHops(): Promise<HopGuard>;
  run: Pick<CodeRun, 'credential' | 'onLine'>;
}

export function createHttpFunction(options: HttpFunctionOptions): (args: readonly Json[]) => Promise<Json> {
  const { http, run } = options;
  const { onLine } = run;
  return async ([given]) => {
    const request = await createRequest(given, options);
    const place = `${request.method} ${redact(request.url)}`;
    try {
      const response = await http.request(request);
      onLine(`http: ${place}: ${response.status}, ${response.body.length} bytes`);
      return toAnswer(response);
    } catch (error) {
      onLine(`http: ${place}: ${NavetteError.is(error) ? error.code : 'failed'}`);
      throw error;
    }
  };
}

async function createRequest(
  given: Json | undefined,
  { allowedHosts, openHops, run }: HttpFunctionOptions,
): Promise<HttpRequest> {
  const parsed = requestSchema.safeParse(typeof given === 'string' ? { url: given } : given);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw createInvalid(`${issue!.path.join('.') || 'request'}: ${issue!.message}`);
  }
  const { credential: name, ...asked } = parsed.data;
  const request = { ...toRequest(asked, allowedHosts), onHop: await openHops() };
  if (name === undefined) return request;
  const credential = await run.credential?.(name);
  if (!credential) throw createInvalid(`credential: this step has none in the slot ${JSON.stringify(name)}`);
  return authorize(request, credential, allowedHosts);
}

/** The credential wins over what the code says, and goes to hosts that both allow. */
function authorize(
  request: HttpRequest,
  credential: CodeCredential,
  allowedHosts: readonly string[],
): HttpRequest {
  const url = URL.parse(request.url);
  if (!url) throw createInvalid('url: is no address');
  for (const [name, value] of credential.query) url.searchParams.set(name, value);
  const own = new Set(credential.headers.map(([name]) => name.toLowerCase()));
  const kept = Object.entries(request.headers ?? {}).filter(([name]) => !own.has(name.toLowerCase()));
  const headers = Object.fromEntries([...kept, ...credential.headers]);
  const bound = { ...request, url: url.href, headers };
  if (!credential.allowedHosts) return bound;
  const hosts = intersectHosts(allowedHosts, credential.allowedHosts);
  if (hosts.length === 0) throw createInvalid('credential: it may go to none of the hosts of this step');
  return { ...bound, allowedHosts: hosts };
}

function createInvalid(detail: string) {
  return sandboxErrors.create('SANDBOX_HTTP_INVALID', { params: { detail } });
}

type AskedRequest = Omit<z.output<typeof requestSchema>, 'credential'>;

function toRequest(
  { body, headers, method, ...rest }: AskedRequest,
  allowedHosts: readonly string[],
): HttpRequest {
  const names = Object.entries(headers).map(([name, value]) => [name, String(value)] as const);
  const isJson = body !== undefined && typeof body !== 'string';
  const hasType = names.some(([name]) => name.toLowerCase() === 'content-type');
  return {
    url: rest.url,
    method: method.toUpperCase(),
    headers: Object.fromEntries(
      isJson && !hasType ? [...names, ['content-type', 'application/json']] : names,
    ),
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    ...(rest.timeoutMs === undefined ? {} : { timeoutMs: rest.timeoutMs }),
    ...(rest.redirect === undefined ? {} : { redirect: rest.redirect }),
    // "*" is any public host, which is what the client allows without a list.
    ...(allowedHosts.includes('*') ? {} : { allowedHosts: [...allowedHosts] }),
  };
}

/** A query may hold a secret. */
function redact(text: string): string {
  const url = URL.parse(text);
  return url ? `${url.origin}${url.pathname}` : 'an address that cannot be read';
}

function toAnswer({ body, headers, status, statusText, url }: HttpResponse): Json {
  const bytes = Buffer.from(body);
  const isText = isTextual(headers['content-type'] ?? '');
  return {
    status,
    statusText,
    ok: status >= 200 && status < 300,
    url,
    headers: { ...headers },
    body: isText ? bytes.toString('utf8') : '',
    ...(isText ? {} : { base64: bytes.toString('base64') }),
  };
}

function isTextual(type: string): boolean {
  return type === '' || /^text\/|[/+](json|xml)\b|javascript|x-www-form-urlencoded/i.test(type);
}
