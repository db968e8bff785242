import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestClient, type FixtureServer, startFixtureServer } from './fixture-server.ts';
import type { ResolvedAddress } from './guarded-connector.ts';

let server: FixtureServer;
beforeAll(async () => {
  server = await startFixtureServer((_, response) => response.end('inside'));
});
afterAll(() => server[Symbol.asyncDispose]());

const ipv4 = (address: string): ResolvedAddress => ({ address, family: 4 });
const failsWith = (code: string) => expect.objectContaining({ code });

/** Every URL must be refused by a client without allow-list; PORT is that of a server which would answer. */
const refused: [string, string][] = [
  // Loopback in every spelling
  ['http://127.0.0.1:PORT/', 'HTTP_BLOCKED_ADDRESS'],
  ['http://127.0.0.1.:PORT/', 'HTTP_BLOCKED_ADDRESS'],
  ['http://127.1:PORT/', 'HTTP_BLOCKED_ADDRESS'],
  ['http://127.0.1:PORT/', 'HTTP_BLOCKED_ADDRESS'],
  ['http://127.127.127.127:PORT/', 'HTTP_BLOCKED_ADDRESS'],
  ['http://2130706433:PORT/', 'HTTP_BLOCKED_ADDRESS'],
  ['http://0x7f000001:PORT/', 'HTTP_BLOCKED_ADDRESS'],
  ['http://0X7F.0.0.0x1:PORT/', 'HTTP_BLOCKED_ADDRESS'],
  ['http://0x7f.1:PORT/', 'HTTP_BLOCKED_ADDRESS'],
  ['http://0177.0.0.1:PORT/', 'HTTP_BLOCKED_ADDRESS'],
  ['http://017700000001:PORT/', 'HTTP_BLOCKED_ADDRESS'],
  ['http://0177.0.0x0.1:PORT/', 'HTTP_BLOCKED_ADDRESS'],
  ['http://00000177.00.00.01:PORT/', 'HTTP_BLOCKED_ADDRESS'],
  ['http://１２７.0.0.1:PORT/', 'HTTP_BLOCKED_ADDRESS'],
  ['http://①②⑦.⓪.⓪.①:PORT/', 'HTTP_BLOCKED_ADDRESS'],
  ['http://127。0。0。1:PORT/', 'HTTP_BLOCKED_ADDRESS'],
  ['http://%31%32%37.0.0.1:PORT/', 'HTTP_BLOCKED_ADDRESS'],
  ['http:127.0.0.1:PORT/', 'HTTP_BLOCKED_ADDRESS'],
  ['http:\\\\127.0.0.1:PORT\\', 'HTTP_BLOCKED_ADDRESS'],
  ['http:///127.0.0.1:PORT/', 'HTTP_BLOCKED_ADDRESS'],
  ['HTTP://127.0.0.1:PORT/', 'HTTP_BLOCKED_ADDRESS'],
  ['  http://127.0.0.1:PORT/  ', 'HTTP_BLOCKED_ADDRESS'],
  ['https://127.0.0.1:PORT/', 'HTTP_BLOCKED_ADDRESS'],
  ['http://localhost:PORT/', 'HTTP_BLOCKED_ADDRESS'],
  ['http://LOCALHOST:PORT/', 'HTTP_BLOCKED_ADDRESS'],
  ['http://127.0.0.1:PORT/?http://example.com/', 'HTTP_BLOCKED_ADDRESS'],
  ['http://127.0.0.1:PORT/#@example.com/', 'HTTP_BLOCKED_ADDRESS'],
  // The machine itself, by the unspecified address
  ['http://0.0.0.0:PORT/', 'HTTP_BLOCKED_ADDRESS'],
  ['http://0:PORT/', 'HTTP_BLOCKED_ADDRESS'],
  ['http://0x0:PORT/', 'HTTP_BLOCKED_ADDRESS'],
  ['http://0.0.0.1:PORT/', 'HTTP_BLOCKED_ADDRESS'],
  ['http://[::]:PORT/', 'HTTP_BLOCKED_ADDRESS'],
  // IPv6 forms, several of which carry an IPv4 destination
  ['http://[::1]:PORT/', 'HTTP_BLOCKED_ADDRESS'],
  ['http://[0:0:0:0:0:0:0:1]:PORT/', 'HTTP_BLOCKED_ADDRESS'],
  ['http://[0000::0001]:PORT/', 'HTTP_BLOCKED_ADDRESS'],
  ['http://[::ffff:127.0.0.1]:PORT/', 'HTTP_BLOCKED_ADDRESS'],
  ['http://[::ffff:7f00:1]:PORT/', 'HTTP_BLOCKED_ADDRESS'],
  ['http://[0:0:0:0:0:ffff:7f00:0001]:PORT/', 'HTTP_BLOCKED_ADDRESS'],
  ['http://[::ffff:0.0.0.0]:PORT/', 'HTTP_BLOCKED_ADDRESS'],
  ['http://[::127.0.0.1]:PORT/', 'HTTP_BLOCKED_ADDRESS'],
  ['http://[::ffff:0:127.0.0.1]:PORT/', 'HTTP_BLOCKED_ADDRESS'],
  ['http://[64:ff9b::127.0.0.1]:PORT/', 'HTTP_BLOCKED_ADDRESS'],
  ['http://[64:ff9b:1::127.0.0.1]:PORT/', 'HTTP_BLOCKED_ADDRESS'],
  ['http://[2002:7f00:1::]:PORT/', 'HTTP_BLOCKED_ADDRESS'],
  ['http://[2001:0:7f00:1::80ff:fffe]:PORT/', 'HTTP_BLOCKED_ADDRESS'],
  ['http://[fc00::1]/', 'HTTP_BLOCKED_ADDRESS'],
  ['http://[fd00:ec2::254]/latest/meta-data/', 'HTTP_BLOCKED_ADDRESS'],
  ['http://[fe80::1]/', 'HTTP_BLOCKED_ADDRESS'],
  ['http://[ff02::1]/', 'HTTP_BLOCKED_ADDRESS'],
  ['http://[2001:db8::1]/', 'HTTP_BLOCKED_ADDRESS'],
  // Cloud metadata
  ['http://169.254.169.254/latest/meta-data/iam/', 'HTTP_BLOCKED_ADDRESS'],
  ['http://2852039166/', 'HTTP_BLOCKED_ADDRESS'],
  ['http://0xa9fea9fe/', 'HTTP_BLOCKED_ADDRESS'],
  ['http://0251.0376.0251.0376/', 'HTTP_BLOCKED_ADDRESS'],
  ['http://169.254.43518/', 'HTTP_BLOCKED_ADDRESS'],
  ['http://[::ffff:169.254.169.254]/', 'HTTP_BLOCKED_ADDRESS'],
  ['http://[::ffff:a9fe:a9fe]/', 'HTTP_BLOCKED_ADDRESS'],
  ['http://[64:ff9b::a9fe:a9fe]/', 'HTTP_BLOCKED_ADDRESS'],
  ['http://169.254.170.2/v2/credentials', 'HTTP_BLOCKED_ADDRESS'],
  ['http://100.100.100.200/', 'HTTP_BLOCKED_ADDRESS'],
  ['http://168.63.129.16/', 'HTTP_BLOCKED_ADDRESS'],
  // Inner networks and the rest of what is not the internet
  ['http://10.0.0.1/', 'HTTP_BLOCKED_ADDRESS'],
  ['http://012.1.2.3/', 'HTTP_BLOCKED_ADDRESS'],
  ['http://172.16.0.1/', 'HTTP_BLOCKED_ADDRESS'],
  ['http://172.31.255.255/', 'HTTP_BLOCKED_ADDRESS'],
  ['http://192.168.0.1/', 'HTTP_BLOCKED_ADDRESS'],
  ['http://192.168.257/', 'HTTP_BLOCKED_ADDRESS'],
  ['http://3232235521/', 'HTTP_BLOCKED_ADDRESS'],
  ['http://100.64.0.1/', 'HTTP_BLOCKED_ADDRESS'],
  ['http://192.0.2.1/', 'HTTP_BLOCKED_ADDRESS'],
  ['http://198.18.0.1/', 'HTTP_BLOCKED_ADDRESS'],
  ['http://198.51.100.1/', 'HTTP_BLOCKED_ADDRESS'],
  ['http://203.0.113.1/', 'HTTP_BLOCKED_ADDRESS'],
  ['http://224.0.0.1/', 'HTTP_BLOCKED_ADDRESS'],
  ['http://255.255.255.255/', 'HTTP_BLOCKED_ADDRESS'],
  ['http://0xffffffff/', 'HTTP_BLOCKED_ADDRESS'],
  // Not a URL that this client speaks
  ['http://user:canary@127.0.0.1:PORT/', 'HTTP_INVALID_URL'],
  ['http://example.com@127.0.0.1:PORT/', 'HTTP_INVALID_URL'],
  ['http://:canary@127.0.0.1:PORT/', 'HTTP_INVALID_URL'],
  ['http://127.0.0.1:PORT\\@example.com/', 'HTTP_BLOCKED_ADDRESS'],
  ['http://127.0.0.1:0/', 'HTTP_INVALID_URL'],
  ['http://127.0.0.1:65536/', 'HTTP_INVALID_URL'],
  ['http://127.0.0.1:PORT/a\r\nX-Evil: 1', 'HTTP_INVALID_URL'],
  ['ht\ntp://127.0.0.1:PORT/', 'HTTP_INVALID_URL'],
  ['http://127.0.\t0.1:PORT/', 'HTTP_INVALID_URL'],
  ['http://127.0.0.1\u0000.example.com/', 'HTTP_INVALID_URL'],
  ['http://256.0.0.1/', 'HTTP_INVALID_URL'],
  ['http://1.2.3.4.5/', 'HTTP_INVALID_URL'],
  ['http://4294967296/', 'HTTP_INVALID_URL'],
  ['http://0x100000000/', 'HTTP_INVALID_URL'],
  ['http://[::1/', 'HTTP_INVALID_URL'],
  ['http://[::ffff:999.0.0.1]/', 'HTTP_INVALID_URL'],
  ['http://[fe80::1%25lo]/', 'HTTP_INVALID_URL'],
  ['http://', 'HTTP_INVALID_URL'],
  ['', 'HTTP_INVALID_URL'],
  ['//127.0.0.1:PORT/', 'HTTP_INVALID_URL'],
  ['/etc/passwd', 'HTTP_INVALID_URL'],
  ['127.0.0.1:PORT/', 'HTTP_INVALID_URL'],
  ['file:///etc/passwd', 'HTTP_INVALID_URL'],
  ['ftp://127.0.0.1:PORT/', 'HTTP_INVALID_URL'],
  ['gopher://127.0.0.1:PORT/_GET', 'HTTP_INVALID_URL'],
  ['data:text/plain,canary', 'HTTP_INVALID_URL'],
  ['javascript:alert(1)', 'HTTP_INVALID_URL'],
  ['blob:http://127.0.0.1:PORT/1', 'HTTP_INVALID_URL'],
  ['ws://127.0.0.1:PORT/', 'HTTP_INVALID_URL'],
  ['unix:/var/run/docker.sock', 'HTTP_INVALID_URL'],
  [`http://127.0.0.1:PORT/${'a'.repeat(16_384)}`, 'HTTP_INVALID_URL'],
  [`http://127.0.0.1:PORT/${'é'.repeat(6_000)}`, 'HTTP_INVALID_URL'],
];

