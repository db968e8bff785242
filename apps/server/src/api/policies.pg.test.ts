/** Policies of code on a whole server: files that change, connections that are asked for and written down, the API. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { WorkflowDefinitionInput } from '@navette/contracts';
import { waitFor } from '@navette/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openServerFixture, type ServerFixture } from '../server-fixture.ts';

const folder = mkdtempSync(join(tmpdir(), 'navette-policies-'));
let fixture: ServerFixture;
const servers: Server[] = [];
/** One that answers and leads elsewhere, and one that must not be reached. */
let open: number;
let closed: number;
const seen: string[] = [];

async function listen(answer: Parameters<typeof createServer>[1]): Promise<number> {
  const server = createServer(answer as never);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

beforeAll(async () => {
  closed = await listen((_, response) => {
    seen.push('closed');
    response.end('secret');
  });
  open = await listen((request, response) => {
    seen.push(`open ${request.url}`);
    if (request.url!.startsWith('/away')) {
      response.writeHead(302, { location: `http://127.0.0.1:${closed}/taken` }).end();
    } else if (request.url!.startsWith('/round')) {
      response.writeHead(302, { location: '/there' }).end();
    } else response.end('hello');
  });
  mkdirSync(join(folder, 'named'));
  mkdirSync(join(folder, 'projects'));
  fixture = await openServerFixture({
    NAVETTE_HTTP_ALLOW_PRIVATE_HOSTS: '127.0.0.1',
    NAVETTE_CODE_POLICIES_DIR: folder,
  });
});
afterAll(async () => {
  await fixture?.close();
  for (const server of servers) server.close();
  rmSync(folder, { recursive: true, force: true });
});

const write = (file: string, content: object | string) =>
  writeFileSync(join(folder, file), typeof content === 'string' ? content : JSON.stringify(content));

async function list(key?: string) {
  return (await fixture.call('listPolicies', key === undefined ? {} : { key })).body;
}

/** Until the server has read what a file says. */
async function untilListed(check: (answer: Awaited<ReturnType<typeof list>>) => boolean, what: string) {
  await waitFor(async () => check(await list()), { timeoutMs: 20_000, what });
}

async function run(nodes: object[], settings: object = {}) {
  const all = [{ id: 'start', name: 'Start', type: 'manual-trigger' }, ...nodes] as { id: string }[];
  const definition = {
    nodes: all,
    edges: all.slice(1).map(({ id }, index) => ({ from: all[index]!.id, to: id })),
    settings,
  } as unknown as WorkflowDefinitionInput;
  const workflowId = await fixture.createWorkflow(definition);
  const answer = await fixture.call('runWorkflow', { params: { workflowId }, body: { input: {} } });
  const { executionId } = answer.body;
  const read = async () => (await fixture.call('getExecution', { params: { executionId } })).body;
  await waitFor(async () => ['succeeded', 'failed'].includes((await read()).status), {
    timeoutMs: 60_000,
    what: `${executionId} to end`,
  });
  const execution = await read();
  const items = async (path: string) =>
    (await fixture.call('getStepData', { params: { executionId, path } })).body.outputs.main?.[0]?.json;
  return { executionId, execution, items };
}

const code = (source: string, parameters: object = {}) => ({
  id: 'code',
  name: 'Code',
  type: 'code',
  parameters: { source, ...parameters },
});
const program = (source: string, parameters: object = {}) => ({
  id: 'p',
  name: 'Program',
  type: 'program',
  parameters: {
    source: `export default async (ctx) => { ${source} }`,
    language: 'javascript',
    ...parameters,
  },
});

const listConnections = (executionId: string) =>
  fixture.logs
    .map((line) => JSON.parse(line))
    .filter((line) => line.msg === 'Code made a connection' && line.executionId === executionId);

test('each connection of a code step is in the log with its step, and no path, redirects and refusals included', async () => {
  const source = `
    const try_ = async (url) => { try { return (await http(url)).status } catch (error) { return error.code } };
    return {
      there: await try_('http://127.0.0.1:${open}/round?token=canary-7c1'),
      away: await try_('http://127.0.0.1:${open}/away'),
      other: await try_('http://127.0.0.1:${closed}/x'),
      none: await try_('not a url'),
    };`;
  const { executionId, items } = await run([code(source, { allowedHosts: [`127.0.0.1:${open}`] })]);
  expect(await items('code')).toEqual({
    there: 200,
    away: 'POLICY_HOST_REFUSED',
    other: 'POLICY_HOST_REFUSED',
    none: 'HTTP_INVALID_URL',
  });
  expect(seen).not.toContain('closed');
  const lines = listConnections(executionId);
  expect(lines.map(({ host, method, outcome, path, port }) => [path, method, host, port, outcome])).toEqual([
    ['code', 'GET', '127.0.0.1', open, 'redirected'],
    ['code', 'GET', '127.0.0.1', open, '2xx'],
    ['code', 'GET', '127.0.0.1', open, 'redirected'],
    ['code', 'GET', '127.0.0.1', closed, 'refused'],
    ['code', 'GET', '127.0.0.1', closed, 'refused'],
  ]);
  expect(lines.every(({ level }) => level === 'info')).toBe(true);
  expect(lines.at(-1)).toMatchObject({ code: 'POLICY_HOST_REFUSED' });
  expect(JSON.stringify(lines)).not.toMatch(/canary|round|away/);
});

test('calls of a program reach what it names, and nothing without', async () => {
  const source = `
    const get = (url) => ctx.http({ url, responseFormat: 'text' }).then(() => 'reached', (error) => error.code);
    return { open: await get('http://127.0.0.1:${open}/a'), away: await get('http://127.0.0.1:${open}/away'), closed: await get('http://127.0.0.1:${closed}/') };`;
  const without = await run([program(source)]);
  expect(await without.items('p')).toEqual({
    open: 'POLICY_HOST_REFUSED',
    away: 'POLICY_HOST_REFUSED',
    closed: 'POLICY_HOST_REFUSED',
  });
  const named = await run([program(source, { allowedHosts: [`127.0.0.1:${open}`] })]);
  expect(await named.items('p')).toEqual({
    open: 'reached',
    away: 'POLICY_HOST_REFUSED',
    closed: 'POLICY_HOST_REFUSED',
  });
  expect(seen).not.toContain('closed');
  expect(listConnections(named.executionId).map(({ outcome, path }) => `${path} ${outcome}`)).toEqual([
    'p/@http-request 2xx',
    'p/@http-request:2 redirected',
    'p/@http-request:2 refused',
    'p/@http-request:3 refused',
  ]);
  // A node of a graph is no code: it is neither bound by these policies nor written down.
  const node = {
    id: 'n',
    name: 'N',
    type: 'http-request',
    parameters: { url: `http://127.0.0.1:${open}/n` },
  };
  const graph = await run([{ ...node, parameters: { ...node.parameters, responseFormat: 'text' } }]);
  expect(graph.execution.status).toBe('succeeded');
  expect(listConnections(graph.executionId)).toEqual([]);
});

test('the settings of a workflow bind all its code, and code that a program calls', async () => {
  const source = `try { return { status: (await http('http://127.0.0.1:${open}/w')).status } } catch (error) { return { message: error.message } }`;
  const settings = { code: { allowedHosts: ['api.example.com'] } };
  const { items } = await run([code(source, { allowedHosts: ['*'] })], settings);
  expect((await items('code')).message).toContain('the workflow: settings.code.allowedHosts');
  const call = `const [out] = await ctx.run('code', { source: ${JSON.stringify(source)}, allowedHosts: ['*'] }); return out;`;
  const called = await run([program(call, { allowedHosts: ['api.example.com'] })]);
  expect((await called.items('p')).message).toContain('the program: parameters.allowedHosts');
});

test('files are read when they change, and one with a mistake changes nothing', async () => {
  const file = `projects/${fixture.owner.projectId}.json`;
  write('named/calm.json', {
    version: 1,
    description: 'Calm',
    limits: { cpuMs: 150 },
    allowedNodeTypes: ['wait'],
  });
  write(file, { version: 1, limits: { cpuMs: 200 }, allowedHosts: ['*.example.com'] });
  write('projects/prj_0193a1b2c3d47e5f8a9b0c1d2e3f4a5b.json', { version: 1, description: 'somebody else' });
  await untilListed(({ project }) => project.limits.cpuMs.value === 200, 'the file of the project');

  const answer = await list();
  expect(answer.items.map((item: { file: string }) => item.file).sort()).toEqual(['named/calm.json', file]);
  expect(answer.project).toMatchObject({
    limits: { cpuMs: { value: 200, place: `policies/${file}: limits.cpuMs`, most: 600_000 } },
    allowedHosts: ['*.example.com'],
  });
  // Nobody sees the file of another project.
  const theirs = await list(fixture.strangerKey);
  expect(JSON.stringify(theirs)).not.toContain(fixture.owner.projectId);
  expect(theirs.project.limits.cpuMs.value).toBe(10_000);

  const endless = await run([code('for (;;) {}', { limits: { cpuSeconds: 60 } })]);
  const [, step] = endless.execution.steps;
  expect(step.error).toMatchObject({ code: 'SANDBOX_CPU_LIMIT' });
  expect(step.error.message).toContain(`200 ms (cpuMs of policies/${file}: limits.cpuMs)`);
  expect(step.error.help).toContain(`Raise policies/${file}: limits.cpuMs, up to 600000`);
  const { body } = await fixture.call('getStepPolicy', {
    params: { executionId: endless.executionId, path: 'code' },
  });
  expect(body.policy.limits.cpuMs).toMatchObject({ value: 200 });
  expect(body.policy.allowedHosts).toEqual([]);
  const stranger = await fixture.call('getStepPolicy', {
    params: { executionId: endless.executionId, path: 'code' },
    key: fixture.strangerKey,
  });
  expect(stranger.status).toBe(404);

  const refused = await run([
    program("return { code: await ctx.run('set-fields', {}).catch((e) => e.code) }", { policy: 'calm' }),
  ]);
  expect(await refused.items('p')).toEqual({ code: 'POLICY_NODE_TYPE_REFUSED' });
  const call = refused.execution.steps.find(({ path }: { path: string }) => path === 'p/@set-fields');
  expect(call.error.message).toContain('policies/named/calm.json: allowedNodeTypes');
  const unknown = await run([code('return {}', { policy: 'missing' })]);
  expect(unknown.execution.steps[1].error).toMatchObject({ code: 'POLICY_UNKNOWN' });

  write(file, '{ "version": 1, "limits": { "cpuMs": 900000000 }, "hosts": [] }');
  await untilListed(
    ({ items }) => items.some(({ state }: { state: string }) => state === 'kept'),
    'the mistake',
  );
  const kept = await list();
  expect(kept.project.limits.cpuMs.value).toBe(200);
  const problems = kept.items.find((item: { file: string }) => item.file === file).problems;
  expect(problems.map(({ field }: { field: string }) => field).sort()).toEqual(['hosts', 'limits.cpuMs']);
  const health = (await fixture.request('/api/v1/health/ready')).body;
  const check = health.checks.find(({ name }: { name: string }) => name === 'policies');
  expect(check).toMatchObject({ ok: true, detail: expect.stringContaining(`${file}, limits.cpuMs`) });
  const warnings = fixture.logs.map((line) => JSON.parse(line)).filter((line) => line.file === file);
  expect(warnings.map(({ field, level }) => `${level} ${field}`).sort()).toEqual([
    'warn hosts',
    'warn limits.cpuMs',
  ]);
  const metrics = await fetch(`${fixture.url}/metrics`, { headers: { cookie: fixture.owner.cookie } });
  const text = await metrics.text();
  expect(text).toContain('navette_policy_problems 2');
  expect(text).toMatch(/navette_code_connections_total\{outcome="refused"\} [1-9]/);
});

test('who may not read workflows may not read policies', async () => {
  const key = await fixture.createKey(['artifacts:read']);
  expect((await fixture.call('listPolicies', { key })).status).toBe(403);
  expect((await fixture.call('listPolicies', { key: null })).status).toBe(401);
});
