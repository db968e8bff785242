/** The composition root: everything is made here, handed to what needs it by constructor, and stopped in reverse. */
import type { RequestListener } from 'node:http';
import { fileURLToPath } from 'node:url';
import { createGuardedClient } from '@navette/http';
import { encodeId, type Logger } from '@navette/kit';
import { NodeRegistry } from '@navette/node-sdk';
import { builtinCredentialTypes, builtinNodes } from '@navette/nodes';
import {
  type Database,
  loadFreeBytes,
  type MasterKey,
  openPostgresBus,
  type ProcessBus,
  type Repositories,
} from '@navette/store';
import type { FastifyInstance } from 'fastify';
import { Accounts } from './accounts/accounts.ts';
import type { ServerServices, ServerSettings } from './api/server-services.ts';
import { CodeChecks } from './code/code-checks.ts';
import { openCodeEngines } from './code/open-code-engines.ts';
import { openPrograms } from './code/open-programs.ts';
import { probeEngines } from './code/probe-engines.ts';
import type { Config } from './config/index.ts';
import { createApp } from './http/create-app.ts';
import { createProbeApp } from './http/create-probe-app.ts';
import type { HttpListener } from './http/http-listener.ts';
import { Links } from './links/links.ts';
import { EventHub } from './live/event-hub.ts';
import { followWorkflows } from './live/follow-workflows.ts';
import { LiveConsoles } from './live/live-consoles.ts';
import { sealCarrier } from './live/remote/seal-carrier.ts';
import { shareLines } from './live/remote/share-lines.ts';
import { openStorage, type Storage } from './open-storage.ts';
import { openPolicies } from './policies/open-policies.ts';
import { createArtifactReader, createReplayCode, createStepPorts } from './ports/step-ports.ts';
import { readHealth } from './read-health.ts';
import { ReplayService } from './replay/replay-service.ts';
import { createRuntime, type Runtime } from './runtime/create-runtime.ts';
import { DatabaseWatch } from './runtime/database-watch.ts';
import { chooseDispatcher } from './runtime/dispatch/choose-dispatcher.ts';
import { createPatientCredentials, createPatientVersions } from './runtime/patient-sources.ts';
import { createRetention, createRetentionTasks } from './runtime/retention-loop.ts';
import { listDuties } from './runtime/role.ts';
import type { LoopTask } from './runtime/run-loop.ts';
import type { DispatcherFactory } from './runtime/work-dispatcher.ts';
import { Telemetry } from './telemetry/telemetry.ts';
import { openTracing } from './telemetry/tracing/open-tracing.ts';
import type { Tracing } from './telemetry/tracing/tracing.ts';
import { TemplateSource } from './templates/template-source.ts';
import { WebhookTable } from './webhooks/webhook-table.ts';

const readyWords = {
  all: 'Worker is registered',
  api: 'API is ready',
  worker: 'Worker is registered',
  scheduler: 'Scheduler stands for election',
} as const;
const root = fileURLToPath(new URL('../../../', import.meta.url));
const housekeepingMs = 3_600_000;
const webhookTimeoutMs = 120_000;
const mebibyte = 1024 * 1024;
/** How long requests may take to end once the executions have been drained. */
const requestGraceMs = 2_000;

export interface ServerOptions {
  config: Config;
  logger: Logger;
  /** Listening already. */
  listener: HttpListener;
  publicUrl: string;
  version: string;
  /** Checks every answer against its schema: in tests, and when everything is logged. */
  checkResponses?: boolean;
  /** Told as each part is up. */
  onStep(what: string): void;
  /** Ends the start, with its reason, while it waits for the database. */
  signal?: AbortSignal;
}

export interface RunningServer {
  app: FastifyInstance;
  services: ServerServices;
  database: Database;
  runtime: Runtime;
  /** Finishes what is under way within the limit of the configuration, then ends everything, Postgres included. */
  stop(): Promise<void>;
}

/** What is made once the storage is open. */
interface Parts {
  services: ServerServices;
  runtime: Runtime;
  /** Between the processes of the database; undefined when this is the only one. */
  bus: ProcessBus | undefined;
  watch: DatabaseWatch;
  webhooks: WebhookTable;
  /** Tells everything that serves people that the end has begun. */
  stopping: AbortController;
  close(): Promise<void>;
}

