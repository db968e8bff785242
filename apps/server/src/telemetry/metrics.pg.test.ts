import type { WorkflowDefinitionInput } from '@navette/contracts';
import { waitFor } from '@navette/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openServerFixture, type ServerFixture } from '../server-fixture.ts';
import { metricList } from './metric-list.ts';

const patience = { timeoutMs: 20_000 };
const token = 'the-token-of-the-scraper';
let fixture: ServerFixture;
beforeAll(async () => {
  fixture = await openServerFixture({ NAVETTE_METRICS_TOKEN: token });
});
afterAll(() => fixture?.close());

interface Line {
  name: string;
  labels: Record<string, string>;
  value: number;
}

async function scrape(): Promise<Line[]> {
  const answer = await fixture.request('/metrics', { key: token });
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  return (answer.body as string)
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const match = /^([a-z0-9_]+)(?:\{(.*)\})? (\S+)$/.exec(line);
      if (!match) throw new Error(`Not a sample: ${line}`);
      const labels = [...(match[2] ?? '').matchAll(/(\w+)="([^"]*)"/g)].map(([, name, value]) => [
        name,
        value,
      ]);
      return { name: match[1]!, labels: Object.fromEntries(labels), value: Number(match[3]) };
    });
}

function sumOf(lines: readonly Line[], name: string, labels: Record<string, string> = {}): number {
  const found = lines.filter(
    (line) =>
      line.name === name && Object.entries(labels).every(([key, value]) => line.labels[key] === value),
  );
  return found.reduce((total, line) => total + line.value, 0);
}

async function run(definition: WorkflowDefinitionInput, input: unknown = {}): Promise<string> {
  const workflowId = await fixture.createWorkflow(definition);
  const answer = await fixture.call('runWorkflow', { params: { workflowId }, body: { input } });
  return answer.body.executionId;
}

const line = (type: string, parameters: object = {}): WorkflowDefinitionInput => ({
  nodes: [
    { id: 'start', name: 'Start', type: 'manual-trigger' },
    { id: 'work', name: 'Work', type, parameters: parameters as never },
  ],
  edges: [{ from: 'start', to: 'work' }],
});

test('every metric of the list is printed once, with its help and type, and no other of ours', async () => {
  const { body } = await fixture.request('/metrics', { key: token });
  const printed = [...(body as string).matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name, type]) => ({
    name,
    type,
  }));
  const ours = printed.filter(({ name }) => !/^(?:process|nodejs)_/.test(name!));
  expect(ours).toEqual(metricList.map(({ name, type }) => ({ name, type })));
  for (const { name, help } of metricList) expect(body).toContain(`# HELP ${name} ${help}\n`);
  for (const name of [
    'process_cpu_seconds_total',
    'process_resident_memory_bytes',
    'nodejs_eventloop_lag_p99_seconds',
    'nodejs_gc_duration_seconds',
  ])
    expect(printed.map((each) => each.name)).toContain(name);
});

test('executions, steps, queue and store are counted as they happened', async () => {
  const before = await scrape();
  await run(line('no-op'));
  await run(line('no-op'));
  await run(line('stop-with-error', { message: 'no' }));
  const waiting = await run(line('wait', { amount: 1, unit: 'hours' }));
  await waitFor(async () => {
    const { body } = await fixture.call('getExecution', { params: { executionId: waiting } });
    return body.status === 'waiting';
  }, patience);
  await fixture.call('cancelExecution', { params: { executionId: waiting } });
  const ended = (lines: Line[], status: string) =>
    sumOf(lines, 'workflow_executions_total', { status }) -
    sumOf(before, 'workflow_executions_total', { status });
  await waitFor(async () => {
    const lines = await scrape();
    return ended(lines, 'succeeded') === 2 && ended(lines, 'failed') === 1 && ended(lines, 'cancelled') === 1;
  }, patience);
  const lines = await scrape();
  const grew = (name: string, labels: Record<string, string> = {}) =>
    sumOf(lines, name, labels) - sumOf(before, name, labels);
  expect(grew('navette_executions_started_total', { mode: 'api' })).toBe(4);
  expect(grew('workflow_execution_duration_seconds_count', { mode: 'api', status: 'failed' })).toBe(1);
  expect(grew('navette_execution_waits_total')).toBe(1);
  expect(grew('navette_steps_total', { node_type: 'no-op', outcome: 'succeeded' })).toBe(2);
  expect(grew('navette_steps_total', { node_type: 'stop-with-error', outcome: 'failed' })).toBe(1);
  expect(grew('navette_steps_total', { node_type: 'manual-trigger' })).toBe(0);
  expect(grew('navette_step_duration_seconds_count', { node_type: 'no-op' })).toBe(2);
  expect(grew('navette_queue_wait_seconds_count')).toBe(4);
  expect(grew('store_operations_total', { operation: 'write', status: 'ok' })).toBeGreaterThanOrEqual(4);
  expect(grew('store_operation_duration_seconds_count', { operation: 'request-cancel' })).toBe(1);
  expect(grew('navette_journal_batch_writes_sum')).toBeGreaterThanOrEqual(4);
  expect(grew('navette_journal_commit_duration_seconds_count')).toBeGreaterThan(0);
  expect(sumOf(lines, 'navette_database_up')).toBe(1);
  expect(sumOf(lines, 'navette_worker_lease_ok')).toBe(1);
  expect(sumOf(lines, 'navette_workers_alive')).toBe(1);
  expect(sumOf(lines, 'navette_leader')).toBe(1);
  expect(sumOf(lines, 'navette_info', { version: '0.0.0-test' })).toBe(1);
});

