import type { GuardedHttpClient, GuardedRequest, GuardedResponse } from '@navette/http';
import { NavetteError } from '@navette/kit';
import type { ExecutionTraces } from './execution-traces.ts';
import { preciseNow, type SpanSink } from './span.ts';
import { createSpanId, encodeTraceParent, type TraceContext } from './trace-context.ts';

export interface TracedClientOptions {
  traces: ExecutionTraces;
  sink: SpanSink;
  /** Tells the other side which trace it is part of. */
  propagate: boolean;
}

/** The client as one step uses it: each request is a span below the step. */
export function createTracedClient(
  inner: GuardedHttpClient,
  step: { executionId: string; path: string },
  { propagate, sink, traces }: TracedClientOptions,
): GuardedHttpClient {
  return {
    async request(request) {
      const parent = traces.contextWithin(step.executionId, step.path);
      if (!parent) return inner.request(request);
      const context = { ...parent, spanId: createSpanId() };
      const sent = propagate ? addTraceParent(request, context) : request;
      if (!parent.sampled) return inner.request(sent);
      const startMs = preciseNow();
      let response: GuardedResponse | undefined;
      let errorCode: string | undefined;
      try {
        response = await inner.request(sent);
        return response;
      } catch (error) {
        errorCode = NavetteError.is(error) ? error.code : 'error';
        throw error;
      } finally {
        const method = (request.method ?? 'GET').toUpperCase();
        sink.add({
          ...context,
          parentSpanId: parent.spanId,
          name: method,
          kind: 'client',
          startMs,
          endMs: preciseNow(),
          attributes: {
            'http.request.method': method,
            ...describeTarget(request),
            ...describeAnswer(response),
          },
          errorCode: errorCode ?? (response && response.status >= 400 ? String(response.status) : undefined),
        });
      }
    },
    close: () => inner.close(),
  };
}

/** A header that the workflow sets itself stays. */
function addTraceParent(request: GuardedRequest, context: TraceContext & { spanId: string }): GuardedRequest {
  const names = Object.keys(request.headers ?? {}).map((name) => name.toLowerCase());
  if (names.includes('traceparent')) return request;
  return { ...request, headers: { ...request.headers, traceparent: encodeTraceParent(context) } };
}

/** Where to, without the path and the query, which may hold data. */
function describeTarget({ url }: GuardedRequest): Record<string, string | number> {
  const target = URL.parse(String(url));
  if (!target) return {};
  const port = Number(target.port || (target.protocol === 'https:' ? 443 : 80));
  return {
    'server.address': target.hostname,
    'server.port': port,
    'url.scheme': target.protocol.slice(0, -1),
  };
}

function describeAnswer(response: GuardedResponse | undefined): Record<string, number> {
  if (!response) return {};
  return {
    'http.response.status_code': response.status,
    ...(response.redirects > 0 ? { 'navette.redirects': response.redirects } : {}),
  };
}
