/**
 * How long the first page of the list of executions takes among very many: the real server, asked over HTTP one request
 * after the other. The rows are made by SQL; what they look like is told in `fill-executions.ts`.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BenchOptions } from '../arguments.ts';
import {
  connectToStore,
  publishFirstWorkflow,
  readPostgresPid,
  startNavetteServer,
} from '../navette-server.ts';
import type { OwnerSession } from '../owner-session.ts';
import { listTree, readCpuSeconds } from '../process-tree.ts';
import { percentileOf } from '../statistics.ts';
import { orderWorkflow } from '../webhook/workflow.ts';
import { fillExecutions } from './fill-executions.ts';

const defaultRows = 1_000_000;
const requestsPerRound = 20;
const warmUp = 5;

interface FilterResult {
  name: string;
  query: string;
  /** Rows of the first page. */
  rows: number;
  medianMs: number;
  p95Ms: number;
  maxMs: number;
  cpuMicrosPerRequest: number | undefined;
  samplesMs: number[];
}

export interface ListResult {
  rows: number;
  fillSeconds: number;
  filters: FilterResult[];
}

export async function measureList(options: BenchOptions): Promise<ListResult> {
  const rows = options.count ?? defaultRows;
  const dataDir = mkdtempSync(join(tmpdir(), 'navette-bench-list-'));
  const server = await startNavetteServer(dataDir);
  try {
    const { owner, workflowId } = await publishFirstWorkflow(server, {
      name: 'List',
      definition: orderWorkflow,
    });
    const store = await connectToStore(dataDir);
    const startedAt = performance.now();
    await fillExecutions(store, rows);
    await store.end();
    const fillSeconds = (performance.now() - startedAt) / 1_000;
    const filters: FilterResult[] = [];
    const pids = () => [server.pid, ...listTree(readPostgresPid(dataDir))];
    for (const [name, query] of await listFilters(owner, workflowId)) {
      console.error(`list: ${name}`);
      filters.push(
        await measureFilter({ owner, name, query, requests: options.rounds * requestsPerRound, pids }),
      );
    }
    return { rows, fillSeconds, filters };
  } finally {
    await server.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function listFilters(owner: OwnerSession, workflowId: string): Promise<(readonly [string, string])[]> {
  const day = 86_400_000;
  const time = (daysAgo: number) => new Date(Date.now() - daysAgo * day).toISOString();
  const window = `createdAfter=${time(3)}&createdBefore=${time(2)}`;
  const failed = await owner.get<Page>('/api/v1/executions?status=failed&limit=200');
  return [
    ['all', ''],
    ['failed', 'status=failed'],
    ['failed or cancelled', 'status=failed,cancelled'],
    ['waiting', 'status=waiting'],
    ['queued, running or waiting', 'status=queued,running,waiting'],
    ['succeeded', 'status=succeeded'],
    ['started by hand', 'mode=manual'],
    ['by webhook', 'mode=webhook'],
    ['of a workflow', `workflowId=${workflowId}`],
    ['of a workflow, failed', `workflowId=${workflowId}&status=failed`],
    ['of one day', window],
    ['of one day, failed', `${window}&status=failed`],
    ['of one day, by hand', `${window}&mode=manual`],
    ['failed, second page of 200', `status=failed&limit=200&cursor=${failed.nextCursor ?? ''}`],
  ];
}

interface Page {
  items: unknown[];
  nextCursor: string | null;
}

async function measureFilter(options: {
  owner: OwnerSession;
  name: string;
  query: string;
  requests: number;
  pids: () => number[];
}): Promise<FilterResult> {
  const { name, owner, pids, query, requests } = options;
  const path = `/api/v1/executions?${query}`;
  let rows = 0;
  for (let request = 0; request < warmUp; request++) rows = (await owner.get<Page>(path)).items.length;
  const samplesMs: number[] = [];
  const before = readCpuSeconds(pids());
  for (let request = 0; request < requests; request++) {
    const startedAt = performance.now();
    const page = await owner.get<Page>(path);
    samplesMs.push(performance.now() - startedAt);
    if (page.items.length !== rows) throw new Error(`${path} gave ${page.items.length} rows after ${rows}`);
  }
  const after = readCpuSeconds(pids());
  if (rows === 0) throw new Error(`${path} gave nothing: the rows are not what the benchmark says`);
  const sorted = samplesMs.toSorted((a, b) => a - b);
  return {
    name,
    query,
    rows,
    medianMs: percentileOf(sorted, 0.5),
    p95Ms: percentileOf(sorted, 0.95),
    maxMs: sorted.at(-1)!,
    cpuMicrosPerRequest:
      before === undefined || after === undefined ? undefined : ((after - before) * 1e6) / requests,
    samplesMs,
  };
}
