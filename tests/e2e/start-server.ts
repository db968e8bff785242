/** The real server as a process of its own: what the tests of the whole stack drive. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  type Problem,
  type Route,
  type RouteOutput,
  type RouteRequest,
  routes,
  scopes,
} from '@navette/contracts';
import { assertNoUnheardRejections, waitFor } from '@navette/testing';
// @ts-expect-error plain JavaScript that runs before anything is installed
import { hidePrograms } from '../../scripts/setup/hide-programs.mjs';
import { serverFlags } from '../../scripts/setup/server-flags.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));
const main = join(root, 'apps/server/src/main.ts');
const startLimitMs = 60_000;

export interface StartOptions {
  /** A private temporary folder by default, removed by `stop`. */
  dataDir?: string;
  env?: Record<string, string>;
  /** A free one by default. */
  port?: number;
  /** Programs of the machine that the server is not to find, by their real names. Throws where they cannot be hidden. */
  hidden?: readonly string[];
}

export interface TestServer {
  url: string;
  pid: number;
  dataDir: string;
  /** From the start of the process to the first 200 of its readiness. */
  readyMs: number;
  /** The key that `createOwner` or `useKey` gave. */
  readonly apiKey: string | undefined;
  /** Everything that it has printed, both streams. */
  logs(): string;
  /** Makes the owner and an API key with every scope, which `api` uses from then on. */
  createOwner(): Promise<{
    apiKey: string;
    projectId: string;
    cookie: string;
    email: string;
    password: string;
  }>;
  /** Goes on with a key of an earlier start on the same data folder. */
  useKey(apiKey: string): void;
  /** Calls a route and gives its answer. Throws the problem document, with the status, when it is refused. */
  api<R extends Route>(route: R, request?: Partial<RouteRequest<R>>): Promise<RouteOutput<R>>;
  /**
   * Sends a signal to the server; resolves when the process has ended. Rejects when its log tells of a promise that failed
   * while nobody waited for it.
   */
  kill(signal: NodeJS.Signals): Promise<void>;
  /** Ends it as Ctrl-C does and gives the exit code. Removes the data folder when it made it. Rejects as `kill` does. */
  stop(): Promise<number | null>;
}

export class ApiProblem extends Error {
  readonly status: number;
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(`${problem.code}: ${problem.detail} ${JSON.stringify(problem.issues ?? '')}`);
    this.status = problem.status;
    this.problem = problem;
  }
}

const owner = { name: 'Owner', email: 'owner@example.test', password: 'a long enough password' };

export async function startServer(options: StartOptions = {}): Promise<TestServer> {
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'navette-e2e-'));
  const port = options.port ?? (await findFreePort());
  const url = `http://localhost:${port}`;
  const startedAt = performance.now();
  const { command, args } = toCommand(options.hidden ?? []);
  const child = spawn(command, args, {
    cwd: root,
    env: {
      ...withoutSettings(process.env),
      NAVETTE_PORT: String(port),
      NAVETTE_DATA_DIR: dataDir,
      NAVETTE_AUTH_MAX_ATTEMPTS: '1000',
      ...options.env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = collectOutput(child);
  const ended = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
  await waitUntilReady(url, child, output);
  const readyMs = performance.now() - startedAt;
  let apiKey: string | undefined;

  const request = async (path: string, init: RequestInit) => {
    const response = await fetch(`${url}${path}`, init);
    const text = await response.text();
    const isJson = /\bjson\b/.test(response.headers.get('content-type') ?? '');
    const value = isJson && text ? JSON.parse(text) : text;
    if (!response.ok) throw new ApiProblem(value as Problem);
    return { value, headers: response.headers };
  };
  const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
    request(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });

  return {
    url,
    dataDir,
    readyMs,
    pid: child.pid!,
    get apiKey() {
      return apiKey;
    },
    logs: () => output.text,
    async createOwner() {
      const session = await post(routes.createOwner.path, owner);
      const cookie = session.headers
        .getSetCookie()
        .map((line) => line.split(';')[0])
        .join('; ');
      const key = await post(routes.createApiKey.path, { name: 'tests', scopes }, { cookie, origin: url });
      apiKey = key.value.secret as string;
      const { email, password } = owner;
      return { apiKey, projectId: session.value.project.id, cookie, email, password };
    },
    useKey(key) {
      apiKey = key;
    },
    async api(route, given = {}) {
      const { params, query, body } = given as {
        params?: Record<string, unknown>;
        query?: Record<string, unknown>;
        body?: unknown;
      };
      const { value } = await request(formatPath(route, params, query), {
        method: route.method,
        headers: {
          ...(apiKey ? { authorization: `Bearer ${apiKey}` } : {}),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      return value;
    },
    async kill(signal) {
      if (child.exitCode === null && child.signalCode === null) child.kill(signal);
      await ended;
      assertNoUnheardRejections(output.text);
    },
    async stop() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
      const [code] = await ended;
      if (options.dataDir === undefined) rmSync(dataDir, { recursive: true, force: true });
      assertNoUnheardRejections(output.text);
      return code;
    },
  };
}

function toCommand(hidden: readonly string[]): { command: string; args: string[] } {
  const args = [...serverFlags, main];
  if (hidden.length === 0) return { command: findNode(), args };
  const found = hidePrograms(hidden, findNode(), args);
  if (!found) throw new Error('This machine gives no mount namespace to hide programs in');
  return found;
}

function formatPath(
  route: Route,
  params: Record<string, unknown> = {},
  query: Record<string, unknown> = {},
): string {
  const path = route.path.replace(/:(\w+)/g, (_whole, name: string) =>
    encodeURIComponent(String(params[name])),
  );
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) search.set(name, String(value));
  return search.size > 0 ? `${path}?${search}` : path;
}

async function waitUntilReady(url: string, child: ChildProcess, output: { text: string }): Promise<void> {
  const isReady = async () => {
    if (child.exitCode !== null || child.signalCode !== null)
      throw new Error(`The server ended during its start:\n${output.text}`);
    const response = await fetch(`${url}${routes.healthReady.path}`).catch(() => undefined);
    await response?.text();
    return response?.ok;
  };
  try {
    await waitFor(isReady, { timeoutMs: startLimitMs, what: 'the server to be ready' });
  } catch (error) {
    child.kill('SIGKILL');
    throw new Error(`${(error as Error).message}\n${output.text}`, { cause: error });
  }
}

function collectOutput(child: ChildProcess): { text: string } {
  const output = { text: '' };
  for (const stream of [child.stdout!, child.stderr!])
    stream.setEncoding('utf8').on('data', (text: string) => {
      output.text += text;
    });
  return output;
}

/** The Node that the product runs on, also when an older one runs the tests. */
function findNode(): string {
  const pinned = join(root, 'node_modules/.bin/node');
  return Number.parseInt(process.versions.node, 10) >= 24 || !existsSync(pinned) ? process.execPath : pinned;
}

/** Settings of whoever runs the tests must not reach the server. */
function withoutSettings(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const ours = /^(NAVETTE_|DATABASE_URL$|REDIS_URL$|PORT$|VITEST|NODE_ENV$)/;
  return Object.fromEntries(Object.entries(env).filter(([name]) => !ours.test(name)));
}

export async function findFreePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}
