import type { WorkflowDefinitionInput } from '@navette/contracts';
import { silentLogger } from '@navette/kit';
import { Retention } from '@navette/store';
import { startS3Fixture, waitFor } from '@navette/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openServerFixture, type ServerFixture } from '../server-fixture.ts';

let fixture: ServerFixture;
beforeAll(async () => {
  fixture = await openServerFixture({ NAVETTE_RETENTION_DAYS: '10' });
});
afterAll(() => fixture?.close());

const definition: WorkflowDefinitionInput = {
  nodes: [
    { id: 'start', name: 'Start', type: 'manual-trigger' },
    { id: 'end', name: 'End', type: 'no-op' },
  ],
  edges: [{ from: 'start', to: 'end' }],
};

async function runToEnd(input: unknown, run: WorkflowDefinitionInput = definition): Promise<string> {
  const workflowId = await fixture.createWorkflow(run);
  const { body } = await fixture.call('runWorkflow', { params: { workflowId }, body: { input } });
  await waitFor(async () => (await readExecution(body.executionId)).body.status === 'succeeded', {
    what: 'the end of the execution',
    timeoutMs: 30_000,
  });
  return body.executionId;
}

const readExecution = (executionId: string) => fixture.call('getExecution', { params: { executionId } });
const readStep = (executionId: string) =>
  fixture.call('getStepData', { params: { executionId, path: 'end' } });

function runRound() {
  const { database, services } = fixture.server;
  const { audit, contents } = services.repositories;
  const { settings } = services.retention;
  return new Retention({ database, contents, audit, defaults: settings, logger: silentLogger }).run();
}

test('large values are whole for whoever asks for them, and only counted for everybody else', async () => {
  const input = Array.from({ length: 50 }, (_, index) => ({ index, text: `item ${index} `.repeat(500) }));
  const executionId = await runToEnd(input);
  const { body: detail } = await readExecution(executionId);
  expect(detail.steps.map((step: { outputCounts: object }) => step.outputCounts)).toEqual([
    { main: 50 },
    { main: 50 },
  ]);
  expect(detail).not.toHaveProperty('dataDeletedAt');
  const { body: data } = await readStep(executionId);
  expect(data.outputs.main.map((item: { json: object }) => item.json)).toEqual(input);
  expect(data.inputs.main).toHaveLength(50);
  const events = await fixture.request(`/api/v1/executions/${executionId}/events`);
  expect(String(events.body)).toContain('"outputCounts":{"main":50}');
  expect(String(events.body)).not.toContain('item 7 item 7');
});

test('loops over large items are counted like others', async () => {
  const input = Array.from({ length: 6 }, (_, index) => ({ index, text: `item ${index} `.repeat(6_000) }));
  const executionId = await runToEnd(input, {
    nodes: [
      { id: 'start', name: 'Start', type: 'manual-trigger' },
      { id: 'each', name: 'Each', type: 'for-each', parameters: { concurrency: 2 } },
      { id: 'body', name: 'Body', type: 'no-op' },
      { id: 'batch', name: 'Batch', type: 'loop', parameters: { batchSize: 4 } },
      { id: 'inner', name: 'Inner', type: 'no-op' },
      { id: 'end', name: 'End', type: 'no-op' },
    ],
    edges: [
      { from: 'start', to: 'each' },
      { from: 'each', to: 'body', fromPort: 'item' },
      { from: 'body', to: 'each' },
      { from: 'each', to: 'batch', fromPort: 'done' },
      { from: 'batch', to: 'inner', fromPort: 'loop' },
      { from: 'inner', to: 'batch' },
      { from: 'batch', to: 'end', fromPort: 'done' },
    ],
  });
  const { body: detail } = await readExecution(executionId);
  const countsOf = (nodeId: string) =>
    detail.steps
      .filter((step: { nodeId: string }) => step.nodeId === nodeId)
      .map((step: { outputCounts: object }) => step.outputCounts);
  expect(countsOf('body')).toEqual(Array.from({ length: 6 }, () => ({ main: 1 })));
  expect(countsOf('inner')).toEqual([{ main: 4 }, { main: 2 }]);
  expect(countsOf('end')).toEqual([{ main: 6 }]);
  const { body: data } = await readStep(executionId);
  expect(data.outputs.main.map((item: { json: object }) => item.json)).toEqual(input);
});

