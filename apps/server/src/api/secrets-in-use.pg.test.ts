/** A secret that a workflow uses reaches the other side, and nothing that anybody reads here. */
import { type FixtureServer, startFixtureServer } from '@navette/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openServerFixture, type ServerFixture } from '../server-fixture.ts';

const canary = 'canary-5b1d-in-use';
let other: FixtureServer;
let fixture: ServerFixture;
beforeAll(async () => {
  other = await startFixtureServer(({ path }, response) => {
    if (path === '/refused') response.statusCode = 500;
    return { ok: true };
  });
  fixture = await openServerFixture({ NAVETTE_HTTP_ALLOW_PRIVATE_HOSTS: other.host });
});
afterAll(async () => {
  await fixture?.close();
  await other?.close();
});

test('of a request that succeeds and of one that fails', async () => {
  const credential = await fixture.call('createCredential', {
    body: { name: 'other', type: 'http-bearer', data: { token: canary }, allowedHosts: [other.host] },
  });
  for (const [path, status] of [
    ['/fine', 'succeeded'],
    ['/refused', 'failed'],
  ]) {
    const workflowId = await fixture.createWorkflow({
      nodes: [
        { id: 'start', name: 'Start', type: 'manual-trigger' },
        {
          id: 'call',
          name: 'Call',
          type: 'http-request',
          parameters: { url: `${other.url}${path}` },
          credentials: { auth: { id: credential.body.id } },
          settings: { retry: { maxAttempts: 1 } },
        },
      ],
      edges: [{ from: 'start', to: 'call' }],
    });
    const started = await fixture.call('runWorkflow', { params: { workflowId }, body: {} });
    const read = () => fixture.call('getExecution', { params: started.body });
    await expect.poll(async () => (await read()).body.status, { timeout: 10_000 }).toBe(status);
    const data = await fixture.call('getStepData', { params: { ...started.body, path: 'call' } });
    expect(JSON.stringify([(await read()).body, data.body])).not.toContain(canary);
  }
  expect(other.requests.map((request) => request.headers.authorization)).toEqual([
    `Bearer ${canary}`,
    `Bearer ${canary}`,
  ]);
  const { pool } = fixture.server.database;
  for (const table of ['executions', 'journal', 'audit_entries', 'artifacts', 'workflow_versions']) {
    const { rows } = await pool.query(`SELECT coalesce(string_agg(t::text, ''), '') AS all FROM ${table} t`);
    expect(rows[0].all, table).not.toContain(canary);
  }
  expect(fixture.logs.join('')).not.toContain(canary);
});
