import type { LookupAddress } from 'node:dns';
import { silentLogger } from '@navette/kit';
import { expect, it } from 'vitest';
import { createAddressPolicy } from './address-policy.ts';
import { createTestClient, startFixtureServer } from './fixture-server.ts';
import { createGuardedLookup, type ResolvedAddress } from './guarded-connector.ts';

const ipv4 = (address: string): ResolvedAddress => ({ address, family: 4 });

/** A name server that gives each of the answers once. */
function answering(...answers: ResolvedAddress[][]) {
  const asked: string[] = [];
  return {
    asked,
    lookup: async (hostname: string) => {
      asked.push(hostname);
      return answers.shift() ?? [];
    },
  };
}

it('answers a socket with the addresses it checked, and refuses the rebound ones', async () => {
  const names = answering([ipv4('93.184.216.34')], [ipv4('127.0.0.1')]);
  const lookup = createGuardedLookup({
    port: 80,
    policy: createAddressPolicy([], silentLogger),
    resolveHost: names.lookup,
  });
  const ask = (all: boolean) =>
    new Promise<string | LookupAddress[]>((resolve, reject) => {
      lookup('rebind.test', { all }, (error, address) => (error ? reject(error) : resolve(address)));
    });
  expect(await ask(true)).toEqual([{ address: '93.184.216.34', family: 4 }]);
  await expect(ask(true)).rejects.toMatchObject({ code: 'HTTP_BLOCKED_ADDRESS' });
  expect(names.asked).toEqual(['rebind.test', 'rebind.test']);
});

it('resolves once per connection and connects to that answer alone', async () => {
  await using open = await startFixtureServer((_, response) => response.end('open'));
  await using closed = await startFixtureServer((_, response) => response.end('closed'), {
    address: '127.0.0.2',
  });
  const names = answering([ipv4('127.0.0.1')], [ipv4('127.0.0.2')]);
  await using client = createTestClient({ allowPrivateHosts: ['127.0.0.1'], lookup: names.lookup });

  const first = await client.request({ url: `http://rebind.test:${open.port}/` });
  expect(first.body.toString()).toBe('open');
  expect(names.asked).toEqual(['rebind.test']);
  await expect(client.request({ url: `http://rebind.test:${closed.port}/` })).rejects.toMatchObject({
    code: 'HTTP_BLOCKED_ADDRESS',
  });
  expect(closed.received).toEqual([]);
});

it('checks the answer of a name anew after the connection was closed', async () => {
  await using server = await startFixtureServer(
    (_, response) => response.setHeader('connection', 'close').end('ok'),
    {
      address: '0.0.0.0',
    },
  );
  const names = answering([ipv4('127.0.0.1')], [ipv4('127.0.0.2')]);
  await using client = createTestClient({ allowPrivateHosts: ['127.0.0.1'], lookup: names.lookup });
  const url = `http://rebind.test:${server.port}/`;
  expect((await client.request({ url })).status).toBe(200);
  await expect(client.request({ url })).rejects.toMatchObject({ code: 'HTTP_BLOCKED_ADDRESS' });
  expect(server.received.length).toBe(1);
});

it('opens a named host without opening its neighbours at the same address', async () => {
  await using server = await startFixtureServer((request, response) => {
    if (request.url === '/') response.writeHead(302, { location: `http://inner.test:${server.port}/secret` });
    response.end();
  });
  await using client = createTestClient({
    allowPrivateHosts: [`front.test:${server.port}`],
    lookup: async () => [ipv4('127.0.0.1')],
  });
  await expect(client.request({ url: `http://front.test:${server.port}/` })).rejects.toMatchObject({
    code: 'HTTP_BLOCKED_ADDRESS',
    params: { host: 'inner.test', scope: 'loopback' },
  });
  expect(server.received.map(({ url }) => url)).toEqual(['/']);
});

it('reports what the resolver reported, as retryable', async () => {
  await using client = createTestClient({
    lookup: async () => {
      throw Object.assign(new Error('canary'), { code: 'ENOTFOUND' });
    },
  });
  const error = await client
    .request({ url: 'http://nowhere.test/a?canary' })
    .catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({
    code: 'HTTP_DNS',
    kind: 'operational',
    retry: 'default',
    message: 'The host name "nowhere.test" could not be resolved (ENOTFOUND).',
  });
  expect(JSON.stringify(error)).not.toContain('canary');
});
