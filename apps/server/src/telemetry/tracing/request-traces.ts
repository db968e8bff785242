import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { preciseNow, type SpanSink } from './span.ts';
import {
  createSpanId,
  createTraceId,
  encodeTraceParent,
  isSampled,
  parseTraceParent,
  type TraceContext,
} from './trace-context.ts';

interface RequestTrace {
  context: TraceContext & { spanId: string };
  parentSpanId: string | undefined;
  startMs: number;
}

/** A span for each request that the server answers, in the trace of the caller when it names one. */
export class RequestTraces {
  readonly #sink: SpanSink;
  readonly #sampleRatio: number;
  readonly #open = new WeakMap<FastifyRequest, RequestTrace>();

  constructor(options: { sink: SpanSink; sampleRatio: number }) {
    this.#sink = options.sink;
    this.#sampleRatio = options.sampleRatio;
  }

  follow(app: FastifyInstance): void {
    app.addHook('onRequest', (request, _reply, done) => {
      this.#open.set(request, this.#begin(request));
      done();
    });
    app.addHook('onResponse', (request, reply, done) => {
      this.#end(request, reply);
      done();
    });
  }

  /** What an execution that this request starts should keep: the trace, and this request as its parent. */
  traceParentOf(request: FastifyRequest): string | undefined {
    const trace = this.#open.get(request);
    return trace && encodeTraceParent(trace.context);
  }

  #begin({ headers }: FastifyRequest): RequestTrace {
    const { traceparent } = headers;
    const given = typeof traceparent === 'string' ? parseTraceParent(traceparent) : undefined;
    const traceId = given?.traceId ?? createTraceId();
    const sampled = given?.sampled ?? isSampled(traceId, this.#sampleRatio);
    return {
      context: { traceId, spanId: createSpanId(), sampled },
      parentSpanId: given?.spanId,
      startMs: preciseNow(),
    };
  }

  #end(request: FastifyRequest, reply: FastifyReply): void {
    const trace = this.#open.get(request);
    if (!trace?.context.sampled) return;
    const { method, routeOptions } = request;
    const route = routeOptions.url;
    this.#sink.add({
      ...trace.context,
      parentSpanId: trace.parentSpanId,
      name: route === undefined ? method : `${method} ${route}`,
      kind: 'server',
      startMs: trace.startMs,
      endMs: preciseNow(),
      attributes: {
        'http.request.method': method,
        'http.response.status_code': reply.statusCode,
        'navette.request.id': request.id,
        ...(route === undefined ? {} : { 'http.route': route }),
      },
      errorCode: reply.statusCode >= 500 ? String(reply.statusCode) : undefined,
    });
  }
}
