import { expect, it } from 'vitest';
import { createTestClient, startFixtureServer } from './fixture-server.ts';

it('sends what it is given and returns what comes back', async () => {
  await using server = await startFixtureServer((_, response) => {
    response.writeHead(418, 'Short and stout', [
      ...[
        'X-A',
        '1',
        'x-a',
        '2',
        'Set-Cookie',
        'a=1, b',
        'set-cookie',
        'c=2',
        '__proto__',
        'x',
        'constructor',
        'y',
      ],
      ...['Content-Type', 'text/plain'],
    ]);
    response.end('tea');
  });
  await using client = createTestClient({ allowPrivateHosts: [server.host] });
  const response = await client.request({
    method: 'put',
    url: `${server.origin}/a b?q=é&r=1#fragment`,
    headers: { 'X-Trace': 'yes', Accept: 'text/plain', 'x-list': ['1', '2'], 'x-none': undefined },
    body: 'héllo',
  });
  expect(response).toMatchObject({
    status: 418,
    statusText: 'Short and stout',
    url: `${server.origin}/a%20b?q=%C3%A9&r=1`,
    redirects: 0,
  });
  expect(response.body.toString()).toBe('tea');
  expect(response.durationMs).toBeGreaterThanOrEqual(0);
  const { headers } = response;
  expect(Object.getPrototypeOf(headers)).toBeNull();
  expect(headers['x-a']).toBe('1, 2');
  expect(headers['set-cookie']).toEqual(['a=1, b', 'c=2']);
  expect(Object.keys(headers)).toContain('__proto__');
  expect(headers['constructor']).toBe('y');

  const [received] = server.received;
  expect(received).toMatchObject({ method: 'PUT', url: '/a%20b?q=%C3%A9&r=1' });
  expect(received!.body.toString()).toBe('héllo');
  expect(received!.headers).toEqual({
    host: server.host,
    connection: 'keep-alive',
    accept: 'text/plain',
    'accept-encoding': 'gzip, deflate, br',
    'user-agent': 'Navette',
    'content-type': 'text/plain;charset=UTF-8',
    'content-length': '6',
    'x-trace': 'yes',
    'x-list': '1, 2',
  });
  expect(received!.rawHeaders).toContain('X-Trace');
});

it('encodes each kind of body, and lets the caller name the media type of all but multipart', async () => {
  await using server = await startFixtureServer((_, response) => response.end());
  await using client = createTestClient({ allowPrivateHosts: [server.host] });
  const post = { method: 'POST', url: server.origin };
  await client.request({ ...post, body: new URLSearchParams({ a: '1 2', é: '&' }) });
  await client.request({ ...post, body: new Uint8Array([0, 255, 10]) });
  await client.request({ ...post, body: '{}', headers: { 'Content-Type': 'application/json' } });
  const parts = [{ name: 'f', filename: 'a.bin', data: new Uint8Array([1, 2]) }];
  await client.request({ ...post, body: parts, headers: { 'Content-Type': 'multipart/form-data' } });
  await client.request(post);
  const [form, bytes, json, multipart, none] = server.received;
  expect([form!.headers['content-type'], form!.body.toString()]).toEqual([
    'application/x-www-form-urlencoded;charset=UTF-8',
    'a=1+2&%C3%A9=%26',
  ]);
  expect([bytes!.headers['content-type'], [...bytes!.body]]).toEqual([undefined, [0, 255, 10]]);
  expect([json!.headers['content-type'], json!.body.toString()]).toEqual(['application/json', '{}']);
  expect(multipart!.headers['content-type']).toMatch(/^multipart\/form-data; boundary=navette-[0-9a-f]{32}$/);
  expect(multipart!.body.toString('latin1')).toContain('filename="a.bin"');
  expect([none!.headers['content-type'], none!.headers['content-length'], none!.body.length]).toEqual([
    undefined,
    '0',
    0,
  ]);
});

it('asks for an uncompressed file when a file is expected', async () => {
  await using server = await startFixtureServer((_, response) => response.end());
  await using client = createTestClient({ allowPrivateHosts: [server.host] });
  await client.request({ url: server.origin, expectBinary: true });
  expect(server.received[0]!.headers['accept-encoding']).toBe('identity');
});

it.each([
  ['X-A', 'a\r\nX-Evil: canary'],
  ['X-A', 'canary\n'],
  ['X-A', 'canary\r'],
  ['X-A', 'canary\0'],
  ['X-A', 'canary\u010a'],
  ['X-A', 'canary 😀'],
  ['X-A\r\nX-Evil', 'canary'],
  ['X A', 'canary'],
  ['X-A:', 'canary'],
  [':authority', 'canary'],
  ['', 'canary'],
  ['é', 'canary'],
  ['Host', 'canary.test'],
  ['host', 'canary.test'],
  ['Content-Length', '0'],
  ['Transfer-Encoding', 'chunked'],
  ['Connection', 'x-canary'],
  ['Keep-Alive', 'timeout=canary'],
  ['Upgrade', 'canary'],
  ['TE', 'canary'],
  ['Trailer', 'canary'],
  ['Expect', '100-continue'],
  ['Proxy-Authorization', 'Basic canary'],
  ['X-Large', 'canary'.repeat(6_000)],
])('refuses the header %j: %j', async (name, value) => {
  await using server = await startFixtureServer((_, response) => response.end());
  await using client = createTestClient({ allowPrivateHosts: [server.host] });
  const headers = { [name]: value };
  const error = await client.request({ url: server.origin, headers }).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'HTTP_INVALID_HEADER', kind: 'user', retry: 'never' });
  expect(JSON.stringify([String(error), error])).not.toContain('canary');
  expect(server.received).toEqual([]);
});

