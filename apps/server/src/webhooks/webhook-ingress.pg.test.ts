import { request as httpRequest } from 'node:http';
import type { WorkflowDefinitionInput } from '@navette/contracts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openServerFixture, type ServerFixture, type TestRequest } from '../server-fixture.ts';

let fixture: ServerFixture;
beforeAll(async () => {
  fixture = await openServerFixture({ NAVETTE_WEBHOOK_MAX_BODY_BYTES: '65536' });
});
afterAll(() => fixture?.close());

type Node = WorkflowDefinitionInput['nodes'][number];

/** Publishes a workflow that begins with a webhook and goes on in a line. */
async function publish(parameters: Node['parameters'], rest: Node[] = [], trigger: Partial<Node> = {}) {
  const nodes: Node[] = [
    { id: 'hook', name: 'Hook', type: 'webhook-trigger', ...trigger, parameters },
    ...rest,
  ];
  const edges = rest.map((node, index) => ({ from: nodes[index]!.id, to: node.id }));
  const workflowId = await fixture.createWorkflow({ nodes, edges });
  const answer = await fixture.call('publishWorkflow', { params: { workflowId }, body: {} });
  if (answer.status !== 200) throw new Error(JSON.stringify(answer.body));
  return workflowId;
}

const respond: Node = { id: 'answer', name: 'Answer', type: 'respond-to-webhook' };
const call = (path: string, request: TestRequest = {}) =>
  fixture.request(`/webhook/${path}`, { method: 'POST', ...request, key: null });

/** What the trigger gave, read back from the execution. */
async function readTriggerItem(executionId: string) {
  const data = await fixture.call('getStepData', { params: { executionId, path: 'hook' } });
  return data.body.outputs.main[0];
}

describe('the item', () => {
  test('holds the request without its credentials', async () => {
    await publish({ path: 'items/:id/:part', methods: ['PUT'] });
    const answer = await call('items/42/a%20b%2Fc?x=1&y=2&y=3&__proto__=1', {
      method: 'PUT',
      body: { total: 12.5 },
      headers: { authorization: 'Bearer canary-1', cookie: 'canary-2=1', 'x-custom': 'yes' },
    });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('navette-execution-id')).toBe(answer.body.executionId);
    const { json, binary } = await readTriggerItem(answer.body.executionId);
    expect(binary).toBeUndefined();
    expect(json).toMatchObject({
      method: 'PUT',
      path: '/items/42/a%20b%2Fc',
      params: { id: '42', part: 'a b/c' },
      query: { x: '1', y: ['2', '3'] },
      body: { total: 12.5 },
    });
    expect(json.headers['x-custom']).toBe('yes');
    expect(JSON.stringify(json)).not.toContain('canary');
    expect(JSON.stringify(json)).not.toContain('__proto__');
  });

  test.each([
    ['JSON of any kind', 'application/vnd.api+json; charset=utf-8', '[1,{"a":null}]', [1, { a: null }]],
    ['a form', 'application/x-www-form-urlencoded', 'a=1&b=x+y&a=%C3%A9', { a: ['1', 'é'], b: 'x y' }],
    ['text', 'text/plain', 'hello', 'hello'],
    ['XML', 'application/xml', '<a/>', '<a/>'],
    ['nothing', 'application/json', '', null],
  ])('reads %s', async (name, contentType, text, expected) => {
    const path = `body/${encodeURIComponent(name).replaceAll('%20', '-')}`;
    await publish({ path });
    const answer = await call(path, { body: text, headers: { 'content-type': contentType } });
    expect((await readTriggerItem(answer.body.executionId)).json.body).toEqual(expected);
  });

  test('keeps files of a form, and other bytes, as files', async () => {
    await publish({ path: 'files' });
    const form = new FormData();
    form.set('title', 'Scan');
    form.append('scan', new Blob(['one'], { type: 'text/plain' }), '../a b.txt');
    form.append('scan', new Blob(['two']), 'b.bin');
    const answer = await call('files', { body: form });
    const { json, binary } = await readTriggerItem(answer.body.executionId);
    expect(json.body).toEqual({ title: 'Scan' });
    expect(binary).toMatchObject({
      scan: { fileName: 'a b.txt', mediaType: 'text/plain', sizeBytes: 3 },
      'scan-2': { fileName: 'b.bin', mediaType: 'application/octet-stream' },
    });
    const params = { artifactId: binary.scan.artifactId };
    expect((await fixture.call('downloadArtifact', { params })).body).toBe('one');
    const bytes = await call('files', {
      body: new Uint8Array([0, 255, 1]),
      headers: { 'content-type': 'image/png' },
    });
    expect(await readTriggerItem(bytes.body.executionId)).toMatchObject({
      json: { body: null },
      binary: { data: { mediaType: 'image/png', sizeBytes: 3 } },
    });
  });

  test('keeps the bytes of the body when asked to', async () => {
    await publish({ path: 'raw', rawBody: true });
    const text = '{ "a" :  1 }';
    const answer = await call('raw', { body: text, headers: { 'content-type': 'application/json' } });
    const { json, binary } = await readTriggerItem(answer.body.executionId);
    expect(json.body).toEqual({ a: 1 });
    const params = { artifactId: binary.data.artifactId };
    expect((await fixture.call('downloadArtifact', { params })).body).toEqual({ a: 1 });
    expect(binary.data.sizeBytes).toBe(text.length);
  });
});