describe('a client without allow-list', () => {
  it('has a server that would answer', async () => {
    expect(await (await fetch(server.origin)).text()).toBe('inside');
    server.received.length = 0;
  });

  it.each(refused.map(([url, code]) => [JSON.stringify(url).slice(0, 60), url, code]))(
    'refuses %s',
    async (_, template, code) => {
      await using client = createTestClient();
      const url = template.replace('PORT', String(server.port));
      const error = await client.request({ url }).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code, kind: 'user', retry: 'never' });
      expect(JSON.stringify([String(error), error])).not.toContain('canary');
      expect(server.received).toEqual([]);
    },
  );

  it.each([
    '10.0.0.1',
    '127.0.0.1',
    '169.254.169.254',
    '::1',
    'fe80::1%eth0',
    '::ffff:127.0.0.1',
    'nonsense',
    '',
  ])('refuses a name that resolves to %j', async (address) => {
    await using client = createTestClient({ lookup: async () => [ipv4('93.184.216.34'), ipv4(address)] });
    await expect(client.request({ url: `http://inner.test:${server.port}/` })).rejects.toEqual(
      failsWith('HTTP_BLOCKED_ADDRESS'),
    );
    expect(server.received).toEqual([]);
  });

  it('tells users the scope, and only the log the address and who asked', async () => {
    const logged: object[] = [];
    const logger = {
      debug() {},
      info() {},
      warn: (fields: object) => logged.push(fields),
      error() {},
      child: () => logger,
    };
    await using client = createTestClient({ logger, lookup: async () => [ipv4('10.20.30.40')] });
    const error = await client
      .request({ url: 'http://inner.test/a?canary', logFields: { executionId: 'exe_1', path: 'call' } })
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      message: 'The host "inner.test" leads to a private address, which workflows may not reach.',
    });
    expect(logged).toEqual([
      { host: 'inner.test', port: 80, address: '10.20.30.40', scope: 'private' },
      { executionId: 'exe_1', path: 'call', host: 'inner.test', code: 'HTTP_BLOCKED_ADDRESS' },
    ]);
  });
});

