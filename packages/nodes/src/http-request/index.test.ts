import type { Item } from '@navette/contracts';
import type { JsonObject } from '@navette/kit';
import {
  type FixtureHandler,
  type FixtureServer,
  MemoryArtifacts,
  type NodeRun,
  type NodeRunOptions,
  runNode,
  startFixtureServer,
} from '@navette/testing';
import { afterEach, describe, expect, test } from 'vitest';
import { createFixtureHttpPort } from './fixture-http-port.ts';
import { httpRequest } from './index.ts';

const http = createFixtureHttpPort();
const servers: FixtureServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

async function serve(handler: FixtureHandler): Promise<FixtureServer> {
  const server = await startFixtureServer(handler);
  servers.push(server);
  return server;
}

function send(
  parameters: JsonObject,
  options: Omit<NodeRunOptions, 'parameters' | 'http'> = {},
): Promise<NodeRun> {
  return runNode(httpRequest, { ...options, parameters, http });
}

async function sendForItems(parameters: JsonObject, options = {}): Promise<Item[]> {
  return (await send(parameters, options)).outputs['main']!;
}

async function failureOf(work: Promise<unknown>): Promise<Record<string, unknown>> {
  return work.then(
    () => expect.fail('nothing was thrown'),
    (error: Record<string, unknown>) => error,
  );
}

