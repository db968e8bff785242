import { parseHostRule } from '@navette/http';
import { z } from 'zod';
import { roles } from '../runtime/role.ts';
import { artifactSettings, isComplete } from './artifact-settings.ts';
import { codeSettings } from './code-settings.ts';
import { retentionSettings } from './retention-settings.ts';
import { defineSetting as define, listSettings } from './setting.ts';

const mebibyte = 1024 * 1024;
const byteCount = (max: number) => z.int().min(1024).max(max);
const milliseconds = (min: number, max: number) => z.int().min(min).max(max);
const origin = z
  .url({ protocol: /^https?$/ })
  .overwrite((text) => text.replace(/\/$/, ''))
  .refine((text) => URL.parse(text)?.origin === text, 'expected scheme and host only');
const hostRule = z.string().refine(isHostRule, 'expected a host, host:port, an address or a CIDR range');

/**
 * Every setting of the server. The environment (first), the file and the defaults below (last) are merged by it; it is
 * also what `navette doctor` and docs/guide/configuration.md are made from.
 */
export const configSchema = z
  .strictObject({
    role: define(z.enum(roles).default('all'), {
      env: ['NAVETTE_ROLE'],
      about: 'What this process does. Anything but `all` needs `databaseUrl`; see [Scaling](scaling.md).',
    }),
    host: define(z.string().min(1).default('127.0.0.1'), {
      env: ['NAVETTE_HOST'],
      about: 'Address to listen on. `0.0.0.0` opens the server to other machines: put TLS in front of it.',
    }),
    port: define(z.int().min(0).max(65_535).default(4600), {
      env: ['NAVETTE_PORT', 'PORT'],
      about: 'Port to listen on; 0 takes a free one.',
    }),
    publicUrl: define(origin.optional(), {
      env: ['NAVETTE_PUBLIC_URL'],
      about: 'Address under which people reach the server, for links, webhooks and cookies.',
    }),
    trustedOrigins: define(z.array(origin).default([]), {
      env: ['NAVETTE_TRUSTED_ORIGINS'],
      about: 'Other origins whose pages may use the API with the session of a browser.',
    }),
    trustProxy: define(z.array(z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()])).default([]), {
      env: ['NAVETTE_TRUST_PROXY'],
      about: 'Addresses or ranges of proxies whose `X-Forwarded-*` headers are believed.',
    }),
    dataDir: define(z.string().min(1).default('./.navette'), {
      env: ['NAVETTE_DATA_DIR'],
      about: 'Folder for the built-in database, artifacts and the master key.',
      path: true,
    }),
    databaseUrl: define(
      z
        .string()
        .regex(/^postgres(ql)?:\/\//, 'expected postgresql://…')
        .optional(),
      {
        env: ['NAVETTE_DATABASE_URL', 'DATABASE_URL'],
        about: 'Address of a Postgres 15 or newer. Without it the built-in one is started.',
        secret: true,
      },
    ),
    databaseMaxConnections: define(z.int().min(2).max(1000).default(10), {
      env: ['NAVETTE_DATABASE_MAX_CONNECTIONS'],
      about: 'Connections to the database at most.',
    }),
    databaseWaitMs: define(milliseconds(0, 3_600_000).default(60_000), {
      env: ['NAVETTE_DATABASE_WAIT_MS'],
      about:
        'How long the start waits for the database of `databaseUrl` to answer, in milliseconds, before the server gives up.',
    }),
    redisUrl: define(
      z
        .string()
        .regex(/^rediss?:\/\//, 'expected redis://… or rediss://…')
        .optional(),
      {
        env: ['NAVETTE_REDIS_URL', 'REDIS_URL'],
        about:
          'Address of a Redis 6.2 or newer as the queue of several processes; see [Scaling](scaling.md). Without it, Postgres is the queue.',
        secret: true,
      },
    ),
    masterKey: define(z.string().refine(isKey, 'expected 32 bytes in base64 or hex').optional(), {
      env: ['NAVETTE_MASTER_KEY'],
      about:
        'Key that seals credentials: 32 bytes in base64. Without it a file `master.key` is kept in the data folder.',
      secret: true,
    }),
    sessionSecret: define(z.string().min(32).optional(), {
      env: ['NAVETTE_SESSION_SECRET'],
      about:
        'Secret that signs session cookies, 32 characters or more. Derived from the master key when not set.',
      secret: true,
    }),
    metricsToken: define(z.string().min(16).optional(), {
      env: ['NAVETTE_METRICS_TOKEN'],
      about:
        'Secret that a scraper sends to read `/metrics`, 16 characters or more. Without it only the owner can, signed in.',
      secret: true,
    }),
    logLevel: define(z.enum(['debug', 'info', 'warn', 'error']).default('info'), {
      env: ['NAVETTE_LOG_LEVEL'],
      about: 'How much is logged.',
    }),
    logFormat: define(z.enum(['auto', 'pretty', 'json']).default('auto'), {
      env: ['NAVETTE_LOG_FORMAT'],
      about: '`auto` is pretty on a terminal and JSON elsewhere.',
    }),
    apiMaxBodyBytes: define(byteCount(256 * mebibyte).default(5 * mebibyte), {
      env: ['NAVETTE_API_MAX_BODY_BYTES'],
      about: 'Largest request body of the API.',
    }),
    webhookMaxBodyBytes: define(byteCount(256 * mebibyte).default(16 * mebibyte), {
      env: ['NAVETTE_WEBHOOK_MAX_BODY_BYTES'],
      about: 'Largest request body of a webhook.',
    }),
    workerConcurrency: define(z.int().min(1).max(1000).default(32), {
      env: ['NAVETTE_WORKER_CONCURRENCY'],
      about: 'Executions that one process runs at the same time.',
    }),
    maxQueued: define(z.int().min(1).max(10_000_000).default(200_000), {
      env: ['NAVETTE_MAX_QUEUED'],
      about:
        'Executions that may be queued at the same time. More are refused (503) with the time after which to try again.',
    }),
    maxQueuedPerProject: define(z.int().min(1).max(10_000_000).default(50_000), {
      env: ['NAVETTE_MAX_QUEUED_PER_PROJECT'],
      about: 'Executions of one project that may be queued at the same time. More are refused (429).',
    }),
    heartbeatIntervalMs: define(milliseconds(100, 60_000).default(1_000), {
      env: ['NAVETTE_HEARTBEAT_INTERVAL_MS'],
      about: 'How often a worker says that it is alive.',
    }),
    leaseMs: define(milliseconds(500, 300_000).default(3_000), {
      env: ['NAVETTE_LEASE_MS'],
      about: 'Silence after which a worker counts as dead and its executions are taken over.',
    }),
    shutdownTimeoutMs: define(milliseconds(0, 600_000).default(10_000), {
      env: ['NAVETTE_SHUTDOWN_TIMEOUT_MS'],
      about: 'How long a stopping server lets running steps finish before it cuts them off.',
    }),
    artifacts: artifactSettings,
    retention: retentionSettings,
    http: z
      .strictObject({
        allowPrivateHosts: define(z.array(hostRule).default([]), {
          env: ['NAVETTE_HTTP_ALLOW_PRIVATE_HOSTS'],
          about: 'Private hosts that workflows may call: `host`, `host:port`, addresses or CIDR ranges.',
        }),
        timeoutMs: define(milliseconds(100, 3_600_000).default(30_000), {
          env: ['NAVETTE_HTTP_TIMEOUT_MS'],
          about: 'Default time limit of a request that a workflow makes.',
        }),
        maxResponseBytes: define(byteCount(1024 * mebibyte).default(50 * mebibyte), {
          env: ['NAVETTE_HTTP_MAX_RESPONSE_BYTES'],
          about: 'Largest response that a workflow may receive.',
        }),
        maxRedirects: define(z.int().min(0).max(20).default(5), {
          env: ['NAVETTE_HTTP_MAX_REDIRECTS'],
          about: 'Redirects that a request follows at most.',
        }),
      })
      .prefault({}),
    code: codeSettings,
    traces: z
      .strictObject({
        endpoint: define(z.url({ protocol: /^https?$/ }).optional(), {
          env: ['OTEL_EXPORTER_OTLP_ENDPOINT'],
          about:
            'Address of an OpenTelemetry collector (OTLP over HTTP) that takes traces. Without it none are made.',
        }),
        headers: define(z.string().refine(isHeaderList, 'expected name=value,name=value').optional(), {
          env: ['OTEL_EXPORTER_OTLP_HEADERS'],
          about: 'Headers for the collector, such as a key: `name=value,name=value`, percent-encoded.',
          secret: true,
        }),
        serviceName: define(z.string().min(1).max(200).default('navette'), {
          env: ['OTEL_SERVICE_NAME'],
          about: 'Name of this server in traces.',
        }),
        sampleRatio: define(z.number().min(0).max(1).default(1), {
          env: ['NAVETTE_TRACES_SAMPLE_RATIO'],
          about: 'Share of traces that are sent, 0 to 1. A caller that names a trace decides for that one.',
        }),
        propagate: define(z.boolean().default(false), {
          env: ['NAVETTE_TRACES_PROPAGATE'],
          about:
            'Whether requests of workflows tell the other side which trace they are part of (`traceparent`).',
        }),
      })
      .prefault({}),
    auth: z
      .strictObject({
        maxAttempts: define(z.int().min(1).max(10_000).default(10), {
          env: ['NAVETTE_AUTH_MAX_ATTEMPTS'],
          about: 'Sign-in attempts of one address within the window below; more are answered 429.',
        }),
        attemptWindowMs: define(milliseconds(1_000, 86_400_000).default(60_000), {
          env: ['NAVETTE_AUTH_ATTEMPT_WINDOW_MS'],
          about: 'The window for sign-in attempts.',
        }),
      })
      .prefault({}),
  })
  .refine(({ databaseUrl, role }) => role === 'all' || databaseUrl !== undefined, {
    path: ['role'],
    message: 'needs DATABASE_URL: the built-in database serves one process, which does everything (role all)',
  })
  .refine(({ artifacts }) => isComplete(artifacts), {
    path: ['artifacts', 'storage'],
    message: 's3 needs endpoint, bucket, accessKeyId and secretAccessKey beside it',
  })
  .refine(({ leaseMs, heartbeatIntervalMs }) => leaseMs >= 2 * heartbeatIntervalMs, {
    path: ['leaseMs'],
    message: 'expected at least twice heartbeatIntervalMs, or one late heartbeat would end every execution',
  });

export type ConfigValues = z.infer<typeof configSchema>;

export const settings = listSettings(configSchema);

function isKey(text: string): boolean {
  if (/^[0-9a-fA-F]{64}$/.test(text)) return true;
  return /^[A-Za-z0-9+/_-]+=*$/.test(text) && Buffer.from(text, 'base64').length === 32;
}

function isHeaderList(text: string): boolean {
  return text.split(',').every((pair) => /^\s*[!#$%&'*+.^_`|~\w-]+\s*=(?:[^%]|%[0-9a-fA-F]{2})*$/.test(pair));
}

function isHostRule(text: string): boolean {
  try {
    parseHostRule(text);
    return true;
  } catch {
    return false;
  }
}