describe('answers', () => {
  test('immediately: with the status, after the execution is stored', async () => {
    await publish({ path: 'now', responseStatus: 202 });
    const answer = await call('now');
    expect(answer.status).toBe(202);
    const { rows } = await fixture.server.database.pool.query('SELECT mode FROM executions WHERE id = $1', [
      toUuid(answer.body.executionId),
    ]);
    expect(rows).toEqual([{ mode: 'webhook' }]);
  });

  test('finished: with the items of the last node', async () => {
    await publish({ path: 'finished', respond: 'finished' }, [{ id: 'noop', name: 'No-op', type: 'no-op' }]);
    const answer = await call('finished', { body: { n: 21 } });
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject([{ method: 'POST', body: { n: 21 } }]);
  });

  test('by a node: status, headers and body are the node’s; it runs without our origin', async () => {
    const page = {
      ...respond,
      parameters: {
        respondWith: 'text',
        text: '<script>1</script>',
        mediaType: 'text/html; charset=utf-8',
        status: 418,
        headers: [{ name: 'X-Custom', value: 'yes' }],
      },
    };
    await publish({ path: 'page', respond: 'node', methods: ['ANY'] }, [page]);
    const answer = await call('page', { method: 'GET' });
    expect(answer.status).toBe(418);
    expect(answer.body).toBe('<script>1</script>');
    expect(answer.headers.get('x-custom')).toBe('yes');
    expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(answer.headers.get('content-security-policy')).toMatch(/^sandbox /);
    expect(answer.headers.get('content-security-policy')).not.toContain('allow-same-origin');
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    const head = await call('page', { method: 'HEAD' });
    expect([head.status, head.body]).toEqual([418, '']);
  });

  test('by a node that is never reached: that it was taken', async () => {
    await publish({ path: 'silent', respond: 'node', responseStatus: 201 });
    const answer = await call('silent');
    expect([answer.status, Object.keys(answer.body)]).toEqual([201, ['executionId']]);
  });

  test('a failure says so with its id, and nothing of why', async () => {
    const stop = {
      id: 'stop',
      name: 'Stop',
      type: 'stop-with-error',
      parameters: { message: 'secret-reason' },
    };
    await publish({ path: 'failing', respond: 'finished' }, [stop]);
    const answer = await call('failing');
    expect(answer.body).toMatchObject({
      status: 500,
      code: 'WEBHOOK_FAILED',
      executionId: expect.any(String),
    });
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(JSON.stringify(answer.body)).not.toContain('secret-reason');
    const params = { executionId: answer.body.executionId };
    const execution = await fixture.call('getExecution', { params });
    expect(execution.body).toMatchObject({ status: 'failed', error: { message: 'secret-reason' } });
  });

  test('the same Idempotency-Key starts one execution and gets its answer again', async () => {
    const answerNode = { ...respond, parameters: { respondWith: 'json', value: '{{ $execution.id }}' } };
    await publish({ path: 'once', respond: 'node' }, [answerNode]);
    const headers = { 'idempotency-key': 'order-1' };
    const first = await call('once', { headers });
    const second = await call('once', { headers });
    expect(first.status).toBe(200);
    expect(second.body).toEqual(first.body);
    expect(second.headers.get('navette-execution-id')).toBe(first.headers.get('navette-execution-id'));
    const other = await call('once', { headers: { 'idempotency-key': 'order-2' } });
    expect(other.headers.get('navette-execution-id')).not.toBe(first.headers.get('navette-execution-id'));
    const malformed = await call('once', { headers: { 'idempotency-key': 'x'.repeat(256) } });
    expect(malformed.body.issues[0].path).toBe('/headers/idempotency-key');
  });

  test.each(['immediately', 'finished', 'node'])(
    'an Idempotency-Key that came before with another request is refused (respond %s)',
    async (respondWith) => {
      const path = `reused-${respondWith}`;
      const answerNode = { ...respond, parameters: { respondWith: 'json', value: '{{ $execution.id }}' } };
      await publish(
        { path: `${path}/:id`, methods: ['POST', 'PUT'], respond: respondWith },
        respondWith === 'node' ? [answerNode] : [],
      );
      const send = (request: TestRequest, to = '7?x=1') =>
        call(`${path}/${to}`, {
          body: { total: 1, sku: 'A' },
          ...request,
          headers: { 'idempotency-key': 'order-1', ...request.headers },
        });
      const first = await send({});
      expect(first.status).toBe(200);
      // Another order of the fields and another sender: the same request.
      const repeat = await send({ body: { sku: 'A', total: 1 }, headers: { 'user-agent': 'other' } });
      expect([repeat.status, repeat.body]).toEqual([200, first.body]);
      const others = [
        await send({ body: { sku: 'A', total: 2 } }),
        await send({ method: 'PUT' }),
        await send({}, '8?x=1'),
        await send({}, '7?x=2'),
      ];
      for (const other of others) {
        expect(other.body).toMatchObject({ status: 422, code: 'IDEMPOTENCY_KEY_REUSED' });
        expect(other.headers.get('navette-execution-id')).toBeNull();
      }
    },
  );

  test('a repeat is no other request because another key was gathered into its execution since', async () => {
    const workflowId = await fixture.createWorkflow({
      nodes: [{ id: 'hook', name: 'Hook', type: 'webhook-trigger', parameters: { path: 'gathered-keys' } }],
      settings: { trigger: { debounceMs: 3_600_000 } },
    });
    await fixture.call('publishWorkflow', { params: { workflowId }, body: {} });
    const send = (key: string, total: number) =>
      call('gathered-keys', { body: { total }, headers: { 'idempotency-key': key } });
    const first = await send('order-1', 1);
    expect((await send('order-2', 2)).body).toEqual(first.body);
    expect([(await send('order-1', 1)).body, first.status]).toEqual([first.body, 200]);
  });

  test('files count by name and content under an Idempotency-Key', async () => {
    await publish({ path: 'reused-files' });
    const send = (name: string, text: string) => {
      const form = new FormData();
      form.append('order', '7');
      form.append('scan', new Blob([text], { type: 'text/csv' }), name);
      return call('reused-files', { body: form, headers: { 'idempotency-key': 'file-1' } });
    };
    const first = await send('a.csv', 'one');
    expect((await send('a.csv', 'one')).body).toEqual(first.body);
    expect((await send('a.csv', 'two')).body.code).toBe('IDEMPOTENCY_KEY_REUSED');
    expect((await send('b.csv', 'one')).body.code).toBe('IDEMPOTENCY_KEY_REUSED');
  });
});