describe('requests', () => {
  test('per item: URL and query from templates, what is null left out, what is encoded left alone', async () => {
    const server = await serve(({ url }) => ({ url }));
    const items = await sendForItems(
      {
        url: `${server.url}/orders/{{ $json.id }}?fixed=%20`,
        query: [
          { name: 'q', value: '{{ $json.q }}' },
          { name: 'none', value: '{{ null }}' },
        ],
      },
      { inputs: [{ json: { id: 7, q: 'a&b c' } }, { json: { id: 8, q: 1 } }] },
    );
    expect(items).toEqual([
      { json: { url: '/orders/7?fixed=%20&q=a%26b%20c' }, pairedItem: { item: 0 } },
      { json: { url: '/orders/8?fixed=%20&q=1' }, pairedItem: { item: 1 } },
    ]);
  });

  test('JSON, from a value or from text', async () => {
    const server = await serve(({ body, headers }) => ({
      body: body.toString(),
      type: headers['content-type'],
    }));
    const post = { method: 'POST', url: server.url, bodyKind: 'json' };
    expect((await sendForItems({ ...post, jsonBody: { a: ['é'] } }))[0]!.json).toEqual({
      body: '{"a":["é"]}',
      type: 'application/json',
    });
    const headers = [{ name: 'content-type', value: 'application/vnd.api+json' }];
    expect((await sendForItems({ ...post, jsonBody: '{"a": 1 }', headers }))[0]!.json).toEqual({
      body: '{"a": 1 }',
      type: 'application/vnd.api+json',
    });
    await expect(send({ ...post, jsonBody: '{"a": ' })).rejects.toMatchObject({
      code: 'HTTP_REQUEST_BODY_NOT_JSON',
    });
    expect(server.count()).toBe(2);
  });

  test('form fields and text', async () => {
    const server = await serve(({ body, headers }) => ({
      body: body.toString(),
      type: headers['content-type'],
    }));
    const formFields = [
      { name: 'a b', value: '1&2' },
      { name: 'n', value: 3 },
      { name: 'skip', value: null },
    ];
    const form = await sendForItems({ method: 'POST', url: server.url, bodyKind: 'form', formFields });
    expect(form[0]!.json['body']).toBe('a+b=1%262&n=3');
    expect(form[0]!.json['type']).toMatch(/^application\/x-www-form-urlencoded/);
    const text = { bodyKind: 'text', textBody: '<a/>', textMediaType: 'application/xml' };
    expect((await sendForItems({ method: 'PUT', url: server.url, ...text }))[0]!.json).toEqual({
      body: '<a/>',
      type: 'application/xml',
    });
  });

  test('a form with files, and a file as the whole body', async () => {
    const artifacts = new MemoryArtifacts();
    const bytes = new Uint8Array([0, 255, 13, 10, 45, 45]);
    const data = artifacts.add({ data: bytes, fileName: 'photo.png', mediaType: 'image/png' });
    const inputs = [{ json: {}, binary: { data } }];
    const server = await serve(async ({ body, headers }) => {
      const type = headers['content-type'] ?? '';
      if (type === 'image/png') return { raw: body.toString('hex') };
      const form = await new Response(new Uint8Array(body), { headers: { 'content-type': type } }).formData();
      const file = form.get('upload') as File;
      const content = Buffer.from(await file.arrayBuffer()).toString('hex');
      return { title: form.get('title'), name: file.name, type: file.type, content };
    });
    const multipart = {
      method: 'POST',
      url: server.url,
      bodyKind: 'multipart',
      formFields: [{ name: 'title', value: 'A "title"' }],
      formFiles: [{ name: 'upload', binaryField: 'data', fileName: 'renamed.png' }],
    };
    expect((await sendForItems(multipart, { artifacts, inputs }))[0]!.json).toEqual({
      title: 'A "title"',
      name: 'renamed.png',
      type: 'image/png',
      content: '00ff0d0a2d2d',
    });
    const raw = { method: 'POST', url: server.url, bodyKind: 'binary' };
    expect((await sendForItems(raw, { artifacts, inputs }))[0]!.json).toEqual({ raw: '00ff0d0a2d2d' });
    await expect(send({ ...raw, bodyFile: 'other' }, { artifacts, inputs })).rejects.toThrow(
      /no file "other"; it has "data"/,
    );
  });

  test('the idempotency key goes with methods that act, unless set or switched off', async () => {
    const server = await serve(({ headers }) => ({ key: headers['idempotency-key'] ?? null }));
    const keyOf = async (more: JsonObject, inputs: Item[] = [{ json: {} }]) =>
      (await sendForItems({ url: server.url, ...more }, { inputs })).map((item) => item.json['key']);
    const [first, second] = await keyOf({ method: 'POST' }, [{ json: {} }, { json: {} }]);
    expect(first).toMatch(/^[0-9a-f-]{36}$/);
    expect(second).not.toBe(first);
    expect(await keyOf({ method: 'DELETE' })).toEqual([first]);
    expect(await keyOf({ method: 'GET' })).toEqual([null]);
    expect(await keyOf({ method: 'POST', sendIdempotencyKey: false })).toEqual([null]);
    const headers = [{ name: 'idempotency-key', value: 'mine' }];
    expect(await keyOf({ method: 'POST', headers })).toEqual(['mine']);
  });

  test('effect class follows the method', () => {
    const effectOf = (method: string) =>
      typeof httpRequest.effect === 'function'
        ? httpRequest.effect(httpRequest.parameters.parse({ url: 'http://a', method }))
        : undefined;
    expect(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'].map(effectOf)).toEqual([
      'idempotent',
      'idempotent',
      ...Array(5).fill('effect'),
    ]);
  });

  test('a URL that an expression broke, an unreachable and a private address', async () => {
    await expect(send({ url: '{{ $json.missing }}/x' })).rejects.toMatchObject({ code: 'HTTP_REQUEST_URL' });
    await expect(send({ url: 'file:///etc/passwd' })).rejects.toMatchObject({ code: 'HTTP_REQUEST_URL' });
    await expect(send({ url: 'http://127.0.0.1:1/' })).rejects.toMatchObject({ code: 'HTTP_CONNECT' });
    await expect(send({ url: 'http://169.254.169.254/' })).rejects.toMatchObject({
      code: 'HTTP_BLOCKED_ADDRESS',
    });
  });
});

