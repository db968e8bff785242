import type { JsonObject } from '@navette/kit';
import {
  type FixtureHandler,
  type FixtureServer,
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

const canary = 'canary-5e1c/7+9';
const credentials = {
  basic: { type: 'http-basic', data: { username: 'ann', password: canary } },
  bearer: { type: 'http-bearer', data: { token: canary } },
  header: { type: 'http-header', data: { name: 'X-Api-Key', value: canary } },
  query: { type: 'http-query', data: { name: 'api key', value: canary } },
};

function send(
  parameters: JsonObject,
  auth: NonNullable<NodeRunOptions['credentials']>[string],
  options: Partial<NodeRunOptions> = {},
) {
  return runNode(httpRequest, { ...options, parameters, http, credentials: { auth } });
}

/** Everything of an error that could be stored, logged or shown. */
async function textOf(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => expect.fail('nothing was thrown'),
    (thrown: Error & { toRecord(): unknown; params: unknown }) => thrown,
  );
  const chain = error.cause instanceof Error ? error.cause.message : '';
  return [
    error.message,
    error.stack,
    chain,
    JSON.stringify(error.toRecord()),
    JSON.stringify(error.params),
  ].join('\n');
}

test('each type goes where it belongs and overrides a header of the same name', async () => {
  const server = await serve(() => ({}));
  const headers = [
    { name: 'authorization', value: 'mine' },
    { name: 'x-api-key', value: 'mine' },
  ];
  for (const auth of Object.values(credentials))
    await send({ url: `${server.url}/?api%20key=mine`, headers }, auth);
  const [basic, bearer, header, query] = server.requests;
  expect(basic!.headers.authorization).toBe(`Basic ${Buffer.from(`ann:${canary}`).toString('base64')}`);
  expect(bearer!.headers.authorization).toBe(`Bearer ${canary}`);
  expect(header!.headers['x-api-key']).toBe(canary);
  expect(header!.headers.authorization).toBe('mine');
  expect(query!.query.getAll('api key')).toEqual([canary]);
});

describe('hosts a credential is bound to', () => {
  test('another host is refused before anything is sent', async () => {
    const server = await serve(() => ({}));
    const auth = { ...credentials.bearer, allowedHosts: ['api.example.com'] };
    await expect(send({ url: server.url }, auth)).rejects.toMatchObject({
      code: 'HTTP_REQUEST_CREDENTIAL_HOST',
      retry: 'never',
      params: { host: '127.0.0.1' },
    });
    expect(server.count()).toBe(0);
    await send({ url: server.url }, { ...auth, allowedHosts: [server.host] });
    expect(server.count()).toBe(1);
  });

  test('a redirect to another host is refused, the credential does not follow', async () => {
    const other = await serve(() => ({}));
    const server = await serve((_request, response) => {
      response.writeHead(302, { location: `${other.url}/steal` }).end();
    });
    const bound = { ...credentials.header, allowedHosts: [server.host] };
    await expect(send({ url: server.url }, bound)).rejects.toMatchObject({
      code: 'HTTP_REQUEST_CREDENTIAL_HOST',
    });
    expect(other.count()).toBe(0);
    await send({ url: server.url }, credentials.header);
    expect(other.requests[0]!.headers['x-api-key']).toBeUndefined();
  });

  test('a host that is blocked without a credential keeps its own error', async () => {
    await expect(send({ url: 'http://10.0.0.1/' }, credentials.bearer)).rejects.toMatchObject({
      code: 'HTTP_BLOCKED_ADDRESS',
    });
  });
});

describe('next pages stay on the origin', () => {
  const next = { mode: 'next-url', next: '{{ $response.body.next }}' };

  test('with a credential or headers, another origin is refused', async () => {
    const other = await serve(() => ({}));
    const server = await serve(() => ({ next: `${other.url}/page2` }));
    await expect(send({ url: server.url, pagination: next }, credentials.bearer)).rejects.toMatchObject({
      code: 'HTTP_REQUEST_PAGINATION',
      message: expect.stringContaining(other.url),
    });
    const headers = [{ name: 'X-Tenant', value: '1' }];
    await expect(
      runNode(httpRequest, { http, parameters: { url: server.url, pagination: next, headers } }),
    ).rejects.toMatchObject({ code: 'HTTP_REQUEST_PAGINATION' });
    expect(other.count()).toBe(0);
    await runNode(httpRequest, { http, parameters: { url: server.url, pagination: next } });
    expect(other.count()).toBe(1);
  });

  test('every page of the same origin carries it', async () => {
    const server = await serve(({ path }) => (path === '/' ? { next: '/2' } : {}));
    await send({ url: server.url, pagination: next }, credentials.query);
    expect(server.requests.map((request) => request.query.get('api key'))).toEqual([canary, canary]);
  });
});

describe('nothing secret in errors, logs or the URL of the response', () => {
  /** A service that tells everything it was sent, in several encodings. */
  const echo: FixtureHandler = ({ url, headers, body }, response) => {
    response.writeHead(400, { 'content-type': 'text/plain' });
    const sent = Object.values(headers).join(' ');
    const encoded = [sent, url, body.toString()].map((text) => Buffer.from(text).toString('base64'));
    response.end(
      [
        url,
        decodeURIComponent(url),
        sent,
        JSON.stringify(headers),
        Buffer.from(canary).toString('base64'),
        ...encoded.slice(3),
      ].join('\n'),
    );
  };

  test.each(Object.entries(credentials))('a service that echoes a %s credential', async (_name, auth) => {
    const server = await serve(echo);
    const text = await textOf(send({ url: `${server.url}/${encodeURIComponent(canary)}` }, auth));
    expect(text).toContain('answered 400 Bad Request');
    expect(text).toContain('***');
    for (const form of [
      canary,
      encodeURIComponent(canary),
      Buffer.from(canary).toString('base64'),
      Buffer.from(`ann:${canary}`).toString('base64'),
      'canary-5e1c',
    ])
      expect(text).not.toContain(form);
  });

  test('headers and query parameters that look secret are taken out too', async () => {
    const server = await serve(echo);
    const parameters = {
      url: `${server.url}/?access_token=${encodeURIComponent(canary)}`,
      headers: [{ name: 'X-Auth', value: 'canary-header' }],
      query: [{ name: 'apiKey', value: 'canary-query' }],
    };
    const text = await textOf(runNode(httpRequest, { http, parameters }));
    expect(text).toContain('***');
    expect(text).not.toContain('canary');
  });

  test('a secret too short to be taken out leaves no excerpt', async () => {
    const server = await serve(echo);
    const text = await textOf(
      send({ url: server.url }, { type: 'http-header', data: { name: 'X-Key', value: 'abc' } }),
    );
    expect(text).toMatch(/answered 400 Bad Request\n/);
  });

  test('the full response names the URL without the secret, the log is empty', async () => {
    const server = await serve(() => ({}));
    const { outputs, logs } = await send(
      { url: `${server.url}/?a=1`, fullResponse: true },
      credentials.query,
    );
    expect(outputs['main']![0]!.json['url']).toBe(`${server.url}/?a=1`);
    expect(logs).toEqual([]);
  });

  test('a connection that fails names no query', async () => {
    const text = await textOf(send({ url: 'http://127.0.0.1:1/path' }, credentials.query));
    expect(text).toContain('HTTP_CONNECT');
    expect(text).not.toContain('canary');
  });
});
