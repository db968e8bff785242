/** Traces from the request to the step. Made only when there is a collector to send them to. */
import type { ExecutionStore, VersionSource } from '@navette/engine';
import type { GuardedHttpClient } from '@navette/http';
import type { Logger } from '@navette/kit';
import { ExecutionTraces } from './execution-traces.ts';
import { NodeTypeNames } from './node-type-names.ts';
import { RequestTraces } from './request-traces.ts';
import type { SpanSink } from './span.ts';
import { createTracedClient } from './traced-client.ts';
import { createTracedStore } from './traced-store.ts';

export interface TracingOptions {
  sink: SpanSink;
  versions: Pick<VersionSource, 'read'>;
  logger: Logger;
  sampleRatio: number;
  propagate: boolean;
}

export class Tracing {
  readonly requests: RequestTraces;
  readonly #sink: SpanSink;
  readonly #executions: ExecutionTraces;
  readonly #propagate: boolean;

  constructor({ logger, propagate, sampleRatio, sink, versions }: TracingOptions) {
    const nodeTypes = new NodeTypeNames(versions, (error) =>
      logger.warn({ err: error }, 'The node types of a workflow could not be read for its spans'),
    );
    this.#sink = sink;
    this.#propagate = propagate;
    this.requests = new RequestTraces({ sink, sampleRatio });
    this.#executions = new ExecutionTraces({ sink, nodeTypes, sampleRatio });
  }

  traceStore(store: ExecutionStore): ExecutionStore {
    return createTracedStore(store, this.#executions);
  }

  traceClient(client: GuardedHttpClient, step: { executionId: string; path: string }): GuardedHttpClient {
    return createTracedClient(client, step, {
      traces: this.#executions,
      sink: this.#sink,
      propagate: this.#propagate,
    });
  }

  close(): Promise<void> {
    return this.#sink.close();
  }
}
