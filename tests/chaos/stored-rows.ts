/** Direct reads of the embedded Postgres of a data folder, past the server: what is really stored. */
import { readFileSync, readlinkSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import type { JournalRecord } from '@navette/contracts';
import pg from 'pg';
import type { StoredChunk, StoredExecution } from './journal-checks.ts';

export interface StoredHistory {
  execution: StoredExecution;
  /** By sequence. */
  chunks: StoredChunk[];
}

export interface StoreReader extends AsyncDisposable {
  client: pg.Client;
  /** Every execution of the data folder, oldest first. */
  loadHistories(): Promise<StoredHistory[]>;
  /** Worker id → process id of the server that it was in. */
  loadWorkerPids(): Promise<Map<string, number>>;
  close(): Promise<void>;
}

/** The Postgres of that folder must be running. */
export async function openStoreReader(dataDir: string): Promise<StoreReader> {
  const client = new pg.Client({ ...readAddress(dataDir), user: 'navette', database: 'navette' });
  // The server under test may stop its Postgres while this is open; queries then fail on their own.
  client.on('error', () => {});
  await client.connect();
  const close = () => client.end();
  return {
    client,
    loadHistories: () => loadHistories(client),
    async loadWorkerPids() {
      const { rows } = await client.query<{ id: string; pid: number }>('SELECT id, pid FROM workers');
      return new Map(rows.map((row) => [row.id, row.pid]));
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** The process id of the Postgres that runs on the data folder; a file that a dead one left counts for nothing. */
export function readPostgresPid(dataDir: string): number | undefined {
  const pid = Number(readPostmasterLines(dataDir)?.[0]);
  if (!Number.isInteger(pid) || pid <= 1) return undefined;
  try {
    const folder = readlinkSync(`/proc/${pid}/cwd`);
    return folder === realpathSync(join(dataDir, 'postgres')) ? pid : undefined;
  } catch {
    return undefined;
  }
}

/** The folder of the socket of the Postgres that runs, or last ran, there. */
export function readSocketDir(dataDir: string): string | undefined {
  return readPostmasterLines(dataDir)?.[4]?.trim() || undefined;
}

/** Line 4 of postmaster.pid is the port, line 5 the folder of the socket. */
function readAddress(dataDir: string): { host: string; port: number } {
  const lines = readPostmasterLines(dataDir);
  if (!lines) throw new Error(`No Postgres runs on ${dataDir}`);
  return { host: lines[4]!.trim(), port: Number(lines[3]) };
}

function readPostmasterLines(dataDir: string): string[] | undefined {
  try {
    return readFileSync(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8').split('\n');
  } catch {
    return undefined;
  }
}

async function loadHistories(client: pg.Client): Promise<StoredHistory[]> {
  const executions = await client.query<StoredExecution>(
    `SELECT id, status, fence::int AS fence, owner, finished_at AS "finishedAt", recoveries
     FROM executions ORDER BY id`,
  );
  const chunks = await client.query<{
    executionId: string;
    seq: number;
    fence: number;
    records: JournalRecord[];
  }>(
    `SELECT execution_id AS "executionId", seq, fence::int AS fence, records::json AS records FROM journal ORDER BY execution_id, seq`,
  );
  const byExecution = Map.groupBy(chunks.rows, (chunk) => chunk.executionId);
  return executions.rows.map((execution) => ({ execution, chunks: byExecution.get(execution.id) ?? [] }));
}
