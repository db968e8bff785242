import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { createTestClient, startFixtureServer } from './fixture-server.ts';

const text = 'The shuttle carries the thread through the loom. '.repeat(500);

describe('time', () => {
  it('covers the wait for the head', async () => {
    await using server = await startFixtureServer(() => {});
    await using client = createTestClient({ allowPrivateHosts: [server.host] });
    await expect(client.request({ url: `${server.origin}/a?canary`, timeoutMs: 50 })).rejects.toMatchObject({
      code: 'HTTP_TIMEOUT',
      kind: 'operational',
      retry: 'default',
      message: `There was no complete response from ${server.origin}/a within 50 ms.`,
    });
  });

  it('covers the whole body, however steadily it drips', async () => {
    await using server = await startFixtureServer((_, response) => {
      const drip = setInterval(() => response.write('.'), 5);
      response.on('close', () => clearInterval(drip));
    });
    await using client = createTestClient({ allowPrivateHosts: [server.host] });
    const closed = once(server.server, 'request').then(([, response]) =>
      once(response as ServerResponse, 'close'),
    );
    await expect(client.request({ url: server.origin, timeoutMs: 100 })).rejects.toMatchObject({
      code: 'HTTP_TIMEOUT',
    });
    await closed;
  });

  it('covers heads that never end', async () => {
    await using server = await startFixtureServer((_, response) => {
      const drip = setInterval(() => response.writeProcessing(), 5);
      response.on('close', () => clearInterval(drip));
    });
    await using client = createTestClient({ allowPrivateHosts: [server.host] });
    await expect(client.request({ url: server.origin, timeoutMs: 100 })).rejects.toMatchObject({
      code: 'HTTP_TIMEOUT',
    });
  });

  it('covers a name that is never resolved, as does the signal', async () => {
    const lookup = () => new Promise<never>(() => {});
    await using client = createTestClient({ lookup, defaultTimeoutMs: 50 });
    await expect(client.request({ url: 'http://slow.test/' })).rejects.toMatchObject({
      code: 'HTTP_TIMEOUT',
    });
    const stop = new AbortController();
    const request = client.request({ url: 'http://slow.test/', signal: stop.signal, timeoutMs: 60_000 });
    stop.abort();
    await expect(request).rejects.toMatchObject({ code: 'HTTP_ABORTED' });
  });

  it('covers all redirects together', async () => {
    await using server = await startFixtureServer((request, response) => {
      if (request.url!.length < 5) response.writeHead(302, { location: `${request.url}x` }).end();
    });
    await using client = createTestClient({ allowPrivateHosts: [server.host] });
    // Long enough for the redirects on a machine that has more to do; the last request is never answered.
    await expect(client.request({ url: server.origin, timeoutMs: 2_000 })).rejects.toMatchObject({
      code: 'HTTP_TIMEOUT',
    });
    expect(server.received.map(({ url }) => url)).toEqual(['/', '/x', '/xx', '/xxx', '/xxxx']);
  });
});