describe('allow-list', () => {
  const url = () => `http://inner.test:${server.port}/`;
  const toLoopback = async () => [ipv4('127.0.0.1')];

  it.each(['127.0.0.1', '127.0.0.0/8', '::ffff:127.0.0.1', 'inner.test', '*.test'])(
    'entry %s opens the server by name',
    async (entry) => {
      await using client = createTestClient({ allowPrivateHosts: [entry], lookup: toLoopback });
      expect((await client.request({ url: url() })).body.toString()).toBe('inside');
    },
  );

  it.each([
    '127.0.0.1:1',
    '127.0.0.2',
    '10.0.0.0/8',
    'inner.test:1',
    'test',
    '*.inner.test',
    'localhost',
    '::1',
  ])('entry %s does not', async (entry) => {
    await using client = createTestClient({ allowPrivateHosts: [entry], lookup: toLoopback });
    await expect(client.request({ url: url() })).rejects.toEqual(failsWith('HTTP_BLOCKED_ADDRESS'));
  });

  it('opens the server by each spelling of its address', async () => {
    await using client = createTestClient({ allowPrivateHosts: [server.host] });
    for (const host of ['127.0.0.1', '127.1', '2130706433', '0x7f.0.0.1', '[::ffff:127.0.0.1]'])
      expect((await client.request({ url: `http://${host}:${server.port}/` })).status).toBe(200);
  });

  it.each([
    '169.254.169.254',
    '169.254.1.1',
    '0.0.0.0',
    '224.0.0.1',
    'fd00:ec2::254',
    'fe80::1',
    '240.0.0.1',
  ])('a name never opens %s', async (address) => {
    await using client = createTestClient({
      allowPrivateHosts: ['inner.test'],
      lookup: async () => [{ address, family: address.includes(':') ? 6 : 4 }],
    });
    await expect(client.request({ url: url() })).rejects.toEqual(failsWith('HTTP_BLOCKED_ADDRESS'));
  });

  it('is read when the client is made', () => {
    expect(() => createTestClient({ allowPrivateHosts: ['http://localhost'] })).toThrow(
      failsWith('HTTP_INVALID_HOST_RULE'),
    );
  });
});

