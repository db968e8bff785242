import type { RequestListener } from 'node:http';
import { describe, expect, it } from 'vitest';
import { createTestCertificate } from './fixture-certificate.ts';
import { createTestClient, startFixtureServer } from './fixture-server.ts';

/** "/302?to=URL" redirects to URL with that status; every other path answers "arrived". */
const redirector: RequestListener = (request, response) => {
  const { pathname, searchParams } = new URL(request.url!, 'http://x');
  const status = Number(pathname.slice(1));
  if (status >= 300) response.writeHead(status, { location: searchParams.get('to')! }).end('moved');
  else response.end('arrived');
};
const via = (origin: string, status: number, to: string) =>
  `${origin}/${status}?to=${encodeURIComponent(to)}`;
const secret = { Authorization: 'Bearer canary', Cookie: 'sid=canary', 'X-Api-Key': 'canary' };

describe('method and body', () => {
  it.each([
    [301, 'POST', 'GET', ''],
    [302, 'POST', 'GET', ''],
    [303, 'POST', 'GET', ''],
    [307, 'POST', 'POST', 'body'],
    [308, 'POST', 'POST', 'body'],
    [301, 'PUT', 'PUT', 'body'],
    [302, 'DELETE', 'DELETE', 'body'],
    [303, 'PUT', 'GET', ''],
    [303, 'HEAD', 'HEAD', ''],
    [302, 'HEAD', 'HEAD', ''],
    [301, 'GET', 'GET', ''],
  ])('%i turns %s into %s', async (status, method, nextMethod, nextBody) => {
    await using server = await startFixtureServer(redirector);
    await using client = createTestClient({ allowPrivateHosts: [server.host] });
    const hasBody = method !== 'GET' && method !== 'HEAD';
    const response = await client.request({
      method,
      url: via(server.origin, status, '/end?a=1#part'),
      ...(hasBody && { body: 'body' }),
    });
    expect(response).toMatchObject({ status: 200, redirects: 1, url: `${server.origin}/end?a=1` });
    const last = server.received[1]!;
    expect([last.method, last.url, last.body.toString()]).toEqual([nextMethod, '/end?a=1', nextBody]);
    expect(last.headers['content-type']).toBe(nextBody ? 'text/plain;charset=UTF-8' : undefined);
  });

  it.each([300, 304, 305, 306])('%i is no redirect', async (status) => {
    await using server = await startFixtureServer(redirector);
    await using client = createTestClient({ allowPrivateHosts: [server.host] });
    expect(await client.request({ url: via(server.origin, status, '/end') })).toMatchObject({
      status,
      redirects: 0,
    });
  });

  it('a redirect without Location is a response', async () => {
    await using server = await startFixtureServer((_, response) => response.writeHead(302).end('here'));
    await using client = createTestClient({ allowPrivateHosts: [server.host] });
    expect((await client.request({ url: server.origin })).body.toString()).toBe('here');
  });
});

describe('modes and limits', () => {
  it('manual gives the redirect itself, error refuses it', async () => {
    await using server = await startFixtureServer(redirector);
    await using client = createTestClient({ allowPrivateHosts: [server.host] });
    const url = via(server.origin, 302, '/end');
    const response = await client.request({ url, redirect: 'manual' });
    expect([response.status, response.headers['location'], response.body.toString()]).toEqual([
      302,
      '/end',
      'moved',
    ]);
    await expect(client.request({ url, redirect: 'error' })).rejects.toMatchObject({
      code: 'HTTP_REDIRECT',
      kind: 'user',
      message: `The redirect that ${server.origin}/302 answered with was not followed: this request does not follow redirects.`,
    });
    expect(server.received.length).toBe(2);
  });

  it('ends a loop at the limit', async () => {
    await using server = await startFixtureServer((_, response) =>
      response.writeHead(302, { location: '/' }).end(),
    );
    await using client = createTestClient({ allowPrivateHosts: [server.host], maxRedirects: 3 });
    await expect(client.request({ url: server.origin })).rejects.toMatchObject({ code: 'HTTP_REDIRECT' });
    expect(server.received.length).toBe(4);
    await expect(client.request({ url: server.origin, maxRedirects: 0 })).rejects.toMatchObject({
      code: 'HTTP_REDIRECT',
    });
    expect(server.received.length).toBe(5);
  });

  it('reads a Location with raw UTF-8', async () => {
    await using server = await startFixtureServer((request, response) => {
      const location = Buffer.from('/fin-é').toString('latin1');
      if (request.url === '/') response.writeHead(302, { location });
      response.end();
    });
    await using client = createTestClient({ allowPrivateHosts: [server.host] });
    expect((await client.request({ url: server.origin })).url).toBe(`${server.origin}/fin-%C3%A9`);
  });
});

