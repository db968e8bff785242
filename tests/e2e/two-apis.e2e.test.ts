/**
 * Callers see one server: two API processes behind a reverse proxy, a worker and a scheduler, on one Postgres and one Redis.
 * One of the API processes is killed in the middle of everything.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ExecutionDetail, scopes, type WorkflowDefinitionInput } from '@navette/contracts';
import { silentLogger } from '@navette/kit';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '@navette/store';
import { findRedisServer, type RedisServer, startRedisServer, waitFor } from '@navette/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ReverseProxy, startReverseProxy } from './reverse-proxy.ts';
import { findFreePort, startServer, type TestServer } from './start-server.ts';

const whyNot = findRedisServer() ? undefined : 'there is no redis-server here';
if (whyNot) console.log(`Two API processes are not tested: ${whyNot}.`);

const owner = { name: 'Owner', email: 'owner@example.test', password: 'a long enough password' };
const limit = { timeoutMs: 60_000 };
let root: string;
let postgres: EmbeddedPostgres;
let redis: RedisServer;
let proxy: ReverseProxy;
let ports: [number, number];
let apis: TestServer[];
const running: TestServer[] = [];
/** Of a program. */
let key: string;

async function start(role: 'api' | 'worker' | 'scheduler', port?: number): Promise<TestServer> {
  const server = await startServer({
    dataDir: join(root, 'data'),
    ...(port === undefined ? {} : { port }),
    env: {
      DATABASE_URL: postgres.connectionString,
      REDIS_URL: redis.url,
      NAVETTE_ROLE: role,
      NAVETTE_PUBLIC_URL: proxy.url,
      NAVETTE_TRUST_PROXY: '127.0.0.1',
      // A machine that is busy with other tests is no dead worker.
      NAVETTE_LEASE_MS: '5000',
    },
  });
  running.push(server);
  return server;
}

interface Answer {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: answers of many routes
  body: any;
}

interface CallOptions {
  body?: unknown;
  headers?: Record<string, string>;
  /** Instead of the key of the program. */
  cookie?: string | undefined;
}

