/** What is not traced: calls that say no, the rest of a sample, and everything when the collector is gone. */
import type { WorkflowDefinitionInput } from '@navette/contracts';
import { failOnUnheardRejections, startFixtureServer, waitFor } from '@navette/testing';
import { afterAll, expect, test } from 'vitest';
import { openServerFixture } from '../../server-fixture.ts';

failOnUnheardRejections(afterAll);

const patience = { timeoutMs: 20_000 };

const hook = (path: string, url: string): WorkflowDefinitionInput => ({
  nodes: [
    { id: 'hook', name: 'Hook', type: 'webhook-trigger', parameters: { path, respond: 'finished' } },
    { id: 'call', name: 'Call', type: 'http-request', parameters: { url } },
  ],
  edges: [{ from: 'hook', to: 'call' }],
});

test('a caller that does not sample is obeyed, and by default other servers are told nothing', async () => {
  await using collector = await startFixtureServer(() => ({}));
  await using other = await startFixtureServer(() => ({}));
  const fixture = await openServerFixture({
    OTEL_EXPORTER_OTLP_ENDPOINT: `${collector.url}/`,
    NAVETTE_HTTP_ALLOW_PRIVATE_HOSTS: other.host,
  });
  try {
    const workflowId = await fixture.createWorkflow(hook('quiet', `${other.url}/quiet`));
    await fixture.call('publishWorkflow', { params: { workflowId }, body: {} });
    const call = (flags: string) =>
      fixture.request('/webhook/quiet', {
        method: 'POST',
        key: null,
        headers: { traceparent: `00-${flags.repeat(16)}-00f067aa0ba902b7-${flags}` },
      });
    expect((await call('00')).status).toBe(200);
    // All zero is no trace id: the request above began a trace of its own.
    await fixture.request('/webhook/quiet', {
      method: 'POST',
      key: null,
      headers: { traceparent: `00-${'ab'.repeat(16)}-00f067aa0ba902b7-00` },
    });
    expect((await call('01')).status).toBe(200);
    const read = () => collector.requests.map(({ body }) => body.toString()).join('\n');
    await waitFor(() => read().includes('01'.repeat(16)), patience);
    expect(read()).not.toContain('ab'.repeat(16));
    expect(other.requests.map(({ headers }) => headers['traceparent'])).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  } finally {
    await fixture.close();
  }
});

test('a collector that is gone costs a line in the log, not the work', async () => {
  const collector = await startFixtureServer(() => ({}));
  await collector.close();
  await using other = await startFixtureServer(() => ({}));
  const fixture = await openServerFixture({
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    NAVETTE_HTTP_ALLOW_PRIVATE_HOSTS: other.host,
  });
  try {
    const workflowId = await fixture.createWorkflow(hook('alone', `${other.url}/alone`));
    await fixture.call('publishWorkflow', { params: { workflowId }, body: {} });
    expect((await fixture.request('/webhook/alone', { method: 'POST', key: null })).status).toBe(200);
    const told = () => fixture.logs.filter((line) => line.includes('Spans could not be sent'));
    await waitFor(() => told().length > 0, patience);
    expect(JSON.parse(told()[0]!)).toMatchObject({ level: 'warn', spans: expect.any(Number) });
    expect((await fixture.request('/webhook/alone', { method: 'POST', key: null })).status).toBe(200);
  } finally {
    await fixture.close();
  }
});
