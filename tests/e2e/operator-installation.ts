/**
 * An installation of processes that is started with the commands of docs/guide/scaling.md: Postgres and Redis of its own,
 * and a server for each port that the page names. `close` leaves nothing running.
 */
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Health, routes, scopes, type Worker, type WorkflowDefinitionInput } from '@navette/contracts';
import { findRedisServer, type RedisServer, startRedisServer, waitFor } from '@navette/testing';
import pg from 'pg';
import { type ApiClient, createApiClient } from '../../apps/cli/src/api/api-client.ts';
import { readTestedBlock } from '../docs/marked-blocks.ts';
import { listCommands } from '../docs/shell-commands.ts';
import { createGuideShell, type GuideShell, type ShellProcess } from './guide-shell.ts';
import { type OwnPostgres, startOwnPostgres } from './own-postgres.ts';
import { findFreePort } from './start-server.ts';

const owner = { name: 'Owner', email: 'owner@example.com', password: 'a long enough password' };
export const patience = { timeoutMs: 60_000 };
/** Of the page, and one for a process that it does not name. */
const guidePorts = ['4600', '4601', '4602', '4603', '4604', '4700'] as const;
export type GuidePort = (typeof guidePorts)[number];

export async function openInstallation(): Promise<OperatorInstallation> {
  const root = mkdtempSync(join(tmpdir(), 'navette-operator-'));
  // Postgres runs as another user when we are root.
  chmodSync(root, 0o755);
  mkdirSync(join(root, 'postgres'));
  const [postgres, redis] = await Promise.all([
    startOwnPostgres(join(root, 'postgres')),
    findRedisServer() ? startRedisServer({ password: 'secret' }) : undefined,
  ]);
  const ports = new Map<GuidePort, number>();
  for (const port of guidePorts) ports.set(port, await findFreePort());
  return new OperatorInstallation({ root, postgres, redis, ports });
}

interface Parts {
  root: string;
  postgres: OwnPostgres;
  redis: RedisServer | undefined;
  ports: ReadonlyMap<GuidePort, number>;
}

export class OperatorInstallation {
  readonly root: string;
  readonly postgres: OwnPostgres;
  /** Undefined where there is no redis-server. */
  readonly redis: RedisServer | undefined;
  readonly shell: GuideShell;
  readonly #ports: Parts['ports'];
  readonly #servers = new Map<GuidePort, ShellProcess>();
  /** Of the API; set by `signUp`. */
  key = '';

  constructor({ root, postgres, redis, ports }: Parts) {
    this.root = root;
    this.postgres = postgres;
    this.redis = redis;
    this.#ports = ports;
    this.shell = createGuideShell({
      replacements: {
        'postgresql://navette:secret@localhost:5432/navette': postgres.url,
        'redis://:secret@localhost:6379': redis?.url ?? '',
        '/srv/navette/data': join(root, 'data'),
        '/srv/backups/navette-2026-01-31': join(root, 'backup'),
        '/tmp/navette-trial': join(root, 'restored'),
        ...Object.fromEntries([...ports].map(([port, here]) => [port, String(here)])),
      },
      env: {
        HOME: root,
        XDG_CONFIG_HOME: join(root, 'config'),
        NAVETTE_LOG_FORMAT: 'json',
        NAVETTE_LOG_LEVEL: 'warn',
        // So that every worker has some of the work.
        NAVETTE_WORKER_CONCURRENCY: '4',
      },
    });
  }