describe('refusals', () => {
  test('an address that nobody answers', async () => {
    for (const path of ['nobody', '', 'items/1', '..%2f..%2fetc/passwd']) {
      const answer = await call(path);
      expect([answer.status, answer.body.code], path).toEqual([404, 'WEBHOOK_NOT_FOUND']);
    }
  });

  test('an address that is none', async () => {
    expect((await call('%zz')).body).toMatchObject({ status: 400, code: 'REQUEST_MALFORMED' });
  });

  test('another method, with those that are answered; OPTIONS asks for them', async () => {
    await publish({ path: 'methods', methods: ['GET', 'DELETE'] });
    const answer = await call('methods');
    expect(answer.body).toMatchObject({ status: 405, code: 'ROUTE_METHOD' });
    expect(answer.headers.get('allow')).toBe('DELETE, GET, OPTIONS');
    const options = await call('methods', { method: 'OPTIONS' });
    expect([options.status, options.headers.get('allow')]).toEqual([204, 'DELETE, GET, OPTIONS']);
  });

  test.each([
    ['not JSON', 'application/json', '{"a":', '/body'],
    ['a prototype', 'application/json', '{"a":{"\\u005f_proto__":{"x":1}}}', '/body/a/__proto__'],
    ['too deep', 'application/json', '['.repeat(5_000), '/body'],
    ['a broken form', 'multipart/form-data; boundary=x', '--x\r\nnothing', '/body'],
  ])('a body that is %s', async (name, contentType, body, path) => {
    const address = `refused/${name.replaceAll(' ', '-')}`;
    await publish({ path: address });
    const answer = await call(address, { body, headers: { 'content-type': contentType } });
    expect(answer.status).toBe(400);
    expect(answer.body.issues[0].path).toBe(path);
  });

  test('a body above the limit', async () => {
    await publish({ path: 'large' });
    const text = { 'content-type': 'text/plain' };
    expect((await call('large', { body: 'x'.repeat(65_536), headers: text })).status).toBe(200);
    const answer = await call('large', { body: 'x'.repeat(65_537), headers: text });
    expect(answer.body).toMatchObject({ status: 413, code: 'REQUEST_TOO_LARGE' });
    const form = new FormData();
    form.set('f', new Blob(['x'.repeat(70_000)]), 'f');
    expect((await call('large', { body: form })).status).toBe(413);
  });
});

