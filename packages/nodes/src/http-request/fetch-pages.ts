import type { ItemContext } from '@navette/contracts';
import { type Json, readPath } from '@navette/kit';
import type { DecodedBody } from './decode-body.ts';
import { httpRequestErrors } from './errors.ts';
import type { Exchange, Page } from './exchange.ts';
import type { HttpRequestParameters } from './parameters.ts';
import { withQuery } from './with-query.ts';

/** What all pages of one item may weigh together. */
const maxAllPagesBytes = 100 * 1024 * 1024;

/** The first page, and by the pagination settings those that follow. */
export async function fetchPages(
  ctx: ItemContext<HttpRequestParameters>,
  exchange: Exchange,
): Promise<Page[]> {
  const { pagination } = ctx.parameters;
  const pages: Page[] = [];
  let url = firstUrlOf(ctx.parameters, exchange.firstUrl);
  let sizeBytes = 0;
  let seen = 0;
  for (;;) {
    const page = await exchange.send(url, pages.length + 1);
    sizeBytes += page.response.body.byteLength;
    if (sizeBytes > maxAllPagesBytes) {
      const params = { url: exchange.describe(url), maxBytes: maxAllPagesBytes, pages: pages.length + 1 };
      throw httpRequestErrors.create('HTTP_REQUEST_PAGES_TOO_LARGE', { params });
    }
    const list = listOf(page.body, ctx.parameters.itemsPath);
    const isEmptyPage = list?.length === 0 && pagination.mode !== 'next-url';
    if (!isEmptyPage || pages.length === 0) pages.push(page);
    if (pagination.mode === 'none' || !page.isSuccess || isEmptyPage) return pages;
    seen += list?.length ?? 0;
    const next = findNext(ctx, exchange, { page, url, list, seen, count: pages.length });
    if (next === undefined) return pages;
    if (pages.length >= pagination.maxPages) {
      ctx.log(`Stopped after ${pages.length} pages, the most that the settings allow; there are more`);
      return pages;
    }
    if (pagination.intervalMs > 0) await ctx.sleep(pagination.intervalMs);
    url = next;
  }
}

function firstUrlOf({ pagination }: HttpRequestParameters, url: string): string {
  const { mode, pageParameter, firstPage } = pagination;
  if (mode === 'page') return withQuery(url, [[pageParameter, String(firstPage)]], new Set([pageParameter]));
  return mode === 'offset' ? withOffset(url, pagination, 0) : url;
}

interface Progress {
  page: Page;
  url: string;
  /** The elements of this page, where they can be told. */
  list: Json[] | undefined;
  /** Elements so far. */
  seen: number;
  /** Pages so far. */
  count: number;
}

/** The URL of the page after this one; undefined when this was the last. */
function findNext(
  ctx: ItemContext<HttpRequestParameters>,
  exchange: Exchange,
  { page, url, list, seen, count }: Progress,
): string | undefined {
  const { pagination } = ctx.parameters;
  const evaluate = (template: string) => ctx.evaluate(template, createExtras(page, count), ctx.itemIndex);
  const { completeWhen, mode } = pagination;
  if (completeWhen.trim() !== '' && isTrue(evaluate(completeWhen))) return undefined;
  const fail = (reason: string) =>
    httpRequestErrors.create('HTTP_REQUEST_PAGINATION', {
      params: { url: exchange.describe(url), page: count, reason },
    });
  if (mode === 'next-url') {
    const next = evaluate(pagination.next);
    if (next === undefined || next === null || next === '' || next === false) return undefined;
    return resolveNext(next, url, exchange, fail);
  }
  if (list === undefined && (completeWhen.trim() === '' || mode === 'offset'))
    throw fail('the response holds no list there, so nothing tells when the pages end');
  if (mode === 'offset') return withOffset(url, pagination, seen);
  const { pageParameter, firstPage } = pagination;
  return withQuery(url, [[pageParameter, String(firstPage + count)]], new Set([pageParameter]));
}

/** Requests that carry a credential or headers of their own stay on the origin that they were meant for. */
function resolveNext(
  next: unknown,
  from: string,
  exchange: Exchange,
  fail: (reason: string) => Error,
): string {
  const url = typeof next === 'string' ? URL.parse(next.trim(), from) : null;
  if (!url || !/^https?:$/.test(url.protocol)) throw fail('what stands for the next URL is not one');
  if (url.href === from || url.href === URL.parse(from)?.href) throw fail('the next page is this page again');
  if (exchange.isPrivate && url.origin !== URL.parse(exchange.firstUrl)?.origin)
    throw fail(
      `the next page is on ${url.origin}, where the credential and headers of this request must not go`,
    );
  return url.href;
}

/** By what came, not by what was asked: services may give less than the limit and still have more. */
function withOffset(url: string, pagination: HttpRequestParameters['pagination'], offset: number): string {
  const { offsetParameter, limitParameter, limit } = pagination;
  const pairs = [
    [offsetParameter, String(offset)],
    [limitParameter, String(limit)],
  ] as const;
  return withQuery(url, pairs, new Set([offsetParameter, limitParameter]));
}

function createExtras({ response, body, url }: Page, count: number): ReadonlyMap<string, Json> {
  const { status, statusText, headers } = response;
  return new Map<string, Json>([
    ['$response', { status, statusText, headers: { ...headers }, url, body: bodyAsJson(body) }],
    ['$pageCount', count],
  ]);
}

/** The elements at the path, or of the body itself; undefined where there is no list. */
export function listOf(body: DecodedBody, path: string): Json[] | undefined {
  if (body.kind !== 'json') return undefined;
  const found = path === '' ? body.value : readPath(body.value, path);
  return Array.isArray(found) ? found : undefined;
}

/** The body as data; null for files and empty ones. */
export function bodyAsJson(body: DecodedBody): Json {
  return body.kind === 'file' || body.kind === 'empty' ? null : body.value;
}

function isTrue(value: unknown): boolean {
  return Boolean(value) && value !== 'false';
}
