/** Traces as a collector gets them: from the request to the step, over queues, children and restarts. */
import type { WorkflowDefinitionInput } from '@navette/contracts';
import { decodeId } from '@navette/kit';
import { type FixtureServer, startFixtureServer, waitFor } from '@navette/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openEmptyServer, openServerFixture, type ServerFixture } from '../../server-fixture.ts';
import { deriveSpanId } from './trace-context.ts';

interface CollectedSpan {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  kind: number;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  status: { code?: number };
  attributes: Record<string, unknown>;
}

const patience = { timeoutMs: 20_000 };
const serverKind = 2;
const clientKind = 3;
const errorStatus = 2;

let collector: FixtureServer;
let other: FixtureServer;
let fixture: ServerFixture;
let env: Record<string, string>;

beforeAll(async () => {
  collector = await startFixtureServer(() => ({}));
  other = await startFixtureServer(({ number }, response) => {
    // Each first request fails, so that there is a second attempt.
    if (number % 2 === 1) response.writeHead(503);
    response.end('{}');
  });
  env = {
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_EXPORTER_OTLP_HEADERS: 'x-collector-key=a%20b',
    OTEL_SERVICE_NAME: 'navette-test',
    NAVETTE_TRACES_PROPAGATE: 'true',
    NAVETTE_HTTP_ALLOW_PRIVATE_HOSTS: other.host,
    NAVETTE_MASTER_KEY: Buffer.alloc(32, 7).toString('base64'),
  };
  fixture = await openServerFixture(env);
});
afterAll(async () => {
  await fixture?.close();
  await other?.close();
  await collector?.close();
});

function listSpans(): CollectedSpan[] {
  return collector.requests.flatMap(({ body }) => {
    const { resourceSpans } = JSON.parse(body.toString());
    // biome-ignore lint/suspicious/noExplicitAny: the wire format of OTLP
    return resourceSpans.flatMap((resource: any) =>
      // biome-ignore lint/suspicious/noExplicitAny: the same
      resource.scopeSpans.flatMap((scope: any) =>
        // biome-ignore lint/suspicious/noExplicitAny: the same
        scope.spans.map((span: any) => ({
          ...span,
          attributes: Object.fromEntries(
            // biome-ignore lint/suspicious/noExplicitAny: the same
            span.attributes.map(({ key, value }: any) => [key, Object.values(value)[0]]),
          ),
        })),
      ),
    );
  });
}

/** The spans of a trace, once one of them ends the execution. */
async function collectTrace(traceId: string, executions = 1): Promise<CollectedSpan[]> {
  const read = () => listSpans().filter((span) => span.traceId === traceId);
  await waitFor(() => read().filter((span) => span.name.startsWith('execution ')).length >= executions, {
    ...patience,
    what: `the spans of ${traceId}`,
  });
  return read();
}

const only = (spans: readonly CollectedSpan[], name: string) => {
  const found = spans.filter((span) => span.name === name);
  expect(found, name).toHaveLength(1);
  return found[0]!;
};

async function publish(definition: WorkflowDefinitionInput): Promise<string> {
  const workflowId = await fixture.createWorkflow(definition);
  const answer = await fixture.call('publishWorkflow', { params: { workflowId }, body: {} });
  expect(answer.status, JSON.stringify(answer.body)).toBe(200);
  return workflowId;
}

async function readTraceId(executionId: string): Promise<string> {
  const { rows } = await fixture.server.database.pool.query(
    'SELECT records::json AS records FROM journal WHERE execution_id = $1 AND seq = 1',
    [decodeId('execution', executionId)],
  );
  const record = rows[0].records.find((one: { trace?: string }) => one.trace !== undefined);
  return record.trace.split('-')[1];
}

test('one trace from the request of a caller to the requests of a step', async () => {
  const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
  const callerSpanId = '00f067aa0ba902b7';
  await publish({
    nodes: [
      {
        id: 'hook',
        name: 'Hook',
        type: 'webhook-trigger',
        parameters: { path: 'traced', respond: 'finished' },
      },
      {
        id: 'call',
        name: 'Call',
        type: 'http-request',
        parameters: { url: `${other.url}/orders?secret=canary-17` },
        settings: { retry: { maxAttempts: 2, backoff: 'fixed', delayMs: 0 } },
      },
    ],
    edges: [{ from: 'hook', to: 'call' }],
  });
  const answer = await fixture.request('/webhook/traced', {
    method: 'POST',
    key: null,
    body: { text: 'canary-17' },
    headers: { traceparent: `00-${traceId}-${callerSpanId}-01` },
  });
  expect(answer.status).toBe(200);
  const spans = await collectTrace(traceId);
  await waitFor(
    () => listSpans().some((span) => span.traceId === traceId && span.kind === serverKind),
    patience,
  );

  const request = only(
    listSpans().filter((span) => span.traceId === traceId),
    'POST /webhook/*',
  );
  expect(request).toMatchObject({ parentSpanId: callerSpanId, kind: serverKind });
  expect(request.attributes).toMatchObject({
    'http.route': '/webhook/*',
    'http.response.status_code': 200,
    'navette.request.id': answer.headers.get('x-request-id'),
  });
  const execution = only(spans, 'execution webhook');
  expect(execution.parentSpanId).toBe(request.spanId);
  expect(execution.attributes).toMatchObject({ 'navette.execution.status': 'succeeded' });
  const step = only(spans, 'step http-request');
  expect(step.parentSpanId).toBe(execution.spanId);
  expect(step.attributes).toMatchObject({
    'navette.execution.id': execution.attributes['navette.execution.id'],
    'navette.step.path': 'call',
    'navette.step.attempts': 2,
  });
  const attempts = spans.filter((span) => span.name === 'attempt http-request');
  expect(
    attempts.map((span) => [span.attributes['navette.attempt'], span.parentSpanId, span.status.code ?? 0]),
  ).toEqual([
    [1, step.spanId, errorStatus],
    [2, step.spanId, 0],
  ]);
  const calls = spans.filter((span) => span.kind === clientKind && span.name === 'GET');
  expect(calls.map((span) => span.attributes['http.response.status_code'])).toEqual([503, 200]);
  for (const call of calls) expect(call.parentSpanId).toBe(step.spanId);
  const commits = spans.filter((span) => span.name === 'journal commit');
  expect(commits.length).toBeGreaterThan(1);
  for (const commit of commits) expect(commit.parentSpanId).toBe(execution.spanId);

  const sent = other.requests
    .filter((one) => one.path === '/orders')
    .map((one) => one.headers['traceparent']);
  expect(sent).toEqual(calls.map((call) => `00-${traceId}-${call.spanId}-01`));
  for (const span of spans)
    expect(BigInt(span.endTimeUnixNano)).toBeGreaterThanOrEqual(BigInt(span.startTimeUnixNano));
  expect(JSON.stringify(spans)).not.toContain('canary-17');
  const [batch] = collector.requests;
  expect(batch!.path).toBe('/v1/traces');
  expect(batch!.headers['x-collector-key']).toBe('a b');
  expect(batch!.body.toString()).toContain('navette-test');
});