describe('allowed hosts of a step', () => {
  it('are checked before any name is resolved', async () => {
    let lookups = 0;
    await using client = createTestClient({
      allowPrivateHosts: [server.host],
      lookup: async () => {
        lookups++;
        return [ipv4('127.0.0.1')];
      },
    });
    const url = `http://api.test:${server.port}/`;
    for (const allowedHosts of [[], ['other.test'], ['*.api.test'], ['api.test:1'], ['127.0.0.1']])
      await expect(client.request({ url, allowedHosts })).rejects.toEqual(failsWith('HTTP_BLOCKED_HOST'));
    expect(lookups).toBe(0);
    for (const allowedHosts of [
      ['api.test'],
      ['x.test', 'API.test.'],
      ['*.test'],
      [`api.test:${server.port}`],
    ])
      expect((await client.request({ url, allowedHosts })).status).toBe(200);
  });

  it('never open a private address', async () => {
    await using client = createTestClient();
    await expect(client.request({ url: server.origin, allowedHosts: ['127.0.0.1'] })).rejects.toEqual(
      failsWith('HTTP_BLOCKED_ADDRESS'),
    );
  });

  it('are refused when they cannot be read', async () => {
    await using client = createTestClient({ allowPrivateHosts: [server.host] });
    await expect(client.request({ url: server.origin, allowedHosts: ['*'] })).rejects.toEqual(
      failsWith('HTTP_INVALID_HOST_RULE'),
    );
  });
});
