import { createHash } from 'node:crypto';
import { connect } from 'node:net';
import { type Route, routes, type WorkflowDefinitionInput } from '@navette/contracts';
import { hashContent } from '@navette/kit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openServerFixture, type ServerFixture } from '../server-fixture.ts';
import { toBareId } from './bare-id.ts';

let fixture: ServerFixture;
beforeAll(async () => {
  fixture = await openServerFixture();
});
afterAll(() => fixture?.close());

const line: WorkflowDefinitionInput = {
  nodes: [
    {
      id: 'start',
      name: 'Start',
      type: 'manual-trigger',
      parameters: { fields: [{ name: 'n', type: 'number' }] },
    },
    { id: 'end', name: 'End', type: 'no-op' },
  ],
  edges: [{ from: 'start', to: 'end' }],
};
const failing: WorkflowDefinitionInput = {
  nodes: [
    { id: 'start', name: 'Start', type: 'manual-trigger' },
    { id: 'stop', name: 'Stop', type: 'stop-with-error', parameters: { message: 'No.' } },
  ],
  edges: [{ from: 'start', to: 'stop' }],
};

async function runToEnd(workflowId: string, body: unknown = {}) {
  const started = await fixture.call('runWorkflow', { params: { workflowId }, body });
  expect(started.status).toBe(202);
  const params = { executionId: started.body.executionId };
  const read = async () => (await fixture.call('getExecution', { params })).body;
  await expect.poll(async () => (await read()).finishedAt).not.toBeNull();
  return read();
}

