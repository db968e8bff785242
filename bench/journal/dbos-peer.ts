/** DBOS Transact in a process of its own, on a database of its own in the same Postgres, with the same settings. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Database } from '@navette/store';
import pg from 'pg';
import { installPeer, peersFolder } from '../install-peers.ts';

const database = 'bench_dbos';

export interface DbosRound {
  executions: number;
  elapsedSeconds: number;
  /** Of the process of DBOS, Postgres left out. */
  cpuMicros: number;
}

export interface DbosPeer {
  version: string;
  /** Runs the workflow for so long, as many at once as were asked for. */
  run(seconds: number): Promise<DbosRound>;
  /** Throws unless every workflow that it reported is in its tables with all its steps. */
  assertStored(executions: number): Promise<void>;
  stop(): Promise<void>;
}

export async function startDbos(
  postgres: Database,
  { inFlight, steps }: { inFlight: number; steps: number },
): Promise<DbosPeer> {
  const version = await installPeer('@dbos-inc/dbos-sdk');
  await postgres.pool.query(`CREATE DATABASE ${database}`);
  const connectionString = addressOf(postgres.connectionString);
  const child = fork(join(peersFolder, 'dbos-chain.mjs'), {
    env: {
      ...process.env,
      NODE_ENV: 'production',
      BENCH_STEPS: String(steps),
      BENCH_IN_FLIGHT: String(inFlight),
      BENCH_DATABASE_URL: connectionString,
    },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  await receive(child);
  return {
    version,
    async run(seconds) {
      child.send({ seconds });
      return (await receive(child)) as DbosRound;
    },
    assertStored: (executions) => assertStored(connectionString, { executions, steps }),
    async stop() {
      if (child.exitCode !== null) return;
      const ended = once(child, 'exit');
      child.send({ stop: true });
      await ended;
    },
  };
}

/** The same server; DBOS wants a host in the address, which the parameter overrules. */
function addressOf(connectionString: string): string {
  const url = new URL(connectionString.replace('@/', '@localhost/'));
  url.pathname = `/${database}`;
  return url.href;
}

async function receive(child: ChildProcess): Promise<unknown> {
  const over = new AbortController();
  const ended = once(child, 'exit', { signal: over.signal }).then(([code]) => {
    throw new Error(`DBOS ended with ${code}`);
  });
  ended.catch(() => {});
  try {
    const [message] = await Promise.race([once(child, 'message', { signal: over.signal }), ended]);
    return message;
  } finally {
    over.abort();
  }
}

async function assertStored(
  connectionString: string,
  { executions, steps }: { executions: number; steps: number },
): Promise<void> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    const { rows } = await client.query<{ done: number; outputs: number }>(
      `SELECT (SELECT count(*)::int FROM dbos.workflow_status WHERE status = 'SUCCESS') AS done,
              (SELECT count(*)::int FROM dbos.operation_outputs) AS outputs`,
    );
    const { done, outputs } = rows[0]!;
    if (done !== executions || outputs !== executions * steps)
      throw new Error(`DBOS reported ${executions} workflows and stored ${done} with ${outputs} steps`);
  } finally {
    await client.end();
  }
}
