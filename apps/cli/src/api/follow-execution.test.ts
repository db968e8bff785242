import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import {
  createDetail,
  executionId,
  formatEvent,
  openStream,
  sendProblem,
  startFixtureApi,
} from '../testing/fixture-api.ts';
import { createApiClient } from './api-client.ts';
import { type FollowEvent, type FollowOptions, followExecution } from './follow-execution.ts';

const streamPath = `/api/v1/executions/${executionId}/events`;
const started = { type: 'execution-started', fence: 1, worker: 'w' };
const skipped = (path: string) => ({ type: 'step-skipped', path });
const finished = { type: 'execution-finished', status: 'succeeded' };

async function collect(url: string, more: Partial<FollowOptions> = {}): Promise<FollowEvent[]> {
  const events: FollowEvent[] = [];
  const api = createApiClient({ url, headers: { authorization: 'Bearer k' } });
  for await (const event of followExecution({ api, executionId, firstRetryMs: 1, ...more }))
    events.push(event);
  return events;
}

/** "1.0 execution-started", or the kind. */
function summarize(events: readonly FollowEvent[]): string[] {
  return events.map((event) => (event.kind === 'record' ? `${event.id} ${event.record.type}` : event.kind));
}

describe('following an execution', () => {
  test('gives its records until it has finished', async () => {
    await using server = await startFixtureApi({
      [`GET ${streamPath}`]: (_, response) =>
        openStream(
          response,
          formatEvent('1.0', started),
          formatEvent('1.1', finished),
          formatEvent('1.2', finished),
        ),
    });
    expect(summarize(await collect(server.url))).toEqual(['1.0 execution-started', '1.1 execution-finished']);
    expect(server.requests[0]!.headers).toMatchObject({
      authorization: 'Bearer k',
      accept: 'text/event-stream',
    });
    expect(server.requests[0]!.headers['last-event-id']).toBeUndefined();
  });

  test('resumes after the last id when the connection is cut, and drops what comes twice', async () => {
    await using server = await startFixtureApi({
      [`GET ${streamPath}`]: (request, response) => {
        if (request.number === 1) {
          openStream(response, formatEvent('1.0', started), formatEvent('2.0', skipped('a')));
          setImmediate(() => response.destroy());
          return response;
        }
        return openStream(
          response,
          formatEvent('2.0', skipped('a')),
          formatEvent('10.0', skipped('b')),
          formatEvent('10.1', finished),
        );
      },
    });
    expect(summarize(await collect(server.url))).toEqual([
      '1.0 execution-started',
      '2.0 step-skipped',
      'connection-lost',
      'connected-again',
      '10.0 step-skipped',
      '10.1 execution-finished',
    ]);
    expect(server.requests.map((request) => request.headers['last-event-id'])).toEqual([undefined, '2.0']);
  });

  test('survives a server that stops and starts again on its port', async () => {
    const seen: (string | undefined)[] = [];
    const listen = async (port: number, answer: (response: ServerResponse) => void) => {
      const server = createServer((request, response) => {
        seen.push(request.headers['last-event-id'] as string | undefined);
        answer(response);
      });
      await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
      return { port: (server.address() as AddressInfo).port, server };
    };
    const first = await listen(0, (response) => openStream(response, formatEvent('1.0', started)));
    const api = createApiClient({ url: `http://127.0.0.1:${first.port}` });
    const events: FollowEvent[] = [];
    let second: Awaited<ReturnType<typeof listen>> | undefined;
    for await (const event of followExecution({ api, executionId, firstRetryMs: 1 })) {
      events.push(event);
      if (event.kind === 'record' && event.id === '1.0') {
        first.server.close();
        first.server.closeAllConnections();
      }
      if (event.kind === 'connection-lost') {
        second = await listen(first.port, (response) => openStream(response, formatEvent('1.1', finished)));
      }
    }
    second!.server.closeAllConnections();
    second!.server.close();
    expect(summarize(events)).toEqual([
      '1.0 execution-started',
      'connection-lost',
      'connected-again',
      '1.1 execution-finished',
    ]);
    expect(seen).toEqual([undefined, '1.0']);
  });

  test('waits for a server that is stopping or starting', async () => {
    await using server = await startFixtureApi({
      [`GET ${streamPath}`]: (request, response) =>
        request.number < 3
          ? sendProblem(response, { status: 503, code: 'ENGINE_STOPPING' }, { 'retry-after': '0' })
          : openStream(response, formatEvent('1.0', finished)),
    });
    expect(summarize(await collect(server.url))).toEqual([
      'connection-lost',
      'connected-again',
      '1.0 execution-finished',
    ]);
  });

  test('replaces a silent connection without a word', async () => {
    await using server = await startFixtureApi({
      [`GET ${streamPath}`]: (request, response) =>
        request.number === 1
          ? openStream(response, formatEvent('1.0', started))
          : openStream(response, formatEvent('1.1', finished)),
      [`GET /api/v1/executions/${executionId}`]: () => createDetail(),
    });
    expect(summarize(await collect(server.url, { silenceMs: 1_000 }))).toEqual([
      '1.0 execution-started',
      '1.1 execution-finished',
    ]);
  });

  test('ends when the stream closes and the execution is over', async () => {
    await using server = await startFixtureApi({
      [`GET ${streamPath}`]: (_, response) => {
        openStream(response);
        return response.end();
      },
      [`GET /api/v1/executions/${executionId}`]: () => createDetail({ status: 'failed' }),
    });
    expect(await collect(server.url, { after: '9.9' })).toEqual([]);
    expect(server.requests[0]!.headers['last-event-id']).toBe('9.9');
  });

  test.each([
    [404, 'EXECUTION_NOT_FOUND'],
    [401, 'SESSION_REQUIRED'],
    [403, 'FORBIDDEN'],
  ])('ends with the refusal of the server: %i', async (status, code) => {
    await using server = await startFixtureApi({
      [`GET ${streamPath}`]: (_, response) => sendProblem(response, { status, code }),
    });
    await expect(collect(server.url)).rejects.toMatchObject({ name: 'ApiProblem', status, code });
    expect(server.count()).toBe(1);
  });

  test('gives up a server that stays away', async () => {
    const server = await startFixtureApi({});
    await server.close();
    await expect(collect(server.url, { giveUpAfterMs: 20 })).rejects.toMatchObject({
      code: 'CLI_UNREACHABLE',
      message: `No Navette server answers at ${server.url}: nothing listens there`,
    });
  });

  test('stops when it is interrupted, connected or waiting', async () => {
    await using server = await startFixtureApi({
      [`GET ${streamPath}`]: (_, response) => openStream(response, formatEvent('1.0', started)),
    });
    const stop = new AbortController();
    const api = createApiClient({ url: server.url });
    const follow = async () => {
      for await (const _ of followExecution({ api, executionId, signal: stop.signal })) stop.abort();
    };
    await expect(follow()).rejects.toMatchObject({ name: 'Interrupted' });
    await expect(collect(server.url, { signal: stop.signal })).rejects.toMatchObject({ name: 'Interrupted' });
  });

  test('passes over messages that it does not know', async () => {
    await using server = await startFixtureApi({
      [`GET ${streamPath}`]: (_, response) =>
        openStream(response, 'data: nonsense\n\n', 'data: {"id":"1.0"}\n\n', formatEvent('1.1', finished)),
    });
    expect(summarize(await collect(server.url))).toEqual(['1.1 execution-finished']);
  });
});