describe('targets', () => {
  it.each([
    ['http://169.254.169.254/latest/', 'HTTP_BLOCKED_ADDRESS'],
    ['http://[::ffff:10.0.0.1]/', 'HTTP_BLOCKED_ADDRESS'],
    ['http://2130706433:1/', 'HTTP_BLOCKED_ADDRESS'],
    ['//127.0.0.1:1/', 'HTTP_BLOCKED_ADDRESS'],
    ['\\\\127.0.0.1:1\\', 'HTTP_BLOCKED_ADDRESS'],
    ['file:///etc/passwd', 'HTTP_INVALID_URL'],
    ['gopher://127.0.0.1/', 'HTTP_INVALID_URL'],
    ['http://user:canary@127.0.0.1/', 'HTTP_INVALID_URL'],
    ['http://', 'HTTP_INVALID_URL'],
    [`/${'a'.repeat(16_384)}`, 'HTTP_INVALID_URL'],
  ])('refuses a redirect to %s', async (location, code) => {
    await using server = await startFixtureServer((_, response) =>
      response.writeHead(302, { location }).end(),
    );
    await using client = createTestClient({ allowPrivateHosts: [server.host] });
    const error = await client.request({ url: server.origin }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code, kind: 'user', retry: 'never' });
    expect(JSON.stringify([String(error), error])).not.toContain('canary');
    expect(server.received.length).toBe(1);
  });

  it('refuses a redirect from an allowed server to a closed one', async () => {
    await using closed = await startFixtureServer((_, response) => response.end('secret'));
    await using server = await startFixtureServer(redirector);
    await using client = createTestClient({ allowPrivateHosts: [server.host] });
    for (const status of [301, 302, 303, 307, 308])
      await expect(client.request({ url: via(server.origin, status, closed.origin) })).rejects.toMatchObject({
        code: 'HTTP_BLOCKED_ADDRESS',
      });
    expect(closed.received).toEqual([]);
  });

  it('holds every hop to the allowed hosts of the step', async () => {
    await using other = await startFixtureServer((_, response) => response.end());
    await using server = await startFixtureServer(redirector);
    await using client = createTestClient({ allowPrivateHosts: ['127.0.0.1'] });
    const url = via(server.origin, 307, other.origin);
    await expect(client.request({ url, allowedHosts: [server.host] })).rejects.toMatchObject({
      code: 'HTTP_BLOCKED_HOST',
    });
    expect(other.received).toEqual([]);
    expect((await client.request({ url, allowedHosts: [server.host, other.host] })).redirects).toBe(1);
  });

  it('names the hop that failed', async () => {
    let gone: string;
    {
      await using server = await startFixtureServer(redirector);
      gone = server.origin;
    }
    await using server = await startFixtureServer(redirector);
    await using client = createTestClient({ allowPrivateHosts: ['127.0.0.1'] });
    await expect(client.request({ url: via(server.origin, 302, `${gone}/x?canary`) })).rejects.toMatchObject({
      code: 'HTTP_CONNECT',
      params: { url: gone, reason: 'ECONNREFUSED' },
    });
  });
});