it.each([
  { method: 'CONNECT' },
  { method: 'trace' },
  { method: 'GET / HTTP/1.1\r\nX: ' },
  { method: '' },
  { timeoutMs: 0 },
  { timeoutMs: 1.5 },
  { timeoutMs: Number.POSITIVE_INFINITY },
  { timeoutMs: Number.NaN },
  { maxResponseBytes: -1 },
  { maxRedirects: Number.NaN },
  { body: { a: 1 } as never },
])('refuses the setting %j', async (setting) => {
  await using client = createTestClient();
  await expect(client.request({ url: 'http://127.0.0.1/', ...setting })).rejects.toMatchObject({
    code: 'HTTP_INVALID_REQUEST',
    kind: 'user',
  });
});

it('keeps connections', async () => {
  let connections = 0;
  await using server = await startFixtureServer((_, response) => response.end('ok'));
  server.server.on('connection', () => connections++);
  await using client = createTestClient({ allowPrivateHosts: [server.host] });
  for (let i = 0; i < 20; i++) await client.request({ url: server.origin });
  expect(server.received.length).toBe(20);
  // A second one may be opened while the first still finishes its exchange.
  expect(connections).toBeLessThanOrEqual(2);
});

it('closes after the requests under way and takes no more', async () => {
  const arrived = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<void>();
  await using server = await startFixtureServer((_, response) => {
    arrived.resolve();
    answer.promise.then(() => response.end('late'));
  });
  const client = createTestClient({ allowPrivateHosts: [server.host] });
  const underWay = client.request({ url: server.origin });
  await arrived.promise;
  const closed = client.close();
  await expect(client.request({ url: `${server.origin}/?canary` })).rejects.toMatchObject({
    code: 'HTTP_CLOSED',
    retry: 'default',
    params: { url: `${server.origin}/` },
  });
  answer.resolve();
  expect((await underWay).body.toString()).toBe('late');
  await closed;
  expect(server.received.length).toBe(1);
});

it('reports a closed port as never sent, and a broken connection as perhaps received', async () => {
  let port: number;
  {
    await using gone = await startFixtureServer((_, response) => response.end());
    port = gone.port;
  }
  await using server = await startFixtureServer((request, response) => {
    if (request.url === '/half') response.writeHead(200, { 'content-length': '10' }).write('half');
    response.socket!.end();
  });
  await using client = createTestClient({ allowPrivateHosts: ['127.0.0.1'] });
  await expect(client.request({ url: `http://127.0.0.1:${port}/?canary` })).rejects.toMatchObject({
    code: 'HTTP_CONNECT',
    kind: 'operational',
    retry: 'default',
    message: `No connection to http://127.0.0.1:${port} could be opened (ECONNREFUSED); nothing was sent.`,
  });
  for (const path of ['/', '/half'])
    await expect(client.request({ url: server.origin + path })).rejects.toMatchObject({
      code: 'HTTP_CONNECTION_LOST',
      kind: 'operational',
      retry: 'default',
    });
});

it('reports what is not HTTP', async () => {
  await using server = await startFixtureServer((_, response) => response.end());
  server.server.removeAllListeners('connection');
  server.server.on('connection', (socket) => {
    socket.on('error', () => {}).write('SSH-2.0-canary\r\n');
    socket.destroySoon();
  });
  await using client = createTestClient({ allowPrivateHosts: [server.host] });
  const error = await client.request({ url: server.origin }).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'HTTP_BAD_RESPONSE', kind: 'operational' });
  expect(JSON.stringify([String(error), error])).not.toContain('canary');
});

it('ends by the signal of the caller, before, during and inside the body', async () => {
  const open: { arrived: () => void; closed: () => void }[] = [];
  await using server = await startFixtureServer((request, response) => {
    const { arrived, closed } = open.shift()!;
    response.on('close', closed);
    if (request.url === '/body') response.write('some');
    arrived();
  });
  let lookups = 0;
  const lookup = async () => {
    lookups++;
    return [];
  };
  await using client = createTestClient({ allowPrivateHosts: [server.host], lookup });
  const signal = AbortSignal.abort();
  await expect(client.request({ url: 'http://early.test/', signal })).rejects.toMatchObject({
    code: 'HTTP_ABORTED',
  });
  expect(lookups).toBe(0);
  for (const path of ['/head', '/body']) {
    const stop = new AbortController();
    const arrived = Promise.withResolvers<void>();
    const closed = Promise.withResolvers<void>();
    open.push({ arrived: arrived.resolve, closed: closed.resolve });
    const request = client.request({ url: server.origin + path, signal: stop.signal });
    await arrived.promise;
    const reason = new Error('cancelled');
    stop.abort(reason);
    await expect(request).rejects.toMatchObject({ code: 'HTTP_ABORTED', retry: 'never', cause: reason });
    await closed.promise;
  }
});