describe('authentication', () => {
  test('a webhook with a credential takes only who has it, and keeps it out of the journal', async () => {
    const data = { name: 'X-Api-Key', value: 'canary-key' };
    const credential = await fixture.call('createCredential', {
      body: { name: 'key', type: 'http-header', data },
    });
    const trigger = { credentials: { auth: { id: credential.body.id } } };
    await publish({ path: 'closed', authentication: 'credential' }, [], trigger);
    for (const headers of [{}, { 'x-api-key': 'wrong' }, { 'x-api-key': 'canary-key2' }])
      expect((await call('closed', { headers: headers as Record<string, string> })).body.code).toBe(
        'WEBHOOK_UNAUTHORIZED',
      );
    const answer = await call('closed', { headers: { 'x-api-key': 'canary-key' } });
    expect(answer.status).toBe(200);
    const { rows } = await fixture.server.database.pool.query(
      `SELECT string_agg(records, '') AS all FROM journal`,
    );
    expect(rows[0].all).not.toContain('canary-key');
    expect(fixture.logs.join('')).not.toContain('canary-key');
  });

  test('a user name and password, as browsers ask for them', async () => {
    const data = { username: 'ada', password: 'pass' };
    const credential = await fixture.call('createCredential', {
      body: { name: 'basic', type: 'http-basic', data },
    });
    const trigger = { credentials: { auth: { id: credential.body.id } } };
    await publish({ path: 'basic', authentication: 'credential', methods: ['GET'] }, [], trigger);
    const refused = await call('basic', { method: 'GET' });
    expect(refused.status).toBe(401);
    expect(refused.headers.get('www-authenticate')).toMatch(/^Basic /);
    const authorization = `Basic ${Buffer.from('ada:pass').toString('base64')}`;
    expect((await call('basic', { method: 'GET', headers: { authorization } })).status).toBe(200);
  });

  test('without a chosen credential it cannot be published', async () => {
    const nodes: Node[] = [
      {
        id: 'hook',
        name: 'Hook',
        type: 'webhook-trigger',
        parameters: { path: 'unset', authentication: 'credential' },
      },
    ];
    const workflowId = await fixture.createWorkflow({ nodes });
    const answer = await fixture.call('publishWorkflow', { params: { workflowId }, body: {} });
    expect(answer.body).toMatchObject({
      code: 'WORKFLOW_INVALID',
      issues: [{ path: '/body/definition/nodes/0/credentials/auth', message: expect.any(String) }],
    });
  });
});