describe('credentials', () => {
  it('stay on their origin', async () => {
    await using other = await startFixtureServer(redirector);
    await using server = await startFixtureServer(redirector);
    await using client = createTestClient({ allowPrivateHosts: ['127.0.0.1'] });
    const headers = { ...secret, 'X-Custom': 'canary', Accept: 'text/html', Range: 'bytes=0-' };
    await client.request({ url: via(server.origin, 302, '/same'), headers });
    expect(server.received[1]!.headers).toMatchObject({
      authorization: 'Bearer canary',
      'x-api-key': 'canary',
    });

    // Away and back again: what was dropped stays dropped.
    await client.request({
      url: via(server.origin, 302, via(other.origin, 302, `${server.origin}/back`)),
      headers,
    });
    for (const received of [other.received[0]!, server.received.at(-1)!]) {
      expect(received.headers).toMatchObject({ accept: 'text/html', range: 'bytes=0-' });
      expect(JSON.stringify(received.rawHeaders)).not.toContain('canary');
    }
  });

  it('are not taken along to another name of the same address', async () => {
    await using server = await startFixtureServer(redirector);
    await using client = createTestClient({
      allowPrivateHosts: ['127.0.0.1'],
      lookup: async () => [{ address: '127.0.0.1', family: 4 }],
    });
    await client.request({
      url: via(server.origin, 307, `http://other.test:${server.port}/end`),
      headers: secret,
    });
    expect(server.received[1]!.headers.host).toBe(`other.test:${server.port}`);
    expect(JSON.stringify(server.received[1]!.rawHeaders)).not.toContain('canary');
  });
});

describe('TLS', () => {
  const certificate = createTestCertificate('secure.test');
  const lookup = async () => [{ address: '127.0.0.1', family: 4 as const }];

  it('trusts only what is signed, and only for its name', async () => {
    await using server = await startFixtureServer(redirector, { tls: certificate });
    const allowPrivateHosts = ['127.0.0.1'];
    await using stranger = createTestClient({ allowPrivateHosts, lookup });
    const url = `https://secure.test:${server.port}/a`;
    await expect(stranger.request({ url: `${url}?canary` })).rejects.toMatchObject({
      code: 'HTTP_TLS',
      retry: 'never',
      params: { url: `https://secure.test:${server.port}`, reason: 'DEPTH_ZERO_SELF_SIGNED_CERT' },
    });
    await using client = createTestClient({
      allowPrivateHosts,
      lookup,
      extraCaCertificates: [certificate.cert],
    });
    expect((await client.request({ url })).body.toString()).toBe('arrived');
    await expect(client.request({ url: `https://other.test:${server.port}/` })).rejects.toMatchObject({
      code: 'HTTP_TLS',
      params: { reason: 'ERR_TLS_CERT_ALTNAME_INVALID' },
    });
    await using plain = await startFixtureServer(redirector);
    await expect(client.request({ url: `https://secure.test:${plain.port}/` })).rejects.toMatchObject({
      code: 'HTTP_TLS',
    });
  });

  it('is not given up with credentials or a body at stake', async () => {
    await using plain = await startFixtureServer(redirector);
    await using server = await startFixtureServer(redirector, { tls: certificate });
    await using client = createTestClient({
      allowPrivateHosts: ['127.0.0.1'],
      lookup,
      extraCaCertificates: [certificate.cert],
    });
    const origin = `https://secure.test:${server.port}`;
    const refused = {
      code: 'HTTP_REDIRECT',
      message: expect.stringContaining('from https to unencrypted http'),
    };
    for (const [name, value] of Object.entries(secret))
      await expect(
        client.request({ url: via(origin, 302, plain.origin), headers: { [name]: value } }),
      ).rejects.toMatchObject(refused);
    await expect(
      client.request({ method: 'POST', url: via(origin, 307, plain.origin), body: 'canary' }),
    ).rejects.toMatchObject(refused);
    expect(plain.received).toEqual([]);

    expect((await client.request({ url: via(origin, 302, plain.origin) })).redirects).toBe(1);
    expect(
      (await client.request({ url: via(plain.origin, 302, `${origin}/end`), headers: secret })).redirects,
    ).toBe(1);
    expect(JSON.stringify(server.received.at(-1)!.rawHeaders)).not.toContain('canary');
  });
});