test('an execution says that its data was deleted, and what asks for the data is refused by name', async () => {
  const executionId = await runToEnd({ secret: 'x'.repeat(50_000) });
  const { body: before } = await fixture.call('getRetention');
  expect(before).toMatchObject({
    enabled: true,
    intervalMinutes: 60,
    defaults: { executions: 'all', days: 10, summaryDays: 90, uploadDays: 30 },
    due: { executionsToEmpty: 0, executionsToDelete: 0, isComplete: true },
  });
  await fixture.server.database.pool.query(
    `UPDATE executions SET created_at = created_at - interval '11 days', finished_at = finished_at - interval '11 days'`,
  );
  const { body: due } = await fixture.call('getRetention');
  expect(due.due.executionsToEmpty).toBeGreaterThanOrEqual(1);
  const stranger = await fixture.call('getRetention', { key: fixture.strangerKey });
  expect(stranger.body.due).toMatchObject({ executionsToEmpty: 0, filesToReview: 0, payloadsToReview: 0 });
  await runRound();
  const { body: detail } = await readExecution(executionId);
  expect(detail).toMatchObject({ status: 'succeeded', steps: [], dataDeletedAt: expect.any(String) });
  const deleted = { status: 404, body: { code: 'EXECUTION_DATA_DELETED' } };
  expect(await readStep(executionId)).toMatchObject(deleted);
  const stream = await fixture.call('streamExecution', { params: { executionId } });
  expect(stream.status).toBe(204);
  const { body: audit } = await fixture.call('listAudit', { query: '?action=retention-applied' });
  expect(audit.items[0]).toMatchObject({
    actorKind: 'system',
    details: { executionsEmptied: expect.any(Number) },
  });
});

test('a failed execution without data cannot be retried: what it had done is not known any more', async () => {
  const workflowId = await fixture.createWorkflow({
    ...definition,
    nodes: [
      definition.nodes[0]!,
      { id: 'end', name: 'End', type: 'stop-with-error', parameters: { message: 'no' } },
    ],
  });
  const { body } = await fixture.call('runWorkflow', { params: { workflowId }, body: {} });
  const { executionId } = body;
  await waitFor(async () => (await readExecution(executionId)).body.status === 'failed', {
    timeoutMs: 30_000,
  });
  await fixture.server.database.pool.query(
    `UPDATE executions SET created_at = created_at - interval '11 days', finished_at = finished_at - interval '11 days'
     WHERE status = 'failed'`,
  );
  await runRound();
  const retried = await fixture.call('retryExecution', { params: { executionId } });
  expect(retried).toMatchObject({ status: 404, body: { code: 'EXECUTION_DATA_DELETED' } });
});

describe('files in S3', () => {
  test('go to the bucket and come back', async () => {
    await using s3 = await startS3Fixture();
    const { bucket, region, accessKeyId, secretAccessKey } = s3.options;
    const inS3 = await openServerFixture({
      NAVETTE_ARTIFACTS_STORAGE: 's3',
      NAVETTE_ARTIFACTS_ENDPOINT: s3.server.url,
      NAVETTE_ARTIFACTS_BUCKET: bucket,
      NAVETTE_ARTIFACTS_REGION: region,
      NAVETTE_ARTIFACTS_ACCESS_KEY_ID: accessKeyId,
      NAVETTE_ARTIFACTS_SECRET_ACCESS_KEY: secretAccessKey,
      NAVETTE_ARTIFACTS_PREFIX: 'navette/',
    });
    try {
      const text = 'a file of many words\n'.repeat(30_000);
      const form = new FormData();
      form.append('file', new Blob([text], { type: 'text/plain' }), 'words.txt');
      const uploaded = await inS3.call('uploadArtifact', { body: form });
      expect(uploaded).toMatchObject({ status: 201, body: { sizeBytes: text.length } });
      expect([...s3.objects.keys()]).toEqual([`navette/${uploaded.body.sha256}.zst`]);
      const download = `${inS3.url}/api/v1/artifacts/${uploaded.body.id}/content`;
      const headers = { authorization: `Bearer ${inS3.owner.key}` };
      const response = await fetch(download, { headers });
      expect(response.headers.get('content-length')).toBe(String(text.length));
      expect(await response.text()).toBe(text);
      // What is damaged on its way never passes for the whole file.
      const [key, bytes] = [...s3.objects][0]!;
      s3.objects.set(key, Buffer.concat([bytes.subarray(0, -8), Buffer.alloc(8)]));
      await expect(fetch(download, { headers }).then((damaged) => damaged.text())).rejects.toThrow();
      expect(inS3.logs.join('\n')).not.toContain(secretAccessKey);
    } finally {
      await inS3.close();
    }
  });
});
