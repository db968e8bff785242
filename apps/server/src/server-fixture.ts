/** A whole server in this process, on a database of its own: what the tests of the API talk to. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RouteId, routes, type Scope, type WorkflowDefinitionInput } from '@navette/contracts';
import { createTestDatabase } from '@navette/testing';
import { loadConfig } from './config/load-config.ts';
import { createServer, type RunningServer } from './create-server.ts';
import { HttpListener } from './http/http-listener.ts';
import { createLogger } from './logging/create-logger.ts';

export interface TestAnswer {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of any route
  body: any;
}

export interface TestRequest {
  method?: string;
  body?: unknown;
  headers?: Record<string, string>;
  /** Secret of an API key; the owner's by default, null for a stranger. */
  key?: string | null;
}

export interface ServerFixture {
  url: string;
  server: RunningServer;
  /** Where it keeps its files. */
  dataDir: string;
  /** Every line of the log. */
  logs: string[];
  owner: { email: string; password: string; cookie: string; key: string; projectId: string };
  /** Key with every scope in a second project. */
  strangerKey: string;
  strangerProjectId: string;
  request(path: string, request?: TestRequest): Promise<TestAnswer>;
  /** Calls a route by its id, with its params filled in. */
  call(
    id: RouteId,
    options?: TestRequest & { params?: Record<string, string>; query?: string },
  ): Promise<TestAnswer>;
  createKey(scopes: readonly Scope[]): Promise<string>;
  createWorkflow(definition: WorkflowDefinitionInput, name?: string): Promise<string>;
  close(): Promise<void>;
}

const owner = { name: 'Ada', email: 'ada@example.test', password: 'correct horse battery' };

/** A server on its first run: nobody has signed up. */
export async function openEmptyServer(env: Record<string, string> = {}) {
  const testDatabase = await createTestDatabase();
  const dataDir = mkdtempSync(join(tmpdir(), 'navette-server-'));
  const logs: string[] = [];
  const logger = await createLogger({
    level: 'debug',
    pretty: false,
    destination: { write: (line) => logs.push(line) },
  });
  const config = loadConfig(
    {
      NAVETTE_DATA_DIR: dataDir,
      DATABASE_URL: testDatabase.connectionString,
      NAVETTE_AUTH_MAX_ATTEMPTS: '100',
      ...env,
    },
    dataDir,
  );
  const listener = new HttpListener();
  const port = await listener.listen('127.0.0.1', 0);
  const url = `http://localhost:${port}`;
  const server = await createServer({
    config,
    logger,
    listener,
    publicUrl: url,
    version: '0.0.0-test',
    checkResponses: true,
    onStep: () => {},
  });
  return {
    url,
    server,
    dataDir,
    logs,
    request: createRequester(url),
    async close() {
      await server.stop();
      await testDatabase.drop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

export async function openServerFixture(env: Record<string, string> = {}): Promise<ServerFixture> {
  const { url, server, dataDir, logs, request, close } = await openEmptyServer(env);
  const setup = await request('/api/v1/setup', { method: 'POST', body: owner });
  if (setup.status !== 201) throw new Error(`The owner was not made: ${JSON.stringify(setup.body)}`);
  const cookie = setup.headers.getSetCookie()[0]!.split(';')[0]!;
  const asOwner = { cookie, origin: url };
  const makeKey = async (scopes: readonly Scope[], project?: string) => {
    const headers = project ? { ...asOwner, 'navette-project': project } : asOwner;
    const body = { name: 'test', scopes };
    const answer = await request('/api/v1/api-keys', { method: 'POST', body, headers });
    return answer.body.secret as string;
  };
  const allScopes = setup.body.scopes as Scope[];
  const key = await makeKey(allScopes);
  const other = await request('/api/v1/projects', {
    method: 'POST',
    body: { name: 'Other' },
    headers: asOwner,
  });
  const strangerKey = await makeKey(allScopes, other.body.id);
  const authorized = (path: string, options: TestRequest = {}) =>
    request(path, options.key === undefined && !options.headers?.['cookie'] ? { ...options, key } : options);
  return {
    url,
    server,
    dataDir,
    logs,
    owner: { ...owner, cookie, key, projectId: setup.body.project.id },
    strangerKey,
    strangerProjectId: other.body.id,
    request: authorized,
    call(id, { params = {}, query = '', ...options } = {}) {
      const { method, path } = routes[id];
      const filled = path.replace(/:(\w+)/g, (_whole, name: string) =>
        encodeURIComponent(params[name] ?? ''),
      );
      return authorized(`${filled}${query}`, { method, ...options });
    },
    createKey: (scopes) => makeKey(scopes),
    async createWorkflow(definition, name = 'Test') {
      const answer = await authorized('/api/v1/workflows', { method: 'POST', body: { name, definition } });
      if (answer.status !== 201) throw new Error(JSON.stringify(answer.body));
      return answer.body.id;
    },
    close,
  };
}

function createRequester(url: string) {
  return async (
    path: string,
    { method = 'GET', body, headers = {}, key }: TestRequest = {},
  ): Promise<TestAnswer> => {
    const isRaw = typeof body === 'string' || body instanceof Uint8Array || body instanceof FormData;
    const response = await fetch(`${url}${path}`, {
      method,
      headers: {
        ...(body === undefined || isRaw ? {} : { 'content-type': 'application/json' }),
        ...(key ? { authorization: `Bearer ${key}` } : {}),
        ...headers,
      },
      ...(body === undefined ? {} : { body: isRaw ? (body as string) : JSON.stringify(body) }),
      redirect: 'manual',
    });
    const text = await response.text();
    const isJson = /\bjson\b/.test(response.headers.get('content-type') ?? '');
    return {
      status: response.status,
      headers: response.headers,
      body: isJson && text ? JSON.parse(text) : text,
    };
  };
}
