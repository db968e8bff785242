/**
 * The metrics of this process as Prometheus text. Until somebody scrapes they are plain numbers: prom-client, the watch
 * over the event loop and the one over garbage collection begin with the first scrape.
 */
import { type EventLoopUtilization, performance } from 'node:perf_hooks';
import type { Database } from '@navette/store';
import type { Registry } from 'prom-client';
import type { CodeConnectionCounts } from './code-connection-counts.ts';
import type { ExecutionCounts } from './execution-counts.ts';
import type { HttpCounts } from './http-counts.ts';
import type { MetricFacts, WorkerFacts } from './metric-facts.ts';
import type { OutboundCounts } from './outbound-counts.ts';
import { QueueReader } from './queue-reader.ts';
import type { StepCounts } from './step-counts.ts';
import type { StoreCounts } from './store-counts.ts';
import type { StreamCounts } from './stream-counts.ts';

export interface MetricSources {
  version: string;
  pool: Database['pool'];
  executions: ExecutionCounts;
  steps: StepCounts;
  store: StoreCounts;
  http: HttpCounts;
  outbound: OutboundCounts;
  codeConnections: CodeConnectionCounts;
  streams: StreamCounts;
  readWorker(): WorkerFacts;
  countWebhooks(): number;
  countPolicyProblems(): number;
}

export class Metrics {
  readonly #sources: MetricSources;
  readonly #queue: QueueReader;
  #loop: EventLoopUtilization = performance.eventLoopUtilization();
  #facts: MetricFacts | undefined;
  #registry: Promise<Registry> | undefined;

  constructor(sources: MetricSources) {
    this.#sources = sources;
    this.#queue = new QueueReader(sources.pool);
  }

  /** What a scraper gets. */
  async encode(): Promise<{ contentType: string; text: string }> {
    this.#registry ??= this.#createRegistry();
    const registry = await this.#registry;
    this.#facts = await this.#readFacts();
    return { contentType: registry.contentType, text: await registry.metrics() };
  }

  async #createRegistry(): Promise<Registry> {
    const [{ createRegistry }, { metricList }] = await Promise.all([
      import('./metric-registry.ts'),
      import('./metric-list.ts'),
    ]);
    return createRegistry(metricList, () => this.#facts!);
  }

  async #readFacts(): Promise<MetricFacts> {
    const { pool, readWorker, countPolicyProblems, countWebhooks, steps, ...counts } = this.#sources;
    const [queue, byType] = await Promise.all([this.#queue.read(), steps.read()]);
    return {
      ...counts,
      steps: byType,
      queue,
      worker: readWorker(),
      pool: {
        total: pool.totalCount,
        idle: pool.idleCount,
        waiting: pool.waitingCount,
        max: pool.options.max,
      },
      webhooks: countWebhooks(),
      policyProblems: countPolicyProblems(),
      loopUtilization: this.#readLoopUtilization(),
    };
  }

  #readLoopUtilization(): number {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, this.#loop);
    this.#loop = now;
    return utilization;
  }
}
