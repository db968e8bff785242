import type { QueueDepth } from '@navette/store';
import type { CodeConnectionCounts } from './code-connection-counts.ts';
import type { ExecutionCounts } from './execution-counts.ts';
import type { HttpCounts } from './http-counts.ts';
import type { OutboundCounts } from './outbound-counts.ts';
import type { StepTally } from './step-counts.ts';
import type { StoreCounts } from './store-counts.ts';
import type { StreamCounts } from './stream-counts.ts';

/** What this process does for executions. */
export interface WorkerFacts {
  /** Whether it runs any; a process with another role has no worker to tell of. */
  executes: boolean;
  active: number;
  free: number;
  silenceMs: number;
  leaseOk: boolean;
  fencedWrites: number;
  /** Runs the loops that one process runs for all. */
  leads: boolean;
}

export interface PoolFacts {
  total: number;
  idle: number;
  waiting: number;
  max: number;
}

/** All that the metrics of one scrape are read from. */
export interface MetricFacts {
  version: string;
  executions: ExecutionCounts;
  /** By node type. */
  steps: ReadonlyMap<string, StepTally>;
  store: StoreCounts;
  http: HttpCounts;
  outbound: OutboundCounts;
  codeConnections: CodeConnectionCounts;
  /** Of the policy files as they were read last. */
  policyProblems: number;
  /** Of the whole instance; undefined when the database does not answer. */
  queue: QueueDepth | undefined;
  worker: WorkerFacts;
  pool: PoolFacts;
  streams: StreamCounts;
  /** Live addresses. */
  webhooks: number;
  /** Share of its time that the event loop was at work since the last scrape. */
  loopUtilization: number;
}