test('buckets rise to their count, which is the last of them', async () => {
  const lines = await scrape();
  const series = Map.groupBy(
    lines.filter((each) => each.name.endsWith('_bucket')),
    ({ name, labels: { le: _le, ...labels } }) => JSON.stringify([name, labels]),
  );
  expect(series.size).toBeGreaterThan(5);
  for (const [key, buckets] of series) {
    const [name, labels] = JSON.parse(key) as [string, Record<string, string>];
    const values = buckets.map((bucket) => bucket.value);
    expect(values, key).toEqual(values.toSorted((a, b) => a - b));
    expect(buckets.at(-1)!.labels['le']).toBe('+Inf');
    expect(values.at(-1)).toBe(sumOf(lines, name.replace(/_bucket$/, '_count'), labels));
  }
});

test('requests count under their template: addresses that clients make up, ids and names are no labels', async () => {
  const canary = 'canary-7f3a';
  await fixture.request(`/${canary}`);
  await fixture.request(`/api/v1/${canary}`);
  await fixture.request(`/webhook/${canary}`);
  await fixture.request(`/api/v1/workflows/${canary}`);
  const executionId = await run({ ...line('no-op') });
  await fixture.call('getExecution', { params: { executionId } });
  const lines = await scrape();
  const labels = lines.flatMap((each) => Object.values(each.labels));
  expect(
    labels.filter((label) => label.includes(canary) || /[a-z]{3}_[0-9a-f]{8}|[0-9a-f]{8}-/.test(label)),
  ).toEqual([]);
  expect(
    sumOf(lines, 'navette_http_requests_total', { method: 'GET', route: '/webhook/*', status: '4xx' }),
  ).toBe(1);
  expect(sumOf(lines, 'navette_http_requests_total', { route: 'none', status: '4xx' })).toBe(2);
  const read = { method: 'GET', route: '/api/v1/executions/:executionId', status: '2xx' };
  expect(sumOf(lines, 'navette_http_requests_total', read)).toBeGreaterThan(0);
  const routes = new Set(lines.map((each) => each.labels['route']));
  expect(routes.size).toBeLessThan(100);
});

test('live streams are counted while they are open, and say nothing of how long answers take', async () => {
  const controller = new AbortController();
  const response = await fetch(`${fixture.url}/api/v1/events`, {
    headers: { authorization: `Bearer ${fixture.owner.key}` },
    signal: controller.signal,
  });
  const reader = response.body!.getReader();
  await reader.read();
  const open = await scrape();
  expect(sumOf(open, 'navette_streams_open')).toBe(1);
  expect(sumOf(open, 'navette_stream_events_total')).toBeGreaterThan(0);
  controller.abort();
  await waitFor(async () => sumOf(await scrape(), 'navette_streams_open') === 0, patience);
  const route = '/api/v1/events';
  expect(sumOf(await scrape(), 'navette_http_request_duration_seconds_count', { route })).toBe(0);
});

describe('who may read them', () => {
  const refused = { status: 401, body: { code: 'METRICS_UNAUTHORIZED' } };

  test('nobody without the token: not from this machine, not with a key of every scope', async () => {
    expect(await fixture.request('/metrics', { key: null })).toMatchObject(refused);
    for (const key of [fixture.owner.key, fixture.strangerKey, `${token}x`, token.slice(1)])
      expect(await fixture.request('/metrics', { key })).toMatchObject(refused);
    const basic = { authorization: `Basic ${Buffer.from(`navette:${token}`).toString('base64')}` };
    expect(await fixture.request('/metrics', { key: null, headers: basic })).toMatchObject(refused);
  });

  test('the owner in person', async () => {
    const headers = { cookie: fixture.owner.cookie };
    expect(await fixture.request('/metrics', { key: null, headers })).toMatchObject({ status: 200 });
    const { accounts } = fixture.server.services;
    expect(await accounts.isOwner('somebody-else')).toBe(false);
  });

  test('no bearer at all when no token is set', async () => {
    const closed = await openServerFixture();
    try {
      for (const key of ['undefined', '', closed.owner.key])
        expect(await closed.request('/metrics', { key })).toMatchObject(refused);
    } finally {
      await closed.close();
    }
  });
});