describe('publication', () => {
  test('is at once; taking it back ends it', async () => {
    const workflowId = await publish({ path: 'live' });
    expect((await call('live')).status).toBe(200);
    await fixture.call('unpublishWorkflow', { params: { workflowId } });
    expect((await call('live')).status).toBe(404);
    await fixture.call('publishWorkflow', { params: { workflowId }, body: {} });
    expect((await call('live')).status).toBe(200);
    await fixture.call('deleteWorkflow', { params: { workflowId } });
    expect((await call('live')).status).toBe(404);
  });

  test('of another process is found when it is first asked for', async () => {
    const workflowId = await publish({ path: 'elsewhere' });
    await fixture.call('unpublishWorkflow', { params: { workflowId } });
    // Another process publishes: it writes to the database and this one is not told.
    const { repositories } = fixture.server.services;
    const projectId = toUuid(fixture.owner.projectId);
    const workflow = await repositories.workflows.read(projectId, toUuid(workflowId));
    await repositories.publications.publish(
      { projectId, actor: { kind: 'system', id: null } },
      {
        workflowId: workflow.id,
        versionId: workflow.draftVersionId,
        webhooks: [{ method: 'POST', path: 'elsewhere', nodeId: 'hook' }],
        schedules: [],
      },
    );
    await expect.poll(async () => (await call('elsewhere')).status).toBe(200);
  });

  test('two webhooks of one workflow cannot share an address', async () => {
    const nodes: Node[] = [
      { id: 'a', name: 'A', type: 'webhook-trigger', parameters: { path: 'same/:x' } },
      { id: 'b', name: 'B', type: 'webhook-trigger', parameters: { path: 'same/:y', methods: ['ANY'] } },
    ];
    const workflowId = await fixture.createWorkflow({ nodes });
    const answer = await fixture.call('publishWorkflow', { params: { workflowId }, body: {} });
    expect(answer.body).toMatchObject({
      code: 'WORKFLOW_INVALID',
      issues: [{ path: '/body/definition/nodes/1/parameters/path' }],
    });
  });

  test('lists its addresses', async () => {
    const workflowId = await publish({ path: 'listed/:id', methods: ['GET', 'POST'] });
    const answer = await fixture.call('listWebhooks');
    expect(answer.body.items).toContainEqual({
      workflowId,
      nodeId: 'hook',
      methods: ['GET', 'POST'],
      path: '/webhook/listed/:id',
      url: `${fixture.url}/webhook/listed/:id`,
    });
  });
});

test('a client that goes away does not stop the execution', async () => {
  const wait = { id: 'wait', name: 'Wait', type: 'wait', parameters: { amount: 1, unit: 'seconds' } };
  const workflowId = await publish({ path: 'gone', respond: 'finished' }, [wait]);
  const { port } = new URL(fixture.url);
  const outgoing = httpRequest({ port, host: '127.0.0.1', path: '/webhook/gone', method: 'POST' });
  outgoing.on('error', () => {});
  outgoing.end();
  const list = () => fixture.call('listExecutions', { query: `?workflowId=${workflowId}` });
  const first = async () => (await list()).body.items[0];
  await expect.poll(first, { timeout: 5_000 }).toBeDefined();
  outgoing.destroy();
  await expect.poll(async () => (await first()).status, { timeout: 10_000 }).toBe('succeeded');
  expect(fixture.logs.filter((line) => /"level":"(error|warn)"/.test(line))).toEqual([]);
});

function toUuid(id: string): string {
  return id.slice(4).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
