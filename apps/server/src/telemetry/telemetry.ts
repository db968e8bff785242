/** Everything that is counted in this process, and where it is counted. Made before the parts that it watches. */
import type { CommitListener, ExecutionStore, VersionSource } from '@navette/engine';
import type { GuardedHttpClient } from '@navette/http';
import type { JsonObject, Logger } from '@navette/kit';
import type { Database } from '@navette/store';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { CodeConnectionCounts } from './code-connection-counts.ts';
import { ExecutionCounts } from './execution-counts.ts';
import { HttpCounts } from './http-counts.ts';
import { createMeteredClient } from './metered-client.ts';
import { createMeteredStore } from './metered-store.ts';
import type { WorkerFacts } from './metric-facts.ts';
import { Metrics } from './metrics.ts';
import { OutboundCounts } from './outbound-counts.ts';
import { StepCounts } from './step-counts.ts';
import { StoreCounts } from './store-counts.ts';
import { StreamCounts } from './stream-counts.ts';
import type { Tracing } from './tracing/tracing.ts';

export interface TelemetryOptions {
  version: string;
  pool: Database['pool'];
  versions: VersionSource;
  logger: Logger;
  readWorker(): WorkerFacts;
  countWebhooks(): number;
  countPolicyProblems(): number;
  /** Undefined when nobody collects traces. */
  tracing: Tracing | undefined;
}

export class Telemetry {
  readonly http = new HttpCounts();
  readonly streams = new StreamCounts();
  readonly codeConnections = new CodeConnectionCounts();
  readonly metrics: Metrics;
  readonly #tracing: Tracing | undefined;
  readonly #executions = new ExecutionCounts();
  readonly #outbound = new OutboundCounts();
  readonly #steps: StepCounts;
  readonly #store = new StoreCounts();

  constructor(options: TelemetryOptions) {
    const { logger, tracing, versions, ...sources } = options;
    this.#tracing = tracing;
    this.#steps = new StepCounts(versions, (error) =>
      logger.warn({ err: error }, 'The node types of a workflow could not be read for its metrics'),
    );
    this.metrics = new Metrics({
      ...sources,
      executions: this.#executions,
      steps: this.#steps,
      store: this.#store,
      http: this.http,
      outbound: this.#outbound,
      codeConnections: this.codeConnections,
      streams: this.streams,
    });
  }

  watchStore(store: ExecutionStore): ExecutionStore {
    const metered = createMeteredStore(store, {
      executions: this.#executions,
      steps: this.#steps,
      store: this.#store,
    });
    return this.#tracing?.traceStore(metered) ?? metered;
  }

  /** The client as one step uses it. */
  watchClient(
    client: GuardedHttpClient,
    step: { executionId: string; path: string; parameters: JsonObject },
  ): GuardedHttpClient {
    const metered = createMeteredClient(client, step, this.#outbound);
    return this.#tracing?.traceClient(metered, step) ?? metered;
  }

  /** Before any route is made. */
  watchRequests(app: FastifyInstance): void {
    app.addHook('onRoute', (route) => this.http.follow(route));
    this.#tracing?.requests.follow(app);
  }

  /** What an execution that this request starts should keep. */
  traceParentOf(request: FastifyRequest): string | undefined {
    return this.#tracing?.requests.traceParentOf(request);
  }

  /** Passes commits on and counts the batches that they came in. */
  meterCommits(listener: CommitListener): CommitListener {
    return {
      committed: (commit) => {
        this.#executions.addEnd(commit.records);
        listener.committed(commit);
      },
      batchCommitted: (writes, durationMs) => this.#store.addBatch(writes, durationMs),
    };
  }
}