describe('workflows', () => {
  test('a definition with mistakes is refused, each by its pointer', async () => {
    const definition = {
      nodes: [
        { id: 'a', name: 'A', type: 'manual-trigger' },
        { id: 'a', name: 'A', type: 'no-such-node' },
      ],
      edges: [{ from: 'a', to: 'nowhere' }],
    };
    const answer = await fixture.call('createWorkflow', { body: { name: 'x', definition } });
    expect(answer.body).toMatchObject({ status: 422, code: 'WORKFLOW_INVALID' });
    const paths = answer.body.issues.map((issue: { path: string }) => issue.path);
    expect(paths).toContain('/body/definition/nodes/1/id');
    expect(paths).toContain('/body/definition/nodes/1/type');
    expect(paths).toContain('/body/definition/edges/0/to');
    const checked = await fixture.call('validateWorkflow', { body: definition });
    expect(checked.body.valid).toBe(false);
    expect(checked.body.issues[0]).toMatchObject({ path: expect.stringMatching(/^\/nodes\//), nodeId: 'a' });
  });

  test('a malformed definition names the field', async () => {
    const body = {
      name: 'x',
      definition: { nodes: [{ id: 'a', name: 'A', type: 'manual-trigger', extra: 1, position: ['x', 0] }] },
    };
    const answer = await fixture.call('createWorkflow', { body });
    expect(answer.body).toMatchObject({ status: 400, code: 'REQUEST_INVALID' });
    const paths = answer.body.issues.map((issue: { path: string }) => issue.path);
    expect(paths).toContain('/body/definition/nodes/0/extra');
    expect(paths).toContain('/body/definition/nodes/0/position/0');
  });

  test('what is exported can be imported, and is the same version by content', async () => {
    const workflowId = await fixture.createWorkflow(line, 'Exported');
    const file = await fixture.call('exportWorkflow', { params: { workflowId } });
    expect(file.headers.get('content-disposition')).toContain('attachment');
    const copy = await fixture.call('createWorkflow', { body: file.body });
    const hashes = await Promise.all(
      [workflowId, copy.body.id].map((id) => fixture.call('listVersions', { params: { workflowId: id } })),
    );
    expect(hashes[0]!.body.items[0].contentHash).toBe(hashes[1]!.body.items[0].contentHash);
    const published = await fixture.call('exportWorkflow', {
      params: { workflowId },
      query: '?target=published',
    });
    expect(published.body.code).toBe('WORKFLOW_NOT_PUBLISHED');
  });

  test('templates that ship can be installed and published', async () => {
    const { items } = (await fixture.call('listTemplates')).body;
    expect(items.map((item: { name: string }) => item.name)).toContain('order-intake');
    for (const { name } of items) {
      const installed = await fixture.call('installTemplate', { params: { name } });
      expect(installed.status, name).toBe(201);
      const params = { workflowId: installed.body.id };
      const published = await fixture.call('publishWorkflow', { params, body: {} });
      expect(published.status, JSON.stringify(published.body)).toBe(200);
      await fixture.call('deleteWorkflow', { params });
    }
    expect((await fixture.call('installTemplate', { params: { name: 'none' } })).body.code).toBe(
      'TEMPLATE_NOT_FOUND',
    );
  });

  test('publishing a schedule works out its next run, in its time zone', async () => {
    const rules = [{ every: 'cron', expression: '30 6 1 1 *' }];
    const workflowId = await fixture.createWorkflow({
      nodes: [{ id: 'clock', name: 'Clock', type: 'schedule-trigger', parameters: { rules } }],
      settings: { timeZone: 'Europe/Paris' },
    });
    await fixture.call('publishWorkflow', { params: { workflowId }, body: {} });
    const { pool } = fixture.server.database;
    const { rows } = await pool.query(`SELECT node_id, spec, next_at FROM schedules`);
    const year = new Date().getUTCFullYear() + 1;
    expect(rows).toEqual([
      {
        node_id: 'clock',
        spec: { crons: ['30 6 1 1 *'], missedRuns: 'run-once', timeZone: 'Europe/Paris' },
        next_at: new Date(`${year}-01-01T05:30:00.000Z`),
      },
    ]);
    await fixture.call('unpublishWorkflow', { params: { workflowId } });
  });

  test('the catalogue describes every node type', async () => {
    const { items } = (await fixture.call('listNodeTypes')).body;
    expect(items.length).toBeGreaterThan(20);
    const one = await fixture.call('getNodeType', { params: { type: 'manual-trigger' } });
    expect(one.body).toMatchObject({
      type: 'manual-trigger',
      trigger: true,
      parametersSchema: { type: 'object' },
    });
    expect((await fixture.call('getNodeType', { params: { type: 'none' } })).body.code).toBe(
      'NODE_TYPE_NOT_FOUND',
    );
  });
});

describe('executions', () => {
  test('run, show their steps and the data of each', async () => {
    const workflowId = await fixture.createWorkflow(line, 'Runs');
    const execution = await runToEnd(workflowId, { input: [{ n: 1 }, { n: 2, x: 'y' }] });
    expect(execution).toMatchObject({ status: 'succeeded', mode: 'api', workflowName: 'Runs', error: null });
    expect(execution.steps.map((step: { path: string; status: string }) => [step.path, step.status])).toEqual(
      [
        ['start', 'succeeded'],
        ['end', 'succeeded'],
      ],
    );
    const params = { executionId: execution.id, path: 'end' };
    const data = await fixture.call('getStepData', { params });
    expect(data.body.inputs.main.map((item: { json: unknown }) => item.json)).toEqual([
      { n: 1 },
      { n: 2, x: 'y' },
    ]);
    const missing = await fixture.call('getStepData', { params: { ...params, path: 'none/../#1' } });
    expect(missing.body.code).toBe('STEP_NOT_FOUND');
    const listed = await fixture.call('listExecutions', {
      query: `?workflowId=${workflowId}&status=succeeded,failed`,
    });
    expect(listed.body.items).toHaveLength(1);
    expect(listed.body.items[0].id).toBe(execution.id);
  });

  test('whoever reads that one has ended reads the steps of its end, whenever that was', async () => {
    const workflowId = await fixture.createWorkflow(line);
    for (let round = 0; round < 10; round++) {
      const { body: params } = await fixture.call('runWorkflow', { params: { workflowId }, body: {} });
      const readUntilEnded = async () => {
        for (;;) {
          const { body } = await fixture.call('getExecution', { params });
          if (body.finishedAt !== null) return body.steps.map((step: { status: string }) => step.status);
        }
      };
      const answers = await Promise.all(Array.from({ length: 8 }, readUntilEnded));
      expect(answers).toEqual(Array.from(answers, () => ['succeeded', 'succeeded']));
    }
  });

  test('an input that the trigger does not take is refused by its field', async () => {
    const workflowId = await fixture.createWorkflow(line);
    const run = (input: unknown) => fixture.call('runWorkflow', { params: { workflowId }, body: { input } });
    expect((await run({ n: 'x' })).body).toMatchObject({
      code: 'TRIGGER_INPUT_INVALID',
      issues: [{ path: '/body/input/n' }],
    });
    expect((await run([{ n: 1 }, { n: 'x' }])).body.issues[0].path).toBe('/body/input/1/n');
    expect((await run('text')).body).toMatchObject({
      code: 'REQUEST_INVALID',
      issues: [{ path: '/body/input' }],
    });
  });

  test('a run needs a trigger, a published version when it is asked for, and names that exist', async () => {
    const workflowId = await fixture.createWorkflow(line);
    const run = (body: object) => fixture.call('runWorkflow', { params: { workflowId }, body });
    expect((await run({ target: 'published' })).body.code).toBe('WORKFLOW_NOT_PUBLISHED');
    expect((await run({ triggerNodeId: 'end' })).body).toMatchObject({
      code: 'WORKFLOW_NO_TRIGGER',
      issues: [{ path: '/body/triggerNodeId', message: expect.stringContaining('start') }],
    });
    const none = await fixture.createWorkflow({ nodes: [{ id: 'a', name: 'A', type: 'no-op' }] });
    expect((await fixture.call('runWorkflow', { params: { workflowId: none }, body: {} })).status).toBe(422);
  });

  test('a failed one can be retried, a finished one can be neither cancelled nor retried', async () => {
    const failed = await runToEnd(await fixture.createWorkflow(failing));
    expect(failed).toMatchObject({ status: 'failed', error: { code: 'NODE_STOPPED', nodeId: 'stop' } });
    const params = { executionId: failed.id };
    const retried = await fixture.call('retryExecution', { params });
    expect(retried.status).toBe(202);
    const again = async () => (await fixture.call('getExecution', { params: retried.body })).body;
    await expect.poll(async () => (await again()).status).toBe('failed');
    expect(await again()).toMatchObject({ mode: 'retry', retryOf: failed.id, steps: [{ reused: true }, {}] });
    expect((await fixture.call('cancelExecution', { params })).body.code).toBe('EXECUTION_FINISHED');
    const succeeded = await runToEnd(await fixture.createWorkflow(line));
    const refused = await fixture.call('retryExecution', { params: { executionId: succeeded.id } });
    expect(refused.body).toMatchObject({ status: 409, code: 'EXECUTION_NOT_RETRYABLE' });
  });

  test('a waiting one can be cancelled', async () => {
    const nodes = [
      line.nodes[0]!,
      { id: 'wait', name: 'Wait', type: 'wait', parameters: { amount: 1, unit: 'hours' } },
    ];
    const workflowId = await fixture.createWorkflow({ nodes, edges: [{ from: 'start', to: 'wait' }] });
    const started = await fixture.call('runWorkflow', { params: { workflowId }, body: {} });
    const read = async () => (await fixture.call('getExecution', { params: started.body })).body;
    await expect.poll(async () => (await read()).status).toBe('waiting');
    expect((await read()).wakeAt).not.toBeNull();
    expect((await fixture.call('cancelExecution', { params: started.body })).status).toBe(202);
    await expect.poll(async () => (await read()).status).toBe('cancelled');
  });
});

describe('Idempotency-Key', () => {
  test('a repeat gets the first answer and does nothing', async () => {
    const headers = { 'idempotency-key': 'create-1' };
    const body = { name: 'Once', definition: line };
    const first = await fixture.call('createWorkflow', { body, headers });
    const second = await fixture.call('createWorkflow', { body, headers });
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(second.body).toEqual(first.body);
    expect(second.headers.get('idempotency-replayed')).toBe('true');
    const found = await fixture.call('listWorkflows', { query: '?search=Once' });
    expect(found.body.items).toHaveLength(1);
    const other = await fixture.call('createWorkflow', { body: { ...body, name: 'Other' }, headers });
    expect(other.body).toMatchObject({ status: 422, code: 'IDEMPOTENCY_KEY_REUSED' });
    const elsewhere = await fixture.call('createWorkflow', { body, headers, key: fixture.strangerKey });
    expect(elsewhere.body.id).not.toBe(first.body.id);
  });

  test('many at once start one execution', async () => {
    const workflowId = await fixture.createWorkflow(line);
    const headers = { 'idempotency-key': 'run-1' };
    const run = () => fixture.call('runWorkflow', { params: { workflowId }, body: {}, headers });
    const answers = await Promise.all([run(), run(), run(), run()]);
    for (const answer of answers) expect(answer.status).toBe(202);
    const ids = answers.map((answer) => answer.body.executionId);
    expect(new Set(ids).size).toBe(1);
    expect((await run()).body.executionId).toBe(ids[0]);
    const listed = await fixture.call('listExecutions', { query: `?workflowId=${workflowId}` });
    expect(listed.body.items).toHaveLength(1);
  });

  test('an execution is started once although the server died before it answered, and nobody waits for it', async () => {
    const workflowId = await fixture.createWorkflow(line);
    const die = (key: string) =>
      fixture.server.database.pool.query('UPDATE idempotency_keys SET status = NULL WHERE key = $1', [key]);
    const headers = { 'idempotency-key': 'run-cut-off' };
    const run = () => fixture.call('runWorkflow', { params: { workflowId }, body: {}, headers });
    const first = await run();
    await die('run-cut-off');
    const again = await run();
    expect([again.status, again.body.executionId]).toEqual([202, first.body.executionId]);
    expect((await run()).headers.get('idempotency-replayed')).toBe('true');
  });

  /** A request that a server took, and died of before anything was made. */
  const cutOff = (route: string, key: string, input: object) =>
    fixture.server.services.repositories.idempotency.claim({
      projectId: toBareId('project', fixture.owner.projectId),
      route,
      key,
      requestSha256: createHash('sha256').update(hashContent(input)).digest(),
    });

  test.each([
    { id: 'createWorkflow', input: { body: { name: 'Cut off', definition: line } }, table: 'workflows' },
    { id: 'installTemplate', input: { params: { name: 'url-check' } }, table: 'workflows' },
    {
      id: 'createCredential',
      input: { body: { name: 'Cut off', type: 'http-bearer', data: { token: 'a-long-token' } } },
      table: 'credentials',
    },
  ] as const)('$id: nobody waits for a server that died of it, and it is made once', async (each) => {
    const { id, input, table } = each;
    const key = `cut-off-${id}`;
    const countRows = async () => {
      const { rows } = await fixture.server.database.pool.query(`SELECT count(*)::int AS n FROM ${table}`);
      return rows[0].n as number;
    };
    const before = await countRows();
    const create = () => fixture.call(id, { ...input, headers: { 'idempotency-key': key } });
    const route: Route = routes[id];
    await cutOff(id, key, {
      params: 'params' in input ? input.params : undefined,
      body: 'body' in input ? route.body!.parse(input.body) : undefined,
    });
    const answers = await Promise.all([create(), create(), create()]);
    for (const answer of answers) expect(answer).toMatchObject({ status: 201, body: answers[0]!.body });
    const again = await create();
    expect(again.body).toEqual(answers[0]!.body);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(await countRows()).toBe(before + 1);
  });

  test('a refused request frees its key', async () => {
    const headers = { 'idempotency-key': 'mended' };
    const create = (type: string) =>
      fixture.call('createWorkflow', {
        body: { name: 'x', definition: { nodes: [{ id: 'a', name: 'A', type }] } },
        headers,
      });
    expect((await create('nothing')).status).toBe(422);
    expect((await create('no-op')).status).toBe(201);
  });
});

describe('artifacts', () => {
  async function upload(content: string, fileName: string, type: string) {
    const form = new FormData();
    form.set('file', new Blob([content], { type }), fileName);
    return fixture.call('uploadArtifact', { body: form });
  }

  test('come back byte for byte, in a sandbox, never guessed', async () => {
    const page = '<script>alert(document.cookie)</script>';
    const { body, status } = await upload(page, 'résumé 1.html', 'text/html');
    expect(status).toBe(201);
    expect(body).toMatchObject({
      fileName: 'résumé 1.html',
      mediaType: 'text/html',
      sizeBytes: page.length,
    });
    const params = { artifactId: body.id };
    const download = await fixture.call('downloadArtifact', { params, query: '?inline=true' });
    expect(download.body).toBe(page);
    expect(download.headers.get('content-security-policy')).toBe(
      "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:",
    );
    expect(download.headers.get('x-content-type-options')).toBe('nosniff');
    expect(download.headers.get('content-disposition')).toBe(
      `inline; filename="r_sum_ 1.html"; filename*=UTF-8''r%C3%A9sum%C3%A9%201.html`,
    );
    const plain = await fixture.call('downloadArtifact', { params });
    expect(plain.headers.get('content-disposition')).toMatch(/^attachment/);
    const etag = plain.headers.get('etag')!;
    const cached = await fixture.call('downloadArtifact', { params, headers: { 'if-none-match': etag } });
    expect([cached.status, cached.body]).toEqual([304, '']);
  });

  test('uploads that are none are refused by name', async () => {
    const wrong = new FormData();
    wrong.set('document', new Blob(['x']), 'x');
    expect((await fixture.call('uploadArtifact', { body: wrong })).body.issues).toEqual([
      { path: '/body/document', message: expect.any(String) },
    ]);
    const empty = new FormData();
    expect((await fixture.call('uploadArtifact', { body: empty })).body.issues[0].path).toMatch(/^\/body/);
    const json = await fixture.call('uploadArtifact', { body: {} });
    expect(json.body).toMatchObject({ status: 415, code: 'REQUEST_MEDIA_TYPE' });
    const named = await upload('x', '../../etc/passwd', 'not a type');
    expect(named.body).toMatchObject({ fileName: 'passwd', mediaType: 'application/octet-stream' });
  });
});

describe('credentials', () => {
  test('no route gives the secret back, and no log or journal has it', async () => {
    const canary = 'canary-credential-93';
    const body = { name: 'API', type: 'http-bearer', data: { token: canary } };
    const made = await fixture.call('createCredential', { body, headers: { 'idempotency-key': 'cred' } });
    expect(made.status).toBe(201);
    const params = { credentialId: made.body.id };
    const updated = await fixture.call('updateCredential', {
      params,
      body: { data: { token: `${canary}2` } },
    });
    const listed = await fixture.call('listCredentials');
    const refused = await fixture.call('createCredential', {
      body: { ...body, data: { token: `${canary} with blanks`, extra: canary } },
    });
    expect(refused.body).toMatchObject({ status: 422, code: 'CREDENTIAL_INVALID' });
    expect(refused.body.issues.map((issue: { path: string }) => issue.path)).toEqual(
      expect.arrayContaining(['/body/data/token', '/body/data/extra']),
    );
    const unknown = await fixture.call('createCredential', { body: { ...body, type: 'none' } });
    expect(unknown.body.issues[0].path).toBe('/body/type');
    const audit = await fixture.call('listAudit');
    const answers = [made, updated, listed, refused, unknown, audit];
    expect(JSON.stringify(answers.map((answer) => answer.body))).not.toContain('canary-credential');
    expect(fixture.logs.join('')).not.toContain('canary-credential');
    const { pool } = fixture.server.database;
    for (const table of ['journal', 'audit_entries', 'idempotency_keys', 'credentials']) {
      const { rows } = await pool.query(
        `SELECT coalesce(string_agg(t::text, ''), '') AS all FROM ${table} t`,
      );
      expect(rows[0].all, table).not.toContain('canary-credential');
    }
  });
});

describe('what HTTP itself asks for', () => {
  test('another method is 405 and names those that work', async () => {
    const answer = await fixture.request('/api/v1/workflows', { method: 'PATCH' });
    expect(answer.body).toMatchObject({ status: 405, code: 'ROUTE_METHOD' });
    expect(answer.headers.get('allow')).toBe('GET, POST');
  });

  test('an unknown path is a 404 for programs, and the app for browsers', async () => {
    const api = await fixture.request('/api/v1/nothing');
    expect(api.body).toMatchObject({ status: 404, code: 'ROUTE_NOT_FOUND' });
    const page = await fixture.request('/workflows/x', { headers: { accept: 'text/html' } });
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    const file = await fixture.request('/assets/gone.js', { headers: { accept: '*/*' } });
    expect(file.status).toBe(404);
    for (const path of ['/../../package.json', '/..%2f..%2fpackage.json', '/%2e%2e/package.json'])
      expect((await fixture.request(path)).status).toBe(404);
  });

  test('a body of another type is 415, one that is too large 413, one that is no JSON 400', async () => {
    const text = { 'content-type': 'text/plain' };
    const other = await fixture.call('createWorkflow', { body: 'hello', headers: text });
    expect(other.body).toMatchObject({ status: 415, code: 'REQUEST_MEDIA_TYPE' });
    const json = { 'content-type': 'application/json' };
    const large = await fixture.call('createCredential', {
      body: `"${'x'.repeat(6_000_000)}"`,
      headers: json,
    });
    expect(large.body).toMatchObject({ status: 413, code: 'REQUEST_TOO_LARGE' });
    const broken = await fixture.call('createWorkflow', { body: '{"name":', headers: json });
    expect(broken.body).toMatchObject({ status: 400, issues: [{ path: '/body' }] });
    const poisoned = await fixture.call('createWorkflow', {
      body: '{"__proto__":{"name":"x"}}',
      headers: json,
    });
    expect(poisoned.body.issues).toEqual([{ path: '/body/__proto__', message: expect.any(String) }]);
  });

  test('what is no HTTP is answered and cut', async () => {
    const { port } = new URL(fixture.url);
    const socket = connect(Number(port), '127.0.0.1');
    socket.end('NONSENSE\r\n\r\n');
    let text = '';
    for await (const chunk of socket) text += chunk;
    expect(text).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
    expect(text).toContain('"code":"REQUEST_MALFORMED"');
  });

  test('every answer has the security headers', async () => {
    for (const path of ['/', '/api/v1/setup', '/api/docs', '/api/v1/nothing', '/some/page']) {
      const { headers } = await fixture.request(path, { headers: { accept: 'text/html' } });
      expect(headers.get('content-security-policy'), path).toContain("script-src 'self'");
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('x-frame-options')).toBe('SAMEORIGIN');
      expect(headers.get('strict-transport-security')).toBeNull();
    }
  });

  test('health: live, ready, and their short addresses', async () => {
    expect((await fixture.call('healthLive', { key: null })).body).toEqual({ status: 'ok' });
    const ready = await fixture.call('healthReady', { key: null });
    expect([ready.status, ready.body.status]).toEqual([200, 'ok']);
    const short = await fixture.request('/health/ready', { key: null });
    expect([short.status, short.headers.get('location')]).toEqual([308, '/api/v1/health/ready']);
  });
});

describe('documentation', () => {
  test('OpenAPI 3.1 has every operation once, with resolvable references', async () => {
    const { body } = await fixture.request('/api/openapi.json', { key: null });
    expect(body.openapi).toBe('3.1.0');
    const operations = Object.values(
      body.paths as Record<string, Record<string, { operationId: string }>>,
    ).flatMap((path) => Object.values(path));
    const { routeList } = await import('@navette/contracts');
    expect(operations.map((operation) => operation.operationId).sort()).toEqual(
      routeList.map((route) => route.id).sort(),
    );
    const run = body.paths['/api/v1/workflows/{workflowId}/run'].post;
    expect(run.parameters.map((each: { name: string }) => each.name)).toEqual([
      'workflowId',
      'Idempotency-Key',
      'Navette-Project',
    ]);
    expect(run.requestBody.required).toBe(false);
    for (const reference of JSON.stringify(body).matchAll(/"\$ref":"([^"]+)"/g)) {
      const parts = reference[1]!.replace(/^#\//, '').split('/');
      // References inside of a schema ("#/$defs/…") stay inside of that schema.
      if (parts[0] !== 'components') continue;
      expect(
        parts.reduce((at, key) => at?.[key], body),
        reference[1],
      ).toBeDefined();
    }
  });

  test('the page shows every route and error, and loads nothing', async () => {
    const { body, status } = await fixture.request('/api/docs', { key: null });
    expect(status).toBe(200);
    for (const text of [
      'id="runWorkflow"',
      '/api/v1/executions/:executionId/events',
      'id="WORKFLOW_INVALID"',
      'curl ',
    ])
      expect(body).toContain(text);
    expect(body).not.toMatch(/<script|<link|<img|@import|url\(/);
  });
});

test('the audit trail has who did what', async () => {
  const { body } = await fixture.call('listAudit', { query: '?limit=200' });
  const actions = new Set(body.items.map((entry: { action: string }) => entry.action));
  for (const action of [
    'owner-created',
    'project-created',
    'api-key-created',
    'workflow-created',
    'workflow-published',
    'workflow-deleted',
    'credential-created',
    'credential-updated',
    'execution-cancelled',
    'execution-retried',
    'artifact-uploaded',
  ])
    if (action !== 'project-created') expect(actions, action).toContain(action);
  const [entry] = body.items.filter((each: { action: string }) => each.action === 'credential-created');
  expect(entry).toMatchObject({
    actorKind: 'api-key',
    actorId: expect.stringMatching(/^key_/),
    resourceKind: 'credential',
  });
});

test('refusals leave no trace in the log', () => {
  expect(fixture.logs.filter((line) => /"level":"(error|warn)"/.test(line))).toEqual([]);
});
