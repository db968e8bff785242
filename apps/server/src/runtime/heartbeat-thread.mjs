/**
 * Beats for the worker from a thread of its own, so that no step can hold the lease up by blocking the event loop.
 *
 * Messages in: `{workerId}` (beat for this one from now on), `{stop: true}`. Messages out: `{beat: workerId}` after each
 * beat, `{lost: workerId}` when the store has declared the worker dead, `{failed: workerId, message, code}` when the database
 * did not answer: no beat is news enough, and the main thread knows the age of the last one.
 *
 * Plain JavaScript that loads only the driver: as TypeScript with our packages the thread took 16 MB more.
 */
import { parentPort, workerData } from 'node:worker_threads';
import pg from 'pg';

/** @type {{connectionString: string, workerId: string, intervalMs: number, statement: {name: string, text: string}}} */
const { connectionString, intervalMs, statement } = workerData;
let { workerId } = workerData;
let stopped = false;
/** @type {import('pg').Client | undefined} */
let client;
/** @type {NodeJS.Timeout | undefined} */
let timer;

parentPort.on('message', (message) => {
  if (message.workerId) workerId = message.workerId;
  if (message.stop) {
    stopped = true;
    clearTimeout(timer);
    closeClient().finally(() => parentPort.close());
  }
});

async function connect() {
  if (client) return client;
  const made = new pg.Client({
    connectionString,
    application_name: 'navette heartbeat',
    connectionTimeoutMillis: 2_000,
    query_timeout: 5_000,
  });
  made.on('error', () => {
    if (client === made) client = undefined;
  });
  await made.connect();
  client = made;
  return made;
}

async function closeClient() {
  const open = client;
  client = undefined;
  // A connection that is broken already has nothing left to close.
  await open?.end().catch(() => {});
}

async function beat() {
  if (stopped) return;
  const id = workerId;
  try {
    const connection = await connect();
    const result = await connection.query({ ...statement, values: [id] });
    parentPort.postMessage(result.rowCount === 1 ? { beat: id } : { lost: id });
  } catch (error) {
    if (!stopped) parentPort.postMessage({ failed: id, message: error.message, code: error.code });
    await closeClient();
  }
  if (!stopped) timer = setTimeout(beat, intervalMs);
}

await beat();