describe('responses', () => {
  const answers = new Map<string, [string | undefined, string | Buffer]>([
    ['/object', ['application/json', '{"a":1}']],
    ['/list', ['application/problem+json; charset=utf-8', '[{"a":1},2,[3]]']],
    ['/number', ['application/json', '5']],
    ['/bad', ['application/json', '{"a":']],
    ['/text', ['text/plain; charset=iso-8859-1', Buffer.from([0x63, 0x61, 0x66, 0xe9])]],
    ['/file.bin', ['application/octet-stream', Buffer.from([1, 2, 3])]],
    ['/untyped', [undefined, 'abc']],
    ['/empty', [undefined, '']],
  ]);
  const start = () =>
    serve(({ path }, response) => {
      const [type, body] = answers.get(path)!;
      if (type !== undefined) response.setHeader('content-type', type);
      response.end(body);
    });

  test.each<[string, JsonObject, JsonObject[]]>([
    ['/object', {}, [{ a: 1 }]],
    ['/list', {}, [{ a: 1 }, { value: 2 }, { value: [3] }]],
    ['/list', { splitList: false }, [{ body: [{ a: 1 }, 2, [3]] }]],
    ['/number', {}, [{ body: 5 }]],
    ['/bad', {}, [{ body: '{"a":' }]],
    ['/text', {}, [{ body: 'café' }]],
    ['/untyped', { responseFormat: 'text' }, [{ body: 'abc' }]],
    ['/empty', {}, [{}]],
    ['/object', { responseFormat: 'text' }, [{ body: '{"a":1}' }]],
    ['/object', { method: 'HEAD' }, [{}]],
  ])('%s with %j', async (path, more, expected) => {
    const { url } = await start();
    const items = await sendForItems({ url: url + path, ...more });
    expect(items.map((item) => item.json)).toEqual(expected);
  });

  test('a file becomes an artifact', async () => {
    const { url } = await start();
    const artifacts = new MemoryArtifacts();
    const [item] = await sendForItems({ url: `${url}/file.bin` }, { artifacts });
    expect(item!.json).toEqual({ fileName: 'file.bin', mediaType: 'application/octet-stream', sizeBytes: 3 });
    expect([...(await artifacts.read(item!.binary!['data']!))]).toEqual([1, 2, 3]);
    const [forced] = await sendForItems(
      { url: `${url}/object`, responseFormat: 'binary', binaryField: 'page' },
      { artifacts },
    );
    expect(await artifacts.readText(forced!.binary!['page']!)).toBe('{"a":1}');
  });

  test('JSON that is none fails when JSON was asked for', async () => {
    const { url, requests } = await start();
    await expect(send({ url: `${url}/bad`, responseFormat: 'json' })).rejects.toMatchObject({
      code: 'HTTP_REQUEST_NOT_JSON',
      message: `GET ${url}/bad answered with something that is not JSON: {"a":`,
    });
    expect(requests[0]!.headers.accept).toBe('application/json');
  });

  test('items from a path; nothing there is an error', async () => {
    const { url } = await serve(() => ({ data: { rows: [{ id: 1 }, { id: 2 }] } }));
    const items = await sendForItems({ url, itemsPath: 'data.rows' });
    expect(items.map((item) => item.json)).toEqual([{ id: 1 }, { id: 2 }]);
    await expect(send({ url, itemsPath: 'data.columns' })).rejects.toMatchObject({
      code: 'HTTP_REQUEST_NO_LIST',
    });
  });

  test('the full response', async () => {
    const { url } = await serve((_request, response) => {
      response.statusCode = 201;
      response.setHeader('x-one', 'a');
      return { ok: true };
    });
    const [item] = await sendForItems({ url: `${url}/x?y=1`, fullResponse: true });
    expect(item!.json).toMatchObject({
      status: 201,
      statusText: 'Created',
      url: `${url}/x?y=1`,
      body: { ok: true },
      headers: { 'x-one': 'a', 'content-type': 'application/json' },
    });
  });

  test('never failing on a status gives what the service said', async () => {
    const { url } = await serve((_request, response) => {
      response.statusCode = 404;
      return { reason: 'gone' };
    });
    expect((await sendForItems({ url, neverError: true, itemsPath: 'rows' }))[0]!.json).toEqual({
      reason: 'gone',
    });
    const [full] = await sendForItems({ url, neverError: true, fullResponse: true });
    expect(full!.json['status']).toBe(404);
  });

  test('a response over the limit, and one that takes too long', async () => {
    const { url } = await serve(({ path }) => (path === '/slow' ? new Promise(() => {}) : 'x'.repeat(2_000)));
    await expect(send({ url, maxResponseBytes: 1_000 })).rejects.toMatchObject({ code: 'HTTP_TOO_LARGE' });
    await expect(send({ url: `${url}/slow`, timeoutMs: 50 })).rejects.toMatchObject({ code: 'HTTP_TIMEOUT' });
  });

  test('redirects: followed, refused, or taken as the response', async () => {
    const { url } = await serve(({ path }, response) => {
      if (path === '/there') return { path };
      response.writeHead(302, { location: '/there' }).end();
      return undefined;
    });
    expect((await sendForItems({ url }))[0]!.json).toEqual({ path: '/there' });
    await expect(send({ url, redirects: 'error' })).rejects.toMatchObject({ code: 'HTTP_REDIRECT' });
    await expect(send({ url, maxRedirects: 0 })).rejects.toMatchObject({ code: 'HTTP_REDIRECT' });
    const [manual] = await sendForItems({ url, redirects: 'manual', fullResponse: true });
    expect(manual!.json).toMatchObject({ status: 302, headers: { location: '/there' } });
  });
});