test('a called workflow is part of the trace, below the step that called it', async () => {
  const calledId = await publish({
    nodes: [
      { id: 'called', name: 'Called', type: 'parent-trigger' },
      { id: 'work', name: 'Work', type: 'no-op' },
    ],
    edges: [{ from: 'called', to: 'work' }],
  });
  const workflowId = await fixture.createWorkflow({
    nodes: [
      { id: 'start', name: 'Start', type: 'manual-trigger' },
      { id: 'call', name: 'Call', type: 'sub-workflow', parameters: { workflowId: calledId } },
    ],
    edges: [{ from: 'start', to: 'call' }],
  });
  const started = await fixture.call('runWorkflow', { params: { workflowId }, body: {} });
  const spans = await collectTrace(await readTraceId(started.body.executionId), 2);
  const parent = only(spans, 'execution api');
  const child = only(spans, 'execution child');
  const call = only(spans, 'step sub-workflow');
  expect(call.parentSpanId).toBe(parent.spanId);
  expect(child.parentSpanId).toBe(call.spanId);
  expect(only(spans, 'step no-op').parentSpanId).toBe(child.spanId);
});

test('the trace of an execution that waits goes on in the next process', async () => {
  const workflowId = await fixture.createWorkflow({
    nodes: [
      { id: 'start', name: 'Start', type: 'manual-trigger' },
      { id: 'before', name: 'Before', type: 'no-op' },
      { id: 'wait', name: 'Wait', type: 'wait', parameters: { amount: 1, unit: 'hours' } },
      { id: 'after', name: 'After', type: 'no-op' },
    ],
    edges: [
      { from: 'start', to: 'before' },
      { from: 'before', to: 'wait' },
      { from: 'wait', to: 'after' },
    ],
  });
  const started = await fixture.call('runWorkflow', { params: { workflowId }, body: {} });
  const { executionId } = started.body;
  await waitFor(async () => {
    const { body } = await fixture.call('getExecution', { params: { executionId } });
    return body.status === 'waiting';
  }, patience);
  const traceId = await readTraceId(executionId);
  const id = decodeId('execution', executionId)!;
  const { connectionString } = fixture.server.database;
  await fixture.server.stop();
  const second = await openEmptyServer({ ...env, DATABASE_URL: connectionString });
  const { pool } = second.server.database;
  try {
    // The hour is over: in the row, and in the record that the step reads.
    await pool.query(`UPDATE executions SET wake_at = now() WHERE id = $1`, [id]);
    await pool.query(
      `UPDATE journal SET records = replace(records::text, '"wakeAt":' || $2, '"wakeAt":1')::json WHERE execution_id = $1`,
      [id, await readWakeAt(id)],
    );
    const spans = await collectTrace(traceId);
    const execution = only(spans, 'execution api');
    expect(execution.spanId).toBe(deriveSpanId(id));
    const steps = spans.filter((span) => span.name === 'step no-op');
    expect(steps.map((span) => span.attributes['navette.step.path'])).toEqual(['before', 'after']);
    for (const step of [...steps, only(spans, 'step wait')]) expect(step.parentSpanId).toBe(execution.spanId);
    const request = await waitFor(
      () => listSpans().find((span) => span.traceId === traceId && span.kind === serverKind),
      patience,
    );
    expect(execution.parentSpanId).toBe(request.spanId);
  } finally {
    await second.close();
  }

  async function readWakeAt(executionId: string): Promise<string> {
    const { rows } = await pool.query(
      'SELECT records::json AS records FROM journal WHERE execution_id = $1',
      [executionId],
    );
    const waiting = rows
      .flatMap((row) => row.records as { type: string; wakeAt?: number }[])
      .find((record) => record.type === 'step-waiting');
    return String(waiting!.wakeAt);
  }
});
