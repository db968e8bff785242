import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type pg from 'pg';
import { connectToStore, publishFirstWorkflow, startNavetteServer } from '../navette-server.ts';
import { path } from './order.ts';
import type { Subject } from './subject.ts';
import { orderWorkflow } from './workflow.ts';

export interface NavetteSubject extends Subject {
  /** To the database of the server, past the server. */
  store: pg.Client;
}

/** The real server on a new data folder, its defaults unchanged, with the workflow published. */
export async function startNavette(): Promise<NavetteSubject> {
  const dataDir = mkdtempSync(join(tmpdir(), 'navette-bench-'));
  const server = await startNavetteServer(dataDir);
  await publishFirstWorkflow(server, { name: 'Benchmark', definition: orderWorkflow });
  const store = await connectToStore(dataDir);
  return {
    name: 'Navette',
    work: 'the execution and the data of every step committed (fsync) before the answer',
    version: readVersion(),
    url: `${server.url}/webhook/${path}`,
    pid: server.pid,
    store,
    async stop() {
      await store.end();
      await server.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

function readVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