/** Starts everything. When it throws, nothing is left running. */
export async function createServer(options: ServerOptions): Promise<RunningServer> {
  const { config, logger, onStep, version } = options;
  const storage = await openStorage(config, logger, onStep, options.signal);
  const tracing = await openTracing({
    config,
    logger,
    version,
    versions: storage.repositories.versionSource,
  });
  const createDispatcher = await chooseDispatcher(config, storage.database);
  const parts = createParts(options, storage, tracing, createDispatcher);
  const { runtime, services, webhooks } = parts;
  const { serves } = listDuties(config.role);
  try {
    const [opened] = await Promise.all([
      openApp(options, parts),
      runtime.start(),
      serves ? webhooks.start() : undefined,
    ]);
    const { app, handler } = opened;
    // Not before the worker is known: what a request starts belongs to it.
    options.listener.handleWith(handler);
    onStep(readyWords[config.role]);
    let stopped: Promise<void> | undefined;
    const stop = () => stopServer(options, parts, app, storage);
    return {
      app,
      services,
      runtime,
      database: storage.database,
      stop() {
        stopped ??= stop();
        return stopped;
      },
    };
  } catch (error) {
    webhooks.stop();
    await runtime
      .stop(0)
      .catch((again) => logger.warn({ err: again }, 'What was started could not be stopped'));
    await parts.close();
    await storage.database.close();
    throw error;
  }
}

/** No new connections; streams end; executions drain; then what they stood on goes. */
async function stopServer(
  { config, listener }: ServerOptions,
  { close, runtime, stopping, webhooks }: Parts,
  app: FastifyInstance,
  { database }: Storage,
): Promise<void> {
  stopping.abort();
  listener.stopAccepting();
  webhooks.stop();
  // Requests are all the work that a process without executions has; elsewhere they wait for those.
  const isIdle = !listDuties(config.role).executes;
  if (isIdle) await listener.close(config.shutdownTimeoutMs);
  await runtime.stop(config.shutdownTimeoutMs);
  if (!isIdle) await listener.close(requestGraceMs);
  await app.close();
  await close();
  await database.close();
}

function createParts(
  options: ServerOptions,
  storage: Storage,
  tracing: Tracing | undefined,
  createDispatcher: DispatcherFactory,
): Parts {
  const { config, logger, publicUrl, version } = options;
  const { database, dataDir, masterKey, repositories, vault } = storage;
  const nodes = new NodeRegistry(builtinNodes, builtinCredentialTypes);
  const watch = new DatabaseWatch({
    connectionString: database.connectionString,
    logger,
    readFreeBytes: database.embedded && (() => loadFreeBytes(dataDir)),
  });
  database.pool.on('error', watch.suspect);
  database.pool.on('release', (error: Error | null | undefined) => {
    if (!error) watch.noteAnswer();
  });
  // Nobody else can use a built-in Postgres: nobody is told of anything.
  const bus = database.embedded
    ? undefined
    : openPostgresBus({ connectionString: database.connectionString, logger, onTrouble: watch.suspect });
  const hub = new EventHub(bus);
  const consoles = new LiveConsoles();
  const policies = openPolicies({ code: config.code, dataDir }, logger);
  // What is wrong with them is said at the start, not at the first step that needs them.
  void policies.read();
  const telemetry = new Telemetry({
    version,
    pool: database.pool,
    versions: repositories.versionSource,
    logger,
    readWorker: () => ({ ...runtime.health(), executes: listDuties(config.role).executes }),
    countWebhooks: () => webhooks.size,
    countPolicyProblems: () => policies.last.problems.length,
    tracing,
  });
  const http = createGuardedClient({ ...toHttpOptions(config), logger });
  const codeEngines = openCodeEngines(config.code);
  const codeService = { engines: codeEngines, policies };
  const programs = openPrograms(config.code, policies);
  const links = new Links({ vault, publicUrl });
  const retention = createRetention(config, storage, logger);
  const runtime = createRuntime({
    role: config.role,
    database,
    bus,
    watch,
    hub,
    logger,
    nodeTypes: nodes,
    versions: createPatientVersions(repositories.versionSource),
    credentials: createPatientCredentials(repositories.credentials),
    links,
    executionUrl: (id) => `${publicUrl}/executions/${encodeId('execution', id)}`,
    stepPorts: createStepPorts({
      http: (step) => telemetry.watchClient(http, step),
      artifacts: repositories.artifacts,
      code: codeService,
      connections: { logger, counts: telemetry.codeConnections },
    }),
    programs: programs.port,
    consoles,
    listener: telemetry.meterCommits(hub),
    wrapStore: (store) => telemetry.watchStore(store),
    version,
    // Nobody else can use a built-in Postgres, so its former workers are dead.
    exclusiveInstance: database.embedded ? dataDir : undefined,
    maxActive: config.workerConcurrency,
    queueBounds: { maxQueued: config.maxQueued, maxQueuedPerProject: config.maxQueuedPerProject },
    heartbeatIntervalMs: config.heartbeatIntervalMs,
    leaseMs: config.leaseMs,
    createDispatcher,
    leaderTasks: [createHousekeepingTask(repositories), ...createRetentionTasks(retention, config.retention)],
  });
  const stopSharing = shareConsoles({ consoles, runtime, bus, masterKey, role: config.role });
  const webhooks = new WebhookTable({
    publications: repositories.publications,
    versions: repositories.versionSource,
    nodeTypes: nodes,
    logger,
  });
  const accounts = new Accounts(repositories.accounts, {
    pool: database.pool,
    secret: config.sessionSecret ?? masterKey.derive('sessions').toString('base64'),
    publicUrl,
    maxAttempts: config.auth.maxAttempts,
    attemptWindowMs: config.auth.attemptWindowMs,
  });
  const stopping = new AbortController();
  const replayer = new ReplayService({
    store: runtime.store,
    versions: repositories.versionSource,
    nodeTypes: nodes,
    replays: repositories.replays,
    readArtifact: (projectId) => createArtifactReader(repositories.artifacts, projectId),
    code: createReplayCode(codeService),
    programs: programs.port,
    logger,
  });
  const services: ServerServices = {
    accounts,
    consoles,
    codeChecks: new CodeChecks({ engines: codeEngines, nodeTypes: nodes, logger }),
    codeEngines,
    engine: runtime.engine,
    hub,
    links,
    logger,
    nodes,
    policies,
    queue: runtime.dispatcher,
    replayer,
    repositories,
    retention: { preview: (projectId) => retention.preview(projectId), settings: config.retention },
    telemetry,
    templates: new TemplateSource(`${root}workflows`),
    settings: createSettings(options),
    reloadWebhooks: () => webhooks.reload(),
    readHealth: () =>
      readHealth({
        ...{ version, database, dataDir, runtime, watch, codeEngines, policies },
        stopping: stopping.signal,
      }),
    stopping: stopping.signal,
  };
  if (bus && listDuties(config.role).serves) {
    const warn = (error: unknown) => logger.warn({ err: error }, 'The live webhooks could not be read');
    followWorkflows(bus, {
      forget: (workflowId) => repositories.versionSource.forget(workflowId),
      reload: () => void webhooks.reload().catch(warn),
    });
  }
  const stopProbe = listDuties(config.role).executes ? probeEngines(codeEngines, logger) : undefined;
  const close = async () => {
    stopProbe?.();
    stopSharing();
    await replayer.close();
    await Promise.all([codeEngines.close(), programs.close()]);
    watch.stop();
    await bus?.close();
    await http.close();
    await tracing?.close();
  };
  return { services, runtime, bus, watch, webhooks, stopping, close };
}

