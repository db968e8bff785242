/** What holds for every route of the contract, proven route by route. */
import { type Route, type RouteId, routeList, routes, type Scope, scopes } from '@navette/contracts';
import { waitFor } from '@navette/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openServerFixture, type ServerFixture } from '../server-fixture.ts';

let fixture: ServerFixture;
const metricsToken = 'the-token-of-the-scraper';
/** Ids of things that exist in the owner's project. */
const params: Record<string, string> = {
  type: 'manual-trigger',
  name: 'none',
  path: 'start',
  nodeId: 'start',
};

beforeAll(async () => {
  fixture = await openServerFixture({ NAVETTE_METRICS_TOKEN: metricsToken });
  const definition = { nodes: [{ id: 'start', name: 'Start', type: 'manual-trigger' }] };
  const workflowId = await fixture.createWorkflow(definition);
  const workflow = await fixture.call('getWorkflow', { params: { workflowId } });
  const run = await fixture.call('runWorkflow', { params: { workflowId }, body: {} });
  const data = { username: 'u', password: 'p' };
  const credential = await fixture.call('createCredential', {
    body: { name: 'c', type: 'http-basic', data },
  });
  const form = new FormData();
  form.set('file', new Blob(['x']), 'x.txt');
  const artifact = await fixture.call('uploadArtifact', { body: form });
  const keys = await fixture.call('listApiKeys');
  Object.assign(params, {
    workflowId,
    versionId: workflow.body.draftVersionId,
    executionId: run.body.executionId,
    credentialId: credential.body.id,
    artifactId: artifact.body.id,
    keyId: keys.body.items[0].id,
    approvalId: await createApproval(),
    replayId: await createReplay(workflowId, run.body.executionId),
  });
});
afterAll(() => fixture?.close());

async function createReplay(workflowId: string, executionId: string): Promise<string> {
  await waitFor(
    async () => (await fixture.call('getExecution', { params: { executionId } })).body.finishedAt !== null,
    { timeoutMs: 20_000, what: 'the execution to end' },
  );
  const replay = await fixture.call('createReplay', { params: { workflowId }, body: {} });
  return replay.body.id;
}

async function createApproval(): Promise<string> {
  const workflowId = await fixture.createWorkflow({
    nodes: [
      { id: 'start', name: 'Start', type: 'manual-trigger' },
      { id: 'ask', name: 'Ask', type: 'approval', parameters: { title: 'Go?' } },
    ],
    edges: [{ from: 'start', to: 'ask' }],
  });
  await fixture.call('runWorkflow', { params: { workflowId }, body: {} });
  const approval = await waitFor(
    async () => (await fixture.call('listApprovals', { query: '?status=open' })).body.items[0],
    { timeoutMs: 20_000, what: 'the approval to be asked for' },
  );
  return approval.id;
}

const bodies: Partial<Record<RouteId, unknown>> = {
  createWorkflow: { name: 'x', definition: { nodes: [] } },
  validateWorkflow: { nodes: [] },
  updateWorkflow: { name: 'x' },
  createCredential: { name: 'x', type: 'http-basic', data: {} },
  updateCredential: { name: 'x' },
  createApiKey: { name: 'x', scopes: ['workflows:read'] },
  createProject: { name: 'x' },
  sendSignal: {},
  sendWorkflowSignal: { key: 'k' },
  decideApproval: { decision: 'reject' },
  resolveStep: { question: 1, outcome: 'retry' },
  readLinkedApproval: { token: 'x' },
  decideLinkedApproval: { token: 'x', decision: 'reject' },
  rerunExecution: { from: 'start' },
  forkExecution: {},
  createReplay: {},
  retryDeadLetters: { filter: {} },
  dismissDeadLetters: { filter: {} },
};

function send(route: Route, options: { key: string | null }) {
  const id = route.id as RouteId;
  const form = new FormData();
  form.set('file', new Blob(['x']), 'x');
  const body = route.bodyKind === 'multipart' ? form : bodies[id];
  return fixture.call(id, { params, ...(body === undefined ? {} : { body }), ...options });
}