  portOf(port: GuidePort): string {
    return String(this.#ports.get(port));
  }

  urlOf(port: GuidePort): string {
    return `http://127.0.0.1:${this.portOf(port)}`;
  }

  api(port: GuidePort = '4600'): ApiClient {
    return createApiClient({ url: this.urlOf(port), headers: { authorization: `Bearer ${this.key}` } });
  }

  /** Starts the server of the page that has this port, and waits until it is ready. */
  async startRole(port: GuidePort): Promise<void> {
    const commands = listCommands(readTestedBlock('scaling', 'roles'));
    const exports = commands.filter((command) => command.startsWith('export '));
    if (this.redis) exports.push(...listCommands(readTestedBlock('scaling', 'redis')));
    await this.startServing(port, [
      ...exports,
      commands.find((command) => command.includes(`--port ${port}`))!,
    ]);
  }

  async startServing(port: GuidePort, commands: readonly string[], env = {}): Promise<void> {
    const server = this.shell.start(commands, env);
    this.#servers.set(port, server);
    const isReady = async () => {
      if (server.hasEnded) throw new Error(`${commands.at(-1)} ended:\n${server.logs()}`);
      return fetch(`${this.urlOf(port)}/health/ready`).then(
        ({ ok }) => ok,
        () => false,
      );
    };
    await waitFor(isReady, { ...patience, what: `the server at ${port} to be ready` });
  }

  hasEnded(port: GuidePort): boolean {
    return this.#servers.get(port)!.hasEnded;
  }

  /** Resolves with the exit code. */
  end(port: GuidePort): Promise<number | null> {
    return this.#servers.get(port)!.ended;
  }

  stop(port: GuidePort): Promise<number | null> {
    this.#servers.get(port)!.kill('SIGTERM');
    return this.end(port);
  }

  logs(): string {
    return [...this.#servers.values()].map((server) => server.logs()).join('\n');
  }

  async readHealth(port: GuidePort): Promise<Health> {
    return (await (await fetch(`${this.urlOf(port)}/health/ready`)).json()) as Health;
  }

  async readCheck(port: GuidePort, name: string): Promise<Health['checks'][number]> {
    return (await this.readHealth(port)).checks.find((check) => check.name === name)!;
  }

  /** Makes the owner and a key with every scope. */
  async signUp(): Promise<void> {
    const setup = await this.#post(routes.createOwner.path, owner);
    const cookie = setup.headers
      .getSetCookie()
      .map((line) => line.split(';')[0])
      .join('; ');
    const made = await this.#post(routes.createApiKey.path, { name: 'tests', scopes }, { cookie });
    this.key = ((await made.json()) as { secret: string }).secret;
  }

  /** The status of the answer. */
  async signIn(port: GuidePort): Promise<number> {
    const { email, password } = owner;
    return (await this.#post(routes.signIn.path, { email, password }, {}, port)).status;
  }

  /** Creates and publishes. */
  async create(name: string, definition: WorkflowDefinitionInput): Promise<string> {
    const { id } = await this.api().call(routes.createWorkflow, { body: { name, definition } });
    await this.api().call(routes.publishWorkflow, { params: { workflowId: id }, body: {} });
    return id;
  }

  async run(workflowId: string): Promise<string> {
    const body = { target: 'published' as const };
    return (await this.api().call(routes.runWorkflow, { params: { workflowId }, body })).executionId;
  }

  runMany(workflowId: string, count: number): Promise<string[]> {
    return Promise.all(Array.from({ length: count }, () => this.run(workflowId)));
  }

  /** One start, as it is answered. */
  async tryToRun(workflowId: string): Promise<{ status: number; code: string; retryAfter: number }> {
    const path = routes.runWorkflow.path.replace(':workflowId', workflowId);
    const headers = { authorization: `Bearer ${this.key}` };
    const response = await this.#post(path, { target: 'published' }, headers);
    const { code = '' } = (await response.json()) as { code?: string };
    return { status: response.status, code, retryAfter: Number(response.headers.get('retry-after')) };
  }

  /** Waits until they have ended. Throws when one has not succeeded. */
  async awaitSuccess(ids: readonly string[], port: GuidePort = '4600'): Promise<void> {
    for (const executionId of ids) {
      const { status, error } = await waitFor(
        async () => {
          const found = await this.api(port).call(routes.getExecution, { params: { executionId } });
          return found.finishedAt !== null && found;
        },
        { ...patience, what: `${executionId} to end` },
      );
      if (status !== 'succeeded') throw new Error(`${executionId} ${status}: ${error?.message}`);
    }
  }

  /** Those alive, as the command of the page lists them. */
  async listWorkers(): Promise<Worker[]> {
    const { code, stdout, stderr } = await this.shell.run(readTestedBlock('scaling', 'workers'), {
      NAVETTE_API_KEY: this.key,
    });
    if (code !== 0) throw new Error(stderr);
    return (JSON.parse(stdout) as { items: Worker[] }).items.filter((worker) => worker.state === 'alive');
  }

  async query<Row extends object>(text: string, values: unknown[] = []): Promise<Row[]> {
    const client = new pg.Client({ connectionString: this.postgres.url });
    await client.connect();
    try {
      return (await client.query<Row>(text, values)).rows;
    } finally {
      await client.end();
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#servers.keys()].map((port) => this.stop(port)));
    await this.redis?.stop();
    await this.postgres.stop();
    rmSync(this.root, { recursive: true, force: true });
  }

  #post(path: string, body: object, headers = {}, port: GuidePort = '4600'): Promise<Response> {
    const origin = this.urlOf(port);
    return fetch(`${origin}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin, ...headers },
      body: JSON.stringify(body),
    });
  }
}