describe('size', () => {
  const send = (response: ServerResponse, bytes: Buffer, coding?: string) => {
    if (coding) response.setHeader('content-encoding', coding);
    response.on('error', () => {}).end(bytes);
  };
  const tooLarge = expect.objectContaining({ code: 'HTTP_TOO_LARGE', kind: 'user', retry: 'never' });

  it('takes a body of exactly the limit and no byte more, announced or not', async () => {
    await using server = await startFixtureServer((request, response) => {
      if (request.url === '/chunked') response.write('');
      else response.setHeader('content-length', 1000);
      response.end(Buffer.alloc(1000));
    });
    await using client = createTestClient({ allowPrivateHosts: [server.host] });
    for (const path of ['/', '/chunked']) {
      const url = server.origin + path;
      expect((await client.request({ url, maxResponseBytes: 1000 })).body.length).toBe(1000);
      await expect(client.request({ url, maxResponseBytes: 999 })).rejects.toEqual(tooLarge);
    }
    expect((await client.request({ method: 'HEAD', url: server.origin, maxResponseBytes: 10 })).status).toBe(
      200,
    );
  });

  it('lets a request lower the limits of the client but not raise them', async () => {
    await using server = await startFixtureServer((request, response) => {
      if (request.url === '/') response.end(Buffer.alloc(1000));
      else response.writeHead(302, { location: '/again' }).end();
    });
    await using client = createTestClient({
      allowPrivateHosts: [server.host],
      maxResponseBytes: 999,
      maxRedirects: 1,
    });
    await expect(client.request({ url: server.origin, maxResponseBytes: 5000 })).rejects.toEqual(tooLarge);
    await expect(client.request({ url: `${server.origin}/a`, maxRedirects: 9 })).rejects.toMatchObject({
      message: expect.stringContaining('more than 1 redirects'),
    });
  });

  it('ends a body that goes on for ever', async () => {
    await using server = await startFixtureServer((_, response) => {
      const pour = () => {
        while (!response.destroyed && response.write(Buffer.alloc(16_384))) {}
      };
      response.on('drain', pour).on('error', () => {});
      pour();
    });
    await using client = createTestClient({ allowPrivateHosts: [server.host] });
    const closed = once(server.server, 'request').then(([, response]) =>
      once(response as ServerResponse, 'close'),
    );
    await expect(client.request({ url: server.origin })).rejects.toEqual(tooLarge);
    await closed;
  });

  it.each([
    ['gzip', gzipSync(text)],
    ['x-gzip', gzipSync(text)],
    ['GZIP, identity', gzipSync(text)],
    ['deflate', deflateSync(text)],
    ['deflate', deflateRawSync(text)],
    ['br', brotliCompressSync(text)],
  ])('decodes %s', async (coding, bytes) => {
    await using server = await startFixtureServer((_, response) => send(response, bytes, coding));
    await using client = createTestClient({ allowPrivateHosts: [server.host] });
    const { body, headers } = await client.request({ url: server.origin });
    expect(body.toString()).toBe(text);
    expect([headers['content-encoding'], headers['content-length']]).toEqual([undefined, undefined]);
    const exact = Buffer.byteLength(text);
    expect((await client.request({ url: server.origin, maxResponseBytes: exact })).body.length).toBe(exact);
    await expect(client.request({ url: server.origin, maxResponseBytes: exact - 1 })).rejects.toEqual(
      tooLarge,
    );
  });

  const zeros = Buffer.alloc(64 * 1024 * 1024);
  it.each([
    ['gzip', gzipSync(zeros)],
    ['deflate', deflateSync(zeros)],
    ['br', brotliCompressSync(zeros)],
    ['gzip', Buffer.concat(Array<Buffer>(20_000).fill(gzipSync('')))],
  ])('stops a %s bomb', async (coding, bomb) => {
    await using server = await startFixtureServer((_, response) => {
      // Without announcing a length.
      response
        .on('error', () => {})
        .writeHead(200, { 'content-encoding': coding, 'transfer-encoding': 'chunked' });
      response.end(bomb);
    });
    await using client = createTestClient({ allowPrivateHosts: [server.host], maxResponseBytes: 200_000 });
    expect(bomb.length).toBeLessThan(zeros.length / 100);
    await expect(client.request({ url: server.origin })).rejects.toEqual(tooLarge);
  });

  it.each([
    ['gzip', gzipSync(text).subarray(0, -1)],
    ['gzip', Buffer.from('not compressed, canary')],
    ['deflate', deflateSync(text).subarray(0, -1)],
    ['br', brotliCompressSync(text).subarray(0, -1)],
    ['br', Buffer.from('not compressed, canary')],
    ['gzip, gzip', gzipSync(gzipSync(text))],
  ])('reports damaged %s', async (coding, bytes) => {
    await using server = await startFixtureServer((_, response) => send(response, bytes, coding));
    await using client = createTestClient({ allowPrivateHosts: [server.host] });
    const error = await client.request({ url: server.origin }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'HTTP_BAD_RESPONSE', kind: 'operational', retry: 'default' });
    expect(JSON.stringify([String(error), error])).not.toContain('canary');
  });

  it('leaves an unknown coding and an empty body as they are', async () => {
    await using server = await startFixtureServer((request, response) => {
      send(
        response,
        request.url === '/empty' ? Buffer.alloc(0) : Buffer.from('zzz'),
        request.url === '/zstd' ? 'zstd' : 'gzip',
      );
    });
    await using client = createTestClient({ allowPrivateHosts: [server.host] });
    const unknown = await client.request({ url: `${server.origin}/zstd` });
    expect([unknown.body.toString(), unknown.headers['content-encoding']]).toEqual(['zzz', 'zstd']);
    expect((await client.request({ url: `${server.origin}/empty` })).body.length).toBe(0);
    expect((await client.request({ method: 'HEAD', url: server.origin })).headers['content-encoding']).toBe(
      'gzip',
    );
  });

  it('limits the head', async () => {
    await using server = await startFixtureServer((_, response) => {
      response.setHeader('x-large', 'canary'.repeat(6_000)).end();
    });
    await using client = createTestClient({ allowPrivateHosts: [server.host] });
    await expect(client.request({ url: server.origin })).rejects.toMatchObject({
      code: 'HTTP_TOO_LARGE',
      message: `The head of the response from ${server.origin}/ is larger than 32768 bytes.`,
    });
  });
});

it('lets hundreds of requests to one server be under way at once', async () => {
  const count = 200;
  const all = Promise.withResolvers<void>();
  let open = 0;
  await using server = await startFixtureServer(async (_, response) => {
    open += 1;
    if (open === count) all.resolve();
    await all.promise;
    response.end('ok');
  });
  await using client = createTestClient({ allowPrivateHosts: [server.host] });
  const requests = Array.from({ length: count }, () => client.request({ url: server.origin }));
  const statuses = (await Promise.all(requests)).map(({ status }) => status);
  expect(statuses).toEqual(new Array(count).fill(200));
});
