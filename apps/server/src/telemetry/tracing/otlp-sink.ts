/** Sends spans to an OpenTelemetry collector (OTLP over HTTP). Loaded only when an endpoint is set. */
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '@navette/kit';
import { type HrTime, SpanKind, SpanStatusCode, TraceFlags } from '@opentelemetry/api';
import { ExportResultCode, type InstrumentationScope } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { type Resource, resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, type ReadableSpan, type SpanExporter } from '@opentelemetry/sdk-trace';
import type { Span, SpanSink } from './span.ts';

export interface OtlpOptions {
  /** Base address of the collector; "/v1/traces" is added to it. */
  endpoint: string;
  headers: Readonly<Record<string, string>>;
  serviceName: string;
  version: string;
  logger: Logger;
}

/** Spans that wait to be sent; more are dropped rather than kept in memory. */
const maxWaiting = 16_384;
const batchSize = 1_024;
const sendEveryMs = 1_000;
const sendTimeoutMs = 3_000;
/** A collector that is gone is told of so often at most. */
const warnEveryMs = 60_000;
const closeWithinMs = 2_000;

const kinds = { internal: SpanKind.INTERNAL, server: SpanKind.SERVER, client: SpanKind.CLIENT } as const;

export function createOtlpSink(options: OtlpOptions): SpanSink {
  const { endpoint, headers, logger, serviceName, version } = options;
  const exporter = new OTLPTraceExporter({
    url: `${endpoint.replace(/\/$/, '')}/v1/traces`,
    headers: { ...headers },
    timeoutMillis: sendTimeoutMs,
  });
  const processor = new BatchSpanProcessor({
    exporter: watchFailures(exporter, logger),
    maxQueueSize: maxWaiting,
    maxExportBatchSize: batchSize,
    scheduledDelayMillis: sendEveryMs,
    exportTimeoutMillis: sendTimeoutMs,
  });
  const resource = resourceFromAttributes({
    'service.name': serviceName,
    'service.version': version,
    'service.instance.id': `${hostname()}:${process.pid}`,
    'host.name': hostname(),
    'process.pid': process.pid,
  });
  const scope = { name: 'navette', version };
  return {
    add: (span) => processor.onEnd(toReadableSpan(span, resource, scope)),
    async close() {
      const late = new AbortController();
      // A failure was told of when it came; a collector that is gone does not hold up the end.
      const sent = processor.shutdown().catch(() => {});
      await Promise.race([sent, sleep(closeWithinMs, undefined, { signal: late.signal }).catch(() => {})]);
      late.abort();
    },
  };
}

/** Says when spans could not be sent, and how many since it was last said. */
function watchFailures(exporter: SpanExporter, logger: Logger): SpanExporter {
  let lost = 0;
  let quietUntil = 0;
  return {
    export(spans, done) {
      exporter.export(spans, (result) => {
        if (result.code !== ExportResultCode.SUCCESS) {
          lost += spans.length;
          if (Date.now() >= quietUntil) {
            quietUntil = Date.now() + warnEveryMs;
            logger.warn({ spans: lost, reason: result.error?.message }, 'Spans could not be sent');
            lost = 0;
          }
        }
        done(result);
      });
    },
    shutdown: () => exporter.shutdown(),
  };
}

function toReadableSpan(span: Span, resource: Resource, scope: InstrumentationScope): ReadableSpan {
  const { traceId, spanId, parentSpanId, name, kind, startMs, endMs, attributes, errorCode } = span;
  const context = { traceId, spanId, traceFlags: TraceFlags.SAMPLED };
  const until = Math.max(startMs, endMs);
  return {
    name,
    kind: kinds[kind],
    spanContext: () => context,
    ...(parentSpanId ? { parentSpanContext: { ...context, spanId: parentSpanId } } : {}),
    startTime: toHrTime(startMs),
    endTime: toHrTime(until),
    duration: toHrTime(until - startMs),
    ended: true,
    status: { code: errorCode === undefined ? SpanStatusCode.UNSET : SpanStatusCode.ERROR },
    attributes: errorCode === undefined ? attributes : { ...attributes, 'error.type': errorCode },
    links: [],
    events: [],
    resource,
    instrumentationScope: scope,
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  };
}

/** Seconds and nanoseconds. */
function toHrTime(ms: number): HrTime {
  const seconds = Math.floor(ms / 1_000);
  return [seconds, Math.min(999_999_999, Math.round((ms - seconds * 1_000) * 1_000_000))];
}
