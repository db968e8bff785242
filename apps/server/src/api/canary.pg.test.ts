/**
 * Canaries: secrets that steps of every kind use against a service that gives them back in every way it can think of.
 * Afterwards they are looked for in all that this server keeps, writes or sends.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import type { WorkflowDefinitionInput } from '@navette/contracts';
import { type FixtureServer, startFixtureServer, waitFor } from '@navette/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openServerFixture, type ServerFixture } from '../server-fixture.ts';

/** With letters that URLs, JSON and HTML write otherwise. */
const secretOf = (name: string) => `canary-${name}/7f3a"&<b>+c9e1`;
/** What is in every form of it that only quotes: enough to be a leak. */
const trace = /canary-\w+(?:\/|%2F|\\\/|&#x2F;)7f3a/i;
/** The same in Base64, at each of the three places where it may begin in what was encoded. */
const base64Traces = [0, 1, 2].map((before) =>
  Buffer.concat([Buffer.alloc(before), Buffer.from('canary-')])
    .toString('base64')
    .slice(Math.ceil((before * 8) / 6), Math.floor(((before + 7) * 8) / 6)),
);

const credentials = {
  bearer: { type: 'http-bearer', data: { token: secretOf('bearer') } },
  basic: { type: 'http-basic', data: { username: 'ada', password: secretOf('basic') } },
  header: { type: 'http-header', data: { name: 'X-Api-Key', value: secretOf('header') } },
  query: { type: 'http-query', data: { name: 'key', value: secretOf('query') } },
};
type Kind = keyof typeof credentials;
const kinds = Object.keys(credentials) as Kind[];
const paths = ['/echo', '/refused', '/redirect', '/cut', '/hang', '/not-json', '/file', '/status-line'];

let other: FixtureServer;
let collector: FixtureServer;
let fixture: ServerFixture;
const ids = {} as Record<Kind, string>;

beforeAll(async () => {
  other = await startFixtureServer(({ path, url, headers }, response) => {
    const given = { url, headers, key: new URLSearchParams(url.split('?')[1]).get('key') };
    const raw = `${headers.authorization ?? ''} ${headers['x-api-key'] ?? ''} ${given.key ?? ''}`;
    const text = JSON.stringify({ ...given, raw, twice: Buffer.from(raw).toString('base64') });
    if (path === '/hang') return new Promise((resolve) => setTimeout(resolve, 5_000));
    if (path === '/cut') {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100000' });
      response.write(text);
      setTimeout(() => response.destroy(), 20);
      return new Promise(() => {});
    }
    if (path === '/refused') response.statusCode = 500;
    if (path === '/redirect') {
      response.writeHead(302, { location: `/echo?again=${encodeURIComponent(raw)}` });
      response.end();
      return undefined;
    }
    if (path === '/not-json') return `{"broken": ${text.slice(0, -1)}`;
    response.setHeader('content-type', path === '/file' ? 'application/octet-stream' : 'application/json');
    if (path === '/status-line') {
      response.writeHead(418, encodeURIComponent(raw), { 'x-echo': encodeURIComponent(raw) });
      response.end(text);
      return undefined;
    }
    response.setHeader('set-cookie', `session=${encodeURIComponent(raw)}`);
    return text;
  });
  collector = await startFixtureServer(() => ({}));
  fixture = await openServerFixture({
    NAVETTE_HTTP_ALLOW_PRIVATE_HOSTS: '127.0.0.1',
    NAVETTE_CODE_ALLOWED_HOSTS: '127.0.0.1',
    NAVETTE_CODE_ALLOW_WITHOUT_JAIL: 'true',
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
  });
  for (const kind of kinds) {
    const body = { name: kind, ...credentials[kind], allowedHosts: ['127.0.0.1'] };
    const created = await fixture.call('createCredential', { body });
    expect(created.status, JSON.stringify(created.body)).toBe(201);
    ids[kind] = created.body.id;
  }
});
afterAll(async () => {
  await fixture?.close();
  await other?.close();
  await collector?.close();
});

type Node = WorkflowDefinitionInput['nodes'][number];

function afterManual(node: Partial<Node>): WorkflowDefinitionInput {
  const start = { id: 'start', name: 'Start', type: 'manual-trigger' };
  return {
    nodes: [start, { id: 'use', name: 'Use', ...node }] as Node[],
    edges: [{ from: 'start', to: 'use' }],
  };
}

const once = { retry: { maxAttempts: 1 } };
const useOf = (kind: Kind) => ({ auth: { id: ids[kind] } });

/** One request of the node, with the error as data or not. */
const byNode = (kind: Kind, path: string): WorkflowDefinitionInput =>
  afterManual({
    type: 'http-request',
    parameters: {
      url: `${other.url}${path}`,
      timeoutMs: 300,
      ...(path === '/file' ? { responseFormat: 'binary' } : {}),
    },
    credentials: useOf(kind),
    settings: once,
  });

/** Code that shows all that it gets, in lines, a result and an error. */
const byCode = (kind: Kind, engine: 'quickjs' | 'v8'): WorkflowDefinitionInput =>
  afterManual({
    type: 'code',
    parameters: {
      engine,
      allowedHosts: ['127.0.0.1'],
      source: `
const seen = [];
for (const path of ${JSON.stringify(paths)}) {
  try {
    const answer = await http({ url: ${JSON.stringify(other.url)} + path, credential: 'auth', timeoutMs: 300 });
    console.log(answer.body, answer.headers);
    seen.push(answer);
  } catch (error) {
    console.error(error.stack, error);
    seen.push({ message: error.message, ...error });
  }
}
if ($input.all().length > 1) throw new Error(JSON.stringify(seen));
return { seen, turned: JSON.stringify(seen).split('').reverse().join('') };`,
    },
    credentials: useOf(kind),
    settings: once,
  });

const byProgram = (kind: Kind, end: string): WorkflowDefinitionInput =>
  afterManual({
    type: 'program',
    parameters: {
      language: 'typescript',
      allowedHosts: ['127.0.0.1'],
      source: `
export default async function (ctx) {
  const seen: unknown[] = [];
  for (const path of ${JSON.stringify(paths)}) {
    try {
      const answer = await ctx.http(
        { url: ${JSON.stringify(other.url)} + path, timeoutMs: 300, neverError: path === '/refused' },
        { credentials: { auth: { id: ${JSON.stringify(ids[kind])} } }, settings: { retry: { maxAttempts: 1 } } },
      );
      console.log(answer);
      seen.push(answer);
    } catch (error) {
      ctx.log(String(error.stack), error);
      seen.push({ message: error.message, ...error });
    }
  }
  ${end}
}`,
    },
  });

async function run(definition: WorkflowDefinitionInput, input: object = {}) {
  const workflowId = await fixture.createWorkflow(definition);
  const started = await fixture.call('runWorkflow', { params: { workflowId }, body: { input } });
  expect(started.status, JSON.stringify(started.body)).toBe(202);
  const params = { executionId: started.body.executionId };
  const read = async () => (await fixture.call('getExecution', { params })).body;
  await waitFor(async () => ['succeeded', 'failed', 'cancelled'].includes((await read()).status), {
    timeoutMs: 60_000,
    what: `${params.executionId} to end`,
  });
  const execution = await read();
  const data = await Promise.all(
    execution.steps.map(({ path }: { path: string }) =>
      fixture.call('getStepData', { params: { ...params, path } }),
    ),
  );
  const text = JSON.stringify([execution, data.map(({ body }) => body)]);
  expectClean(text, params.executionId);
  return { status: execution.status, error: execution.error, text };
}

function findTrace(text: string): number {
  return Math.max(text.search(trace), ...base64Traces.map((each) => text.indexOf(each)));
}

/** Where it is and some letters around it, so that a failure can be read. */
function expectClean(text: string, where: string): void {
  const at = findTrace(text);
  if (at >= 0) expect.fail(`${where}: …${text.slice(Math.max(0, at - 150), at + 80)}…`);
}

test.each(kinds)('a request of a node with %s', async (kind) => {
  for (const path of paths) {
    const { status, text } = await run(byNode(kind, path));
    const fails = ['/refused', '/cut', '/hang', '/status-line'].includes(path);
    expect([path, status]).toEqual([path, fails ? 'failed' : 'succeeded']);
    if (path === '/echo') expect(text).toContain('***');
  }
});

test.each(kinds)('code with %s', async (kind) => {
  for (const engine of ['quickjs', 'v8'] as const) {
    const { status, error, text } = await run(byCode(kind, engine));
    expect(status, `${engine}: ${JSON.stringify(error)}`).toBe('succeeded');
    expect(text).toContain('***');
  }
});

test.each(kinds)('a program with %s', async (kind) => {
  const given = await run(byProgram(kind, 'return seen;'));
  expect(given.status, JSON.stringify(given.error)).toBe('succeeded');
  expect(given.text).toContain('***');
  const thrown = await run(byProgram(kind, 'throw new Error(JSON.stringify(seen));'));
  expect(thrown.status).toBe('failed');
});

test('nothing of it is in the database, in files, in the log, in traces', async () => {
  for (const kind of kinds) {
    const sent = other.requests.some(({ url, headers }) =>
      [decodeURIComponent(url.replaceAll('+', ' ')), headers['x-api-key'], headers.authorization].some(
        (text) => text?.includes(secretOf(kind).slice(0, 12)) || kind === 'basic',
      ),
    );
    expect(sent, kind).toBe(true);
  }
  expect(await searchDatabase()).toEqual([]);
  const files = readdirSync(fixture.dataDir, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  expect(files.length).toBeGreaterThan(kinds.length);
  for (const { parentPath, name } of files) {
    const path = join(parentPath, name);
    for (const text of unpack(readFileSync(path))) expectClean(text, path);
  }
  expectClean(fixture.logs.join(''), 'the log');
  await waitFor(() => collector.requests.length > 0, { timeoutMs: 20_000, what: 'traces to be sent' });
  for (const { body } of collector.requests) for (const text of unpack(body)) expectClean(text, 'a trace');
});

/** Every value of every table, bytes also as what they may be packed from. */
async function searchDatabase(): Promise<string[]> {
  const { pool } = fixture.server.database;
  const { rows: columns } = await pool.query<{ table: string; column: string; type: string }>(
    `SELECT table_name AS "table", column_name AS "column", data_type AS type
       FROM information_schema.columns
      WHERE table_schema NOT IN ('pg_catalog', 'information_schema')`,
  );
  const found: string[] = [];
  for (const { table, column, type } of columns) {
    const value = type === 'bytea' ? `"${column}"` : `"${column}"::text`;
    const { rows } = await pool.query<{ value: string | Buffer | null }>(
      `SELECT ${value} AS value FROM "${table}"`,
    );
    for (const { value } of rows) {
      const texts = typeof value === 'string' ? [value] : value ? unpack(value) : [];
      if (texts.some((text) => findTrace(text) >= 0)) found.push(`${table}.${column}`);
    }
  }
  return [...new Set(found)];
}

/** As it is, and unpacked where it can be. */
function unpack(bytes: Buffer): string[] {
  const texts = [bytes.toString('latin1')];
  for (const open of [gunzipSync, zstdDecompressSync]) {
    try {
      texts.push(open(bytes).toString('latin1'));
    } catch {
      // It is not packed in this way.
    }
  }
  return texts;
}