describe('errors by status', () => {
  test('say what happened, with a short excerpt in one line, and whether to try again', async () => {
    const { url } = await serve(({ path }, response) => {
      response.statusCode = Number(path.slice(1));
      response.setHeader('content-type', 'text/html');
      if (path === '/429') response.setHeader('retry-after', '7');
      return `<h1>Sorry</h1>\n\n<p>${'long '.repeat(200)}`;
    });
    const failed = await failureOf(send({ url: `${url}/503?secret=hidden` }));
    expect(failed).toMatchObject({ code: 'HTTP_REQUEST_STATUS', retry: 'default' });
    const message = String(failed['message']);
    expect(
      message.startsWith(`GET ${url}/503 answered 503 Service Unavailable: <h1>Sorry</h1> <p>long long`),
    ).toBe(true);
    expect(message).not.toContain('\n');
    expect(message.length).toBeLessThan(450);
    expect(await failureOf(send({ url: `${url}/429` }))).toMatchObject({ retry: { afterMs: 7_000 } });
    expect(await failureOf(send({ url: `${url}/404` }))).toMatchObject({
      retry: 'never',
      help: expect.stringContaining('nothing at this URL'),
    });
  });

  test('Retry-After as a date counts from the clock of the step', async () => {
    const { url } = await serve((_request, response) => {
      response.writeHead(503, { 'retry-after': 'Thu, 01 Jan 2026 00:02:00 GMT' }).end();
    });
    const failed = await failureOf(send({ url }, { nowMs: Date.UTC(2026, 0, 1, 0, 1) }));
    expect(failed).toMatchObject({ retry: { afterMs: 60_000 } });
    expect(failed['message']).toBe(`GET ${url}/ answered 503 Service Unavailable`);
  });

  test('nothing of a binary response is shown', async () => {
    const { url } = await serve((_request, response) => {
      response.writeHead(500, { 'content-type': 'image/png' }).end('\u0001\u0002canary');
    });
    expect(String((await failureOf(send({ url })))['message'])).not.toContain('canary');
  });
});

