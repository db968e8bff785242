import { readFileSync } from 'node:fs';
import type { WorkflowDefinitionInput } from '@navette/contracts';
import { type FixtureServer, startFixtureServer, waitFor } from '@navette/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openServerFixture, type ServerFixture } from '../server-fixture.ts';
import { metricList } from './metric-list.ts';

const patience = { timeoutMs: 20_000 };
const token = 'the-token-of-the-scraper';
let fixture: ServerFixture;
/** What workflows call. */
let other: FixtureServer;
beforeAll(async () => {
  other = await startFixtureServer(({ path }, response) => {
    response.writeHead(path === '/gone' ? 404 : 200, { 'content-type': 'application/json' });
    response.end('{}');
  });
  fixture = await openServerFixture({
    NAVETTE_METRICS_TOKEN: token,
    NAVETTE_HTTP_ALLOW_PRIVATE_HOSTS: other.host,
  });
});
afterAll(async () => {
  await fixture?.close();
  await other?.close();
});

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

describe('requests to other servers', () => {
  const canary = 'canary-9c1e';
  const counted = async (labels: Record<string, string>) =>
    sumOf(await scrape(), 'navette_outbound_requests_total', labels);

  /** Runs one request and waits for its end; gives how many requests were counted for each endpoint meanwhile. */
  async function call(parameters: object, credentialId?: string): Promise<Record<string, number>> {
    const read = async () => {
      const lines = (await scrape()).filter(({ name }) => name === 'navette_outbound_requests_total');
      return new Map(lines.map(({ labels, value }) => [`${labels['endpoint']} ${labels['outcome']}`, value]));
    };
    const before = await read();
    const [start, work] = line('http-request', parameters).nodes;
    const executionId = await run(
      {
        nodes: [
          start!,
          { ...work!, ...(credentialId ? { credentials: { auth: { id: credentialId } } } : {}) },
        ],
        edges: [{ from: 'start', to: 'work' }],
      },
      { host: other.host, path: canary },
    );
    await waitFor(async () => {
      const { body } = await fixture.call('getExecution', { params: { executionId } });
      return body.finishedAt !== null;
    }, patience);
    const after = [...(await read())].map(([key, value]) => [key, value - (before.get(key) ?? 0)] as const);
    return Object.fromEntries(after.filter(([, grew]) => grew > 0));
  }

  test('count under the host that the node has in writing, whatever the path is made of', async () => {
    const url = `${other.url}/{{ $json.path }}?secret={{ $json.path }}`;
    expect(await call({ url })).toEqual({ [`${other.host} 2xx`]: 1 });
    expect(await call({ url: `${other.url}/gone` })).toEqual({ [`${other.host} 4xx`]: 1 });
    expect(await counted({ endpoint: other.host })).toBe(2);
  });

  test('count under the rule of the credential when an expression makes the host', async () => {
    const { body } = await fixture.call('createCredential', {
      body: { name: 'other', type: 'http-bearer', data: { token: 'x' }, allowedHosts: ['127.0.0.0/8'] },
    });
    const url = 'http://{{ $json.host }}/{{ $json.path }}';
    expect(await call({ url }, body.id)).toEqual({ '127.0.0.0/8 2xx': 1 });
  });

  test('count as others when the host came with data, and nothing of the data is a label', async () => {
    expect(await call({ url: 'http://{{ $json.host }}/{{ $json.path }}' })).toEqual({ 'other 2xx': 1 });
    const foreign = await call({ url: 'http://{{ $json.path }}.invalid/' });
    expect(Object.keys(foreign)).toEqual([expect.stringMatching(/^other [a-z_]+$/)]);
    expect(JSON.stringify(await scrape())).not.toContain(canary);
  });
});

describe('the guide', () => {
  const page = readFileSync(new URL('../../../../docs/guide/monitoring.md', import.meta.url), 'utf8');
  const [section] = page.split('## Metrics')[1]!.split('\n## ');
  const listNames = (cell = '') => [...cell.matchAll(/`(\w+)`/g)].map((match) => match[1]!);
  /** Metric → labels, of both tables. */
  const documented = new Map(
    section!.split('\n').flatMap((row) => {
      const cells = row.startsWith('| `') ? row.split('|') : [];
      const labels = new Set(listNames(cells.at(-3)));
      return listNames(cells[1]).map((name) => [name, labels] as const);
    }),
  );
  const linuxOnly = /^process_(?:virtual_memory_bytes|heap_bytes|open_fds|max_fds)$/;

  test('names what a scrape prints, with its labels, and a scrape prints what the guide names', async () => {
    await fixture.request('/api/v1/workflows');
    await run(line('http-request', { url: `${other.url}/` }));
    globalThis.gc?.();
    await waitFor(
      async () => sumOf(await scrape(), 'navette_steps_total', { node_type: 'http-request' }) > 0,
      patience,
    );
    const printed = new Map<string, Set<string>>();
    const { body } = await fixture.request('/metrics', { key: token });
    for (const [, name] of (body as string).matchAll(/^# TYPE (\S+) /gm)) printed.set(name!, new Set());
    for (const { name, labels } of await scrape()) {
      const metric = printed.has(name) ? name : name.replace(/_(?:bucket|sum|count)$/, '');
      for (const label of Object.keys(labels)) if (label !== 'le') printed.get(metric)!.add(label);
    }
    const isHere = (name: string) => process.platform === 'linux' || !linuxOnly.test(name);
    expect([...printed.keys()].sort()).toEqual([...documented.keys()].filter(isHere).sort());
    for (const [name, labels] of printed) {
      const known = documented.get(name)!;
      // A series that has nothing to tell yet has no labels.
      expect(
        [...labels].filter((label) => !known.has(label)),
        name,
      ).toEqual([]);
      if (!/^nodejs_(?:gc|active)/.test(name)) expect([...known].sort(), name).toEqual([...labels].sort());
    }
  });
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
