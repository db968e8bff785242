/** When another worker takes an execution up, seen from its row: the server that does so is still starting. */
import { decodeId } from '@navette/kit';
import type pg from 'pg';
import { connectToStore } from '../navette-server.ts';

const patienceMs = 60_000;
const pollMs = 5;

export async function readFence(dataDir: string, executionId: string): Promise<number> {
  const store = await connectToStore(dataDir);
  try {
    return await askFence(store, executionId);
  } finally {
    await store.end();
  }
}

/** Resolves with the time (of `Date.now`) at which the fence was above `fence`, seen at most five milliseconds late. */
export async function watchForClaim(dataDir: string, executionId: string, fence: number): Promise<number> {
  const deadline = Date.now() + patienceMs;
  let trouble: unknown;
  while (Date.now() < deadline) {
    try {
      return await watchOnce(dataDir, executionId, fence, deadline);
    } catch (error) {
      // The Postgres of the killed server ends, and the one of the new server is not there at once.
      trouble = error;
      await sleep(pollMs);
    }
  }
  throw new Error(`Nobody took the execution up within ${patienceMs} ms`, { cause: trouble });
}

async function watchOnce(
  dataDir: string,
  executionId: string,
  fence: number,
  deadline: number,
): Promise<number> {
  const store = await connectToStore(dataDir);
  // Told by the query as well.
  store.on('error', () => {});
  try {
    while (Date.now() < deadline) {
      if ((await askFence(store, executionId)) > fence) return Date.now();
      await sleep(pollMs);
    }
    throw new Error('The execution is where it was');
  } finally {
    await store.end().catch(() => {});
  }
}

async function askFence(store: pg.Client, executionId: string): Promise<number> {
  const { rows } = await store.query<{ fence: number }>(
    'SELECT fence::int AS fence FROM executions WHERE id = $1',
    [decodeId('execution', executionId)],
  );
  return rows[0]!.fence;
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