/** Over Redis, where there is one, and Postgres. A Redis is not trusted with what workflows write. */
function shareConsoles(options: {
  consoles: LiveConsoles;
  runtime: Runtime;
  bus: ProcessBus | undefined;
  masterKey: MasterKey;
  role: Config['role'];
}): () => void {
  const { bus, consoles, masterKey, role, runtime } = options;
  if (!bus) return () => {};
  const { texts } = runtime.dispatcher;
  const sealed = texts ? [sealCarrier(texts, masterKey.derive('live lines'))] : [];
  return shareLines({ consoles, carriers: [...sealed, bus.texts], duties: listDuties(role) });
}

/** The app, and what answers the requests of the socket that listens already. */
async function openApp(
  { config, listener }: ServerOptions,
  parts: Parts,
): Promise<{ app: FastifyInstance; handler: RequestListener }> {
  let handler: RequestListener | undefined;
  const serverFactory = (created: RequestListener) => {
    handler = created;
    return listener.server;
  };
  const { metricsToken } = config;
  if (!listDuties(config.role).serves) {
    const { logger, readHealth, telemetry } = parts.services;
    const app = createProbeApp({ logger, metricsToken, readHealth, serverFactory, telemetry });
    await app.ready();
    return { app, handler: handler! };
  }
  const app = await createApp({
    services: parts.services,
    webhooks: parts.webhooks,
    webRoot: `${root}apps/web/dist`,
    trustedOrigins: config.trustedOrigins,
    trustProxy: config.trustProxy,
    metricsToken,
    serverFactory,
  });
  await app.ready();
  return { app, handler: handler! };
}

function toHttpOptions({ http }: Config) {
  const { allowPrivateHosts, timeoutMs, maxResponseBytes, maxRedirects } = http;
  return { allowPrivateHosts, defaultTimeoutMs: timeoutMs, maxResponseBytes, maxRedirects };
}

function createSettings({ checkResponses, config, publicUrl, version }: ServerOptions): ServerSettings {
  return {
    version,
    publicUrl,
    bodyLimitBytes: config.apiMaxBodyBytes,
    definitionLimitBytes: Math.max(config.apiMaxBodyBytes, 8 * mebibyte),
    uploadLimitBytes: 100 * mebibyte,
    webhookLimitBytes: config.webhookMaxBodyBytes,
    webhookTimeoutMs,
    checkResponses: checkResponses ?? config.logLevel === 'debug',
  };
}

/**
 * Removes what has run out: answers to idempotent creates, sessions, signals that were kept for nobody, questions of
 * executions that have ended.
 */
function createHousekeepingTask({ accounts, approvals, idempotency, messages }: Repositories): LoopTask {
  return {
    name: 'Removing what has run out',
    async turn() {
      await Promise.all([
        idempotency.clean(),
        accounts.cleanSessions(),
        messages.cleanKept(),
        approvals.withdrawEnded(),
      ]);
      return housekeepingMs;
    },
  };
}
