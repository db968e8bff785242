import type { Metric } from '../metric.ts';
import type { MetricFacts } from '../metric-facts.ts';
import { msPerSecond } from './samples.ts';

const statusClasses = ['1xx', '2xx', '3xx', '4xx', '5xx'];

/** Requests that come in, streams that stay open, requests that workflows make. */
export const httpMetrics: readonly Metric<MetricFacts>[] = [
  {
    name: 'navette_http_requests_total',
    type: 'counter',
    help: 'Requests that were answered, by route template: webhooks are `/webhook/*`, pages and files `/`, unknown addresses `none`',
    labels: ['method', 'route', 'status'],
    read: ({ http }) =>
      http
        .tallies()
        .flatMap(({ method, route, classes }) =>
          classes.flatMap((value, at) =>
            value > 0 ? [{ labels: { method, route, status: statusClasses[at]! }, value }] : [],
          ),
        ),
  },
  {
    name: 'navette_http_request_duration_seconds',
    type: 'histogram',
    help: 'From the first byte of a request to the last of its answer; live streams are left out',
    labels: ['method', 'route'],
    read: ({ http }) =>
      http
        .tallies()
        .filter(({ durationMs }) => durationMs.count > 0)
        .map(({ method, route, durationMs }) => ({
          labels: { method, route },
          tally: durationMs,
          divisor: msPerSecond,
        })),
  },
  {
    name: 'navette_webhooks',
    type: 'gauge',
    help: 'Webhook addresses that are live in this process',
    labels: [],
    read: ({ webhooks }) => [{ value: webhooks }],
  },
  {
    name: 'navette_streams_open',
    type: 'gauge',
    help: 'Live streams (server-sent events) that are open',
    labels: [],
    read: ({ streams }) => [{ value: streams.open }],
  },
  {
    name: 'navette_stream_events_total',
    type: 'counter',
    help: 'Events that were sent to live streams',
    labels: [],
    read: ({ streams }) => [{ value: streams.sent }],
  },
  {
    name: 'navette_streams_stalled_total',
    type: 'counter',
    help: 'Live streams that were cut off because their reader took nothing',
    labels: [],
    read: ({ streams }) => [{ value: streams.stalled }],
  },
  {
    name: 'navette_outbound_requests_total',
    type: 'counter',
    help: 'Requests of workflows to other servers, by host as a workflow or a credential has it in writing, else `other`: the status class, or why there was no answer',
    labels: ['endpoint', 'outcome'],
    read: ({ outbound }) =>
      [...outbound.byEndpoint].flatMap(([endpoint, outcomes]) =>
        [...outcomes].map(([outcome, value]) => ({ labels: { endpoint, outcome }, value })),
      ),
  },
  {
    name: 'navette_outbound_request_duration_seconds',
    type: 'histogram',
    help: 'How long requests of workflows to other servers took, redirects included',
    labels: [],
    read: ({ outbound }) => [{ tally: outbound.durationMs, divisor: msPerSecond }],
  },
];