describe('pages', () => {
  const rows = Array.from({ length: 7 }, (_, index) => ({ id: index + 1 }));

  test('by number, until one is empty', async () => {
    const server = await serve(({ query }) => rows.slice((Number(query.get('page')) - 1) * 3).slice(0, 3));
    const { outputs, sleptMs } = await send({
      url: `${server.url}/?page=99&keep=1`,
      pagination: { mode: 'page', intervalMs: 50 },
    });
    expect(outputs['main']!.map((item) => item.json)).toEqual(rows);
    expect(outputs['main']!.every((item) => JSON.stringify(item.pairedItem) === '{"item":0}')).toBe(true);
    expect(server.requests.map((request) => request.url)).toEqual(
      [1, 2, 3, 4].map((n) => `/?keep=1&page=${n}`),
    );
    expect(sleptMs).toBe(150);
  });

  test('by offset, on by as many as came', async () => {
    const server = await serve(({ query }) => {
      const from = Number(query.get('skip'));
      return { rows: rows.slice(from, from + 2) };
    });
    const items = await sendForItems({
      url: server.url,
      itemsPath: 'rows',
      pagination: { mode: 'offset', offsetParameter: 'skip', limitParameter: 'take', limit: 5 },
    });
    expect(items.map((item) => item.json)).toEqual(rows);
    expect(server.requests.map((request) => request.url)).toEqual(
      [0, 2, 4, 6, 7].map((skip) => `/?skip=${skip}&take=5`),
    );
  });

  test('by the URL of the next page, relative too, until there is none', async () => {
    const server = await serve(({ query, url }) => {
      const page = Number(query.get('p') ?? 0);
      const next = page === 0 ? `/more?p=1` : page === 1 ? `${server.url}/more?p=2` : null;
      return { url, next };
    });
    const items = await sendForItems({
      url: `${server.url}/first`,
      query: [{ name: 'q', value: 'x' }],
      pagination: { mode: 'next-url', next: '{{ $response.body.next }}' },
    });
    expect(items.map((item) => item.json['url'])).toEqual(['/first?q=x', '/more?p=1', '/more?p=2']);
  });

  test('complete when an expression says so, by body, header or count', async () => {
    const server = await serve(({ query }, response) => {
      response.setHeader('x-last', query.get('page') === '3' ? 'yes' : 'no');
      return { page: query.get('page'), isLast: query.get('page') === '2' };
    });
    const countWith = async (completeWhen: string) =>
      (await sendForItems({ url: server.url, pagination: { mode: 'page', completeWhen } })).length;
    expect(await countWith('{{ $response.body.isLast }}')).toBe(2);
    expect(await countWith("{{ $response.headers['x-last'] === 'yes' }}")).toBe(3);
    expect(await countWith('{{ $pageCount >= 4 }}')).toBe(4);
    expect(await countWith('{{ $response.status !== 200 || $pageCount === 5 }}')).toBe(5);
  });

  test('no more than the most pages, and the log says so', async () => {
    const server = await serve(({ query }) => [{ page: query.get('page') }]);
    const { outputs, logs } = await send({
      url: server.url,
      pagination: { mode: 'page', firstPage: 0, maxPages: 3 },
    });
    expect(outputs['main']!.map((item) => item.json['page'])).toEqual(['0', '1', '2']);
    expect(logs).toEqual(['Stopped after 3 pages, the most that the settings allow; there are more']);
    expect(server.count()).toBe(3);
  });

  test('each page of a method that acts has a key of its own', async () => {
    const server = await serve(({ query }) => (query.get('page') === '3' ? [] : [1]));
    await send({ method: 'POST', url: server.url, pagination: { mode: 'page' } });
    const [first, ...rest] = server.requests.map((request) => request.headers['idempotency-key']);
    expect(rest).toEqual([`${first}-2`, `${first}-3`]);
  });

  test('what can’t end is refused', async () => {
    const server = await serve(({ url }) => ({ next: url }));
    const paged = (pagination: JsonObject) => send({ url: server.url, pagination });
    await expect(paged({ mode: 'page' })).rejects.toThrow(/nothing tells when the pages end/);
    await expect(paged({ mode: 'offset' })).rejects.toThrow(/nothing tells when the pages end/);
    await expect(paged({ mode: 'next-url', next: '{{ $response.body.next }}' })).rejects.toThrow(
      /this page again/,
    );
    await expect(paged({ mode: 'next-url', next: '{{ $response.body }}' })).rejects.toThrow(/is not one/);
    await expect(paged({ mode: 'next-url', next: 'ftp://a/b' })).rejects.toThrow(/is not one/);
    await expect(paged({ mode: 'next-url' })).rejects.toMatchObject({
      code: 'NODE_PARAMETER_INVALID',
      issues: [{ path: '/pagination/next', message: 'is needed to find the next page' }],
    });
  });
});