function expectProblem(answer: Awaited<ReturnType<typeof send>>, status: number, code: string | RegExp) {
  expect(answer.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
  expect(answer.body).toMatchObject({
    status,
    code: typeof code === 'string' ? code : expect.stringMatching(code),
    detail: expect.any(String),
    help: expect.any(String),
  });
  expect(answer.status).toBe(status);
  expect(answer.body.instance).toBe(`urn:navette:request:${answer.headers.get('x-request-id')}`);
}

/** The metrics have a lock of their own, and one word for everyone who has no key to it. */
function refusalOf(route: Route, code: string): string {
  return route.access === 'metrics' ? 'METRICS_UNAUTHORIZED' : code;
}

const closed = routeList.filter((route) => route.access !== 'public' && route.access !== 'setup');
const scoped = closed.filter((route) => typeof route.access === 'object');
/** What is the same for everyone, or only of the project of the caller. */
const withIds = closed.filter((route) =>
  /:(workflow|version|execution|artifact|credential|key|approval|replay)Id/.test(route.path),
);

test('the ids that the routes are called with all exist', () => {
  for (const [name, value] of Object.entries(params)) expect(value, name).toEqual(expect.any(String));
  expect(withIds.length).toBeGreaterThan(20);
});

describe('without credentials', () => {
  test.each(closed.map((route) => [route.id, route] as const))('%s answers 401', async (_id, route) => {
    const answer = await send(route, { key: null });
    expectProblem(answer, 401, refusalOf(route, 'AUTH_REQUIRED'));
    expect(answer.headers.get('www-authenticate')).toContain('Bearer');
  });

  test.each(closed.map((route) => [route.id, route] as const))(
    '%s refuses a made-up key',
    async (_id, route) => {
      const answer = await send(route, { key: `nvt_AAAAAAAA_${'A'.repeat(43)}` });
      expectProblem(answer, 401, refusalOf(route, 'AUTH_INVALID'));
    },
  );

  test('the open routes are these and no others', () => {
    const open = routeList.filter((route) => !closed.includes(route)).map((route) => route.id);
    expect(open).toEqual([
      'getSetup',
      'createOwner',
      'signIn',
      'healthLive',
      'healthReady',
      'readLinkedApproval',
      'decideLinkedApproval',
    ]);
  });
});

describe('with a key that has every scope but the one', () => {
  const keys = new Map<Scope, Promise<string>>();
  test.each(scoped.map((route) => [route.id, route] as const))('%s answers 403', async (_id, route) => {
    const { scope } = route.access as { scope: Scope };
    const key = keys.get(scope) ?? fixture.createKey(scopes.filter((each) => each !== scope));
    keys.set(scope, key);
    const answer = await send(route, { key: await key });
    expectProblem(answer, 403, 'AUTH_FORBIDDEN');
    expect(answer.body.detail).toContain(scope);
  });
});

describe('with the key of another project', () => {
  test.each(withIds.map((route) => [route.id, route] as const))('%s answers 404', async (_id, route) => {
    expectProblem(await send(route, { key: fixture.strangerKey }), 404, /_(NOT_FOUND|UNKNOWN)$/);
  });

  test('lists are empty but for what is its own', async () => {
    const key = fixture.strangerKey;
    for (const id of [
      'listWorkflows',
      'listExecutions',
      'listDeadLetters',
      'listArtifacts',
      'listCredentials',
    ] as const)
      expect((await fixture.call(id, { key })).body, id).toEqual({ items: [], nextCursor: null });
    const keys = await fixture.call('listApiKeys', { key });
    expect(keys.body.items).toHaveLength(1);
    expect((await fixture.call('listWebhooks', { key })).body).toEqual({ items: [] });
  });

  test('the project of the owner cannot be chosen', async () => {
    const headers = { 'navette-project': fixture.owner.projectId };
    const answer = await fixture.call('listWorkflows', { key: fixture.strangerKey, headers });
    expectProblem(answer, 404, 'PROJECT_NOT_FOUND');
  });
});

function chooseKey({ access }: Route): string | null {
  if (access === 'public' || access === 'setup') return null;
  return access === 'metrics' ? metricsToken : fixture.owner.key;
}

describe('unknown parts of a request', () => {
  test.each(routeList.map((route) => [route.id, route] as const))('%s names them', async (id, route) => {
    const takesBody = route.method !== 'GET' && route.method !== 'DELETE' && route.bodyKind !== 'multipart';
    const body = { ...(bodies[id as RouteId] as object), surprise: 1 };
    const answer = await fixture.call(id as RouteId, {
      params,
      query: '?surprise=1',
      key: chooseKey(route),
      ...(takesBody ? { body } : {}),
    });
    expectProblem(answer, 400, 'REQUEST_INVALID');
    const paths = answer.body.issues.map((issue: { path: string }) => issue.path);
    expect(paths).toContain('/query/surprise');
    if (takesBody) expect(paths).toContain(route.body ? '/body/surprise' : '/body');
  });
});

test('every answer has an id of its request: its own, or the one that a proxy gave', async () => {
  const ids = new Set<string>();
  for (const path of ['/api/v1/health/live', '/', '/nothing/here', '/api/v1/none', '/webhook/none', '/%zz']) {
    const answer = await fixture.request(path, { key: null });
    const id = answer.headers.get('x-request-id')!;
    expect(id, path).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/);
    ids.add(id);
    if (answer.body.code) expect(answer.body.instance).toBe(`urn:navette:request:${id}`);
    const headers = { 'x-request-id': 'from-the-proxy-1' };
    const given = await fixture.request(path, { key: null, headers });
    expect(given.headers.get('x-request-id'), path).toBe('from-the-proxy-1');
  }
  expect(ids.size).toBe(6);
});

test('the server answers nothing beside the contract, webhooks, documentation and pages', () => {
  const registered = new Set<string>();
  const lines = fixture.server.app.printRoutes({ commonPrefix: false, includeHooks: false }).split('\n');
  const stack: string[] = [];
  for (const line of lines) {
    const match = /^(.*?)[└├]── (\S*)(?: \((.*)\))?$/.exec(line);
    if (!match) continue;
    const depth = match[1]!.length / 4;
    stack[depth] = match[2]!;
    const path = stack.slice(0, depth + 1).join('');
    for (const method of match[3]?.split(', ') ?? []) registered.add(`${method} ${path}`);
  }
  const contract = new Set(routeList.map((route) => `${route.method} ${route.path}`));
  for (const route of contract) expect(registered).toContain(route);
  const others = [...registered].filter((route) => !contract.has(route) && !route.startsWith('HEAD '));
  const known =
    /^GET (\/|\/api\/docs|\/api\/openapi\.json|\/health\/(live|ready)|\/assets\/.*|\/[\w.-]+)$|^[A-Z]+ \/\*$/;
  expect(others.filter((route) => !known.test(route))).toEqual([]);
  // The router prints a wildcard without what stands before it.
  const { app } = fixture.server;
  for (const method of ['GET', 'POST', 'DELETE'] as const) {
    expect(app.hasRoute({ method, url: '/webhook/*' })).toBe(true);
    expect(app.hasRoute({ method, url: '/*' })).toBe(false);
  }
  expect(Object.keys(routes)).toHaveLength(contract.size);
});