async function call(method: string, path: string, options: CallOptions = {}): Promise<Answer> {
  const { body, cookie } = options;
  const response = await fetch(`${proxy.url}${path}`, {
    method,
    headers: {
      ...(cookie === undefined ? { authorization: `Bearer ${key}` } : { cookie, origin: proxy.url }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...options.headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text ? JSON.parse(text) : undefined };
}

/** What a caller does that is in doubt: the same request, under the same key, until it is answered. */
function callUntilAnswered(path: string, body: unknown, once: string): Promise<Answer> {
  return waitFor(async () => {
    const answer = await call('POST', path, { body, headers: { 'idempotency-key': once } }).catch(
      () => undefined,
    );
    return answer !== undefined && answer.status < 500 && answer;
  }, limit);
}

const toCookie = (headers: Headers) =>
  headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ');

/** Each request, as often as there are processes, so that each of them has it once. */
async function callEach(method: string, path: string, options: CallOptions = {}): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (const port of ports) {
    proxy.next(port);
    answers.push(await call(method, path, options));
  }
  return answers;
}

const hearing: WorkflowDefinitionInput = {
  nodes: [
    { id: 'start', name: 'Start', type: 'manual-trigger' },
    { id: 'hear', name: 'Hear', type: 'wait-for-signal', parameters: { name: 'go' } },
    { id: 'end', name: 'End', type: 'no-op' },
  ],
  edges: [
    { from: 'start', to: 'hear' },
    { from: 'hear', to: 'end' },
  ],
};
const line: WorkflowDefinitionInput = {
  nodes: [
    { id: 'start', name: 'Start', type: 'manual-trigger' },
    { id: 'end', name: 'End', type: 'no-op' },
  ],
  edges: [{ from: 'start', to: 'end' }],
};

interface LiveEvent {
  id: string;
  type: string;
}

/** Reads a live stream until it ends, breaks, or has told of `until`. Says how it ended. */
async function readEvents(
  executionId: string,
  { after, until }: { after?: string | undefined; until?: string },
  heard: LiveEvent[],
): Promise<'ended' | 'broken' | 'told'> {
  const stop = new AbortController();
  const response = await fetch(`${proxy.url}/api/v1/executions/${executionId}/events`, {
    headers: { authorization: `Bearer ${key}`, ...(after === undefined ? {} : { 'last-event-id': after }) },
    signal: stop.signal,
  });
  expect(response.status).toBe(200);
  let text = '';
  try {
    for await (const part of response.body!.pipeThrough(new TextDecoderStream())) {
      text += part;
      for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
        const event = parseEvent(text.slice(0, end));
        text = text.slice(end + 2);
        if (event) heard.push(event);
        if (event && event.type === until) {
          stop.abort();
          return 'told';
        }
      }
    }
    return 'ended';
  } catch {
    return 'broken';
  }
}

function parseEvent(text: string): LiveEvent | undefined {
  const id = /^id: ?(.*)$/m.exec(text)?.[1];
  const data = /^data: ?(.*)$/m.exec(text)?.[1];
  return id === undefined || data === undefined ? undefined : { id, type: JSON.parse(data).record.type };
}

beforeAll(async () => {
  if (whyNot) return;
  root = mkdtempSync(join(tmpdir(), 'navette-two-apis-'));
  postgres = await startEmbeddedPostgres({ dataDir: join(root, 'db'), logger: silentLogger, fsync: false });
  redis = await startRedisServer();
  proxy = await startReverseProxy();
  ports = [await findFreePort(), await findFreePort()];
  // The first one makes the schema and the keys that the others read.
  const first = await start('api', ports[0]);
  const [second] = await Promise.all([start('api', ports[1]), start('worker'), start('scheduler')]);
  apis = [first, second];
  proxy.serve(ports);
});
afterAll(async () => {
  await Promise.all(running.map((server) => server.kill('SIGKILL')));
  await proxy?.close();
  await redis?.stop();
  await postgres?.stop();
  if (root) rmSync(root, { recursive: true, force: true });
});

describe.skipIf(whyNot)('two API processes behind a reverse proxy', () => {
  let cookie: string;

  test('a session that one has begun is good for the other, and ended for both', async () => {
    const setUp = await call('POST', '/api/v1/setup', { body: owner, cookie: '' });
    expect(setUp.status).toBe(201);
    cookie = toCookie(setUp.headers);
    const seen = await callEach('GET', '/api/v1/session', { cookie });
    expect(seen.map(({ status, body }) => [status, body.user.email])).toEqual([
      [200, owner.email],
      [200, owner.email],
    ]);
    proxy.next(ports[0]);
    expect((await call('DELETE', '/api/v1/session', { cookie })).status).toBe(204);
    const gone = await callEach('GET', '/api/v1/session', { cookie });
    expect(gone.map(({ status }) => status)).toEqual([401, 401]);

    proxy.next(ports[1]);
    const { email, password } = owner;
    const again = await call('POST', '/api/v1/session', { body: { email, password }, cookie: '' });
    expect(again.status).toBe(200);
    cookie = toCookie(again.headers);
    const back = await callEach('GET', '/api/v1/session', { cookie });
    expect(back.map(({ status }) => status)).toEqual([200, 200]);
    const made = await call('POST', '/api/v1/api-keys', { body: { name: 'program', scopes }, cookie });
    expect(made.status).toBe(201);
    key = made.body.secret;
    for (const port of ports) expect(proxy.answered.get(port)).toBeGreaterThan(2);
  });

  test('one Idempotency-Key makes one thing, whichever process gets the request', async () => {
    const body = { name: 'Once', definition: line };
    const headers = { 'idempotency-key': 'create-once' };
    const created = await Promise.all(
      Array.from({ length: 8 }, () => call('POST', '/api/v1/workflows', { body, headers })),
    );
    for (const answer of created) expect(answer).toMatchObject({ status: 201, body: created[0]!.body });
    const [{ id: workflowId }] = created.map((answer) => answer.body);
    const found = await call('GET', '/api/v1/workflows?search=Once');
    expect(found.body.items).toHaveLength(1);
    const later = await callEach('POST', '/api/v1/workflows', { body, headers });
    expect(later.map((answer) => answer.headers.get('idempotency-replayed'))).toEqual(['true', 'true']);

    const once = { body: {}, headers: { 'idempotency-key': 'run-once' } };
    const runs = await Promise.all(
      Array.from({ length: 8 }, () => call('POST', `/api/v1/workflows/${workflowId}/run`, once)),
    );
    expect(new Set(runs.map(({ body: { executionId } }) => executionId)).size).toBe(1);
    const executions = await call('GET', `/api/v1/executions?workflowId=${workflowId}`);
    expect(executions.body.items).toHaveLength(1);
  });

  test('one is killed while everybody is at work: live streams go on at the other, and each key has made one execution', {
    timeout: 180_000,
  }, async () => {
    const create = async (name: string, definition: WorkflowDefinitionInput): Promise<string> =>
      (await call('POST', '/api/v1/workflows', { body: { name, definition } })).body.id;
    const hearingId = await create('Hearing', hearing);
    const lineId = await create('Line', line);
    const started = await call('POST', `/api/v1/workflows/${hearingId}/run`, { body: {} });
    const { executionId } = started.body;
    const heard: LiveEvent[] = [];
    proxy.next(ports[0]);
    const stream = readEvents(executionId, {}, heard);
    await waitFor(() => heard.some(({ type }) => type === 'execution-waiting'), limit);

    const before = proxy.answered.get(ports[0]) ?? 0;
    const atWork = Array.from({ length: 60 }, (_, index) =>
      callUntilAnswered(`/api/v1/workflows/${lineId}/run`, {}, `cut-off-${index}`),
    );
    await waitFor(() => (proxy.answered.get(ports[0]) ?? 0) >= before + 5, limit);
    await apis[0]!.kill('SIGKILL');
    expect(await stream).toBe('broken');

    // The stream goes on where it was, at the other one; the signal reaches the execution through it as well.
    const position = heard.at(-1)!.id;
    const rest = readEvents(executionId, { after: position, until: 'execution-finished' }, heard);
    const signal = `/api/v1/executions/${executionId}/signals/go`;
    const sent = await Promise.all([1, 2, 3].map(() => callUntilAnswered(signal, {}, 'go-once')));
    expect(new Set(sent.map(({ status, body: { messageId } }) => `${status} ${messageId}`)).size).toBe(1);
    expect(await rest).toBe('told');
    const whole: LiveEvent[] = [];
    await readEvents(executionId, { until: 'execution-finished' }, whole);
    expect(heard).toEqual(whole);

    const answers = await Promise.all(atWork);
    expect([...new Set(answers.map(({ status }) => status))]).toEqual([202]);
    const ids = answers.map(({ body }) => body.executionId as string);
    expect(new Set(ids).size).toBe(60);
    const listed = await call('GET', `/api/v1/executions?workflowId=${lineId}&limit=100`);
    expect(listed.body.items.map(({ id }: { id: string }) => id).sort()).toEqual([...ids].sort());
    for (const id of ids) {
      const ended = await waitFor(async () => {
        const { body } = await call('GET', `/api/v1/executions/${id}`);
        return (body as ExecutionDetail).finishedAt !== null && (body as ExecutionDetail);
      }, limit);
      expect(ended.status).toBe('succeeded');
    }

    // People stay signed in, also when the other one is back.
    expect((await call('GET', '/api/v1/session', { cookie })).status).toBe(200);
    apis[0] = await start('api', ports[0]);
    const back = await callEach('GET', '/api/v1/session', { cookie });
    expect(back.map(({ status }) => status)).toEqual([200, 200]);
    proxy.next(ports[0]);
    const repeated = await call('POST', `/api/v1/workflows/${lineId}/run`, {
      body: {},
      headers: { 'idempotency-key': 'cut-off-0' },
    });
    expect(repeated).toMatchObject({ status: 202, body: { executionId: ids[0] } });
  });

  test('every process ends in order', async () => {
    const alive = running.filter((server) => server !== running[0]);
    expect(await Promise.all(alive.map((server) => server.stop()))).toEqual(alive.map(() => 0));
  });
});
