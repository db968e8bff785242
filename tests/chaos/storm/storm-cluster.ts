/**
 * A small installation of processes: one API, two workers, one scheduler, a private Postgres behind a fault proxy and a
 * private Redis. Whatever is killed is started again.
 *
 * C1. A member has one process at a time; one that ended is replaced on the same port.
 * C2. `close` leaves nothing running.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger } from '@navette/kit';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '@navette/store';
import { findRedisServer, type RedisServer, startRedisServer } from '@navette/testing';
import { findFreePort, startServer, type TestServer } from '../../e2e/start-server.ts';
import { type FaultProxy, startFaultProxy } from './fault-proxy.ts';

export type MemberName = 'api' | 'worker-1' | 'worker-2' | 'scheduler';
const memberNames: readonly MemberName[] = ['api', 'worker-1', 'worker-2', 'scheduler'];

export interface StormCluster {
  readonly api: TestServer;
  postgres: EmbeddedPostgres;
  proxy: FaultProxy;
  /** Undefined where there is no redis-server. */
  redis: RedisServer | undefined;
  pidOf(name: MemberName): number;
  /** SIGKILL, and a new process at once. */
  replace(name: MemberName): Promise<void>;
  killPostgres(): void;
  /** What all processes have printed. */
  logs(): string;
  close(): Promise<void>;
}

export async function openStormCluster(allowedHost: string): Promise<StormCluster> {
  const root = mkdtempSync(join(tmpdir(), 'navette-storm-'));
  const postgres = await startEmbeddedPostgres({ dataDir: join(root, 'db'), logger: silentLogger });
  const { host, port, user, database } = postgres.connection;
  const proxy = await startFaultProxy({ path: `${host}/.s.PGSQL.${port}` });
  const redis = findRedisServer() ? await startRedisServer() : undefined;
  const members = new Map<MemberName, TestServer>();
  const ports = new Map<MemberName, number>();
  const formerLogs: string[] = [];
  let apiKey: string | undefined;

  const launch = async (name: MemberName) => {
    const memberPort = ports.get(name) ?? (await findFreePort());
    ports.set(name, memberPort);
    const member = await startServer({
      dataDir: join(root, 'data'),
      port: memberPort,
      env: {
        DATABASE_URL: `postgres://${user}@127.0.0.1:${proxy.port}/${database}`,
        ...(redis ? { REDIS_URL: redis.url } : {}),
        NAVETTE_ROLE: name.startsWith('worker') ? 'worker' : name,
        NAVETTE_HTTP_ALLOW_PRIVATE_HOSTS: allowedHost,
        NAVETTE_LOG_FORMAT: 'json',
        NAVETTE_LOG_LEVEL: 'warn',
      },
    });
    if (apiKey) member.useKey(apiKey);
    members.set(name, member);
  };

  const close = async () => {
    await Promise.all([...members.values()].map((member) => member.kill('SIGKILL')));
    await redis?.stop();
    await proxy.close();
    await postgres.stop();
    rmSync(root, { recursive: true, force: true });
  };
  try {
    // The first one makes the schema and the keys that the others read.
    await launch('api');
    ({ apiKey } = await members.get('api')!.createOwner());
    await Promise.all(memberNames.filter((name) => name !== 'api').map(launch));
  } catch (error) {
    await close();
    throw error;
  }
  return {
    get api() {
      return members.get('api')!;
    },
    postgres,
    proxy,
    redis,
    pidOf: (name) => members.get(name)!.pid,
    async replace(name) {
      const member = members.get(name)!;
      await member.kill('SIGKILL');
      formerLogs.push(member.logs());
      // A database that is away ends a start: try until it is back.
      for (let tries = 0; ; tries++) {
        try {
          return await launch(name);
        } catch (error) {
          if (tries >= 10) throw error;
        }
      }
    },
    killPostgres() {
      if (postgres.pid !== undefined) process.kill(postgres.pid, 'SIGKILL');
    },
    logs: () => [...formerLogs, ...[...members.values()].map((member) => member.logs())].join('\n'),
    close,
  };
}
