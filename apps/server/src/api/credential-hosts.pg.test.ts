/** Where a credential goes that code names: to hosts that the credential and the code around it both allow, in each way. */
import type { WorkflowDefinitionInput } from '@navette/contracts';
import { type FixtureServer, startFixtureServer } from '@navette/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openServerFixture, type ServerFixture } from '../server-fixture.ts';

const canary = 'canary-2f9e-bound';
const settings = { retry: { maxAttempts: 1 } };
let first: FixtureServer;
let second: FixtureServer;
let fixture: ServerFixture;

beforeAll(async () => {
  second = await startFixtureServer(() => ({ ok: true }));
  first = await startFixtureServer(({ path }, response) => {
    if (path === '/away') response.writeHead(302, { location: `${second.url}/taken` }).end();
    return { ok: true };
  });
  fixture = await openServerFixture({ NAVETTE_HTTP_ALLOW_PRIVATE_HOSTS: '127.0.0.1' });
});
afterAll(async () => {
  await fixture?.close();
  await first?.close();
  await second?.close();
});

let made = 0;
async function createCredential(allowedHosts: string[]): Promise<string> {
  const body = {
    name: `bound ${++made}`,
    type: 'http-header',
    data: { name: 'X-Key', value: canary },
    allowedHosts,
  };
  const { body: created } = await fixture.call('createCredential', { body });
  return created.id;
}

/** What the node, the last of two, gave for its first item. */
async function run(node: object, code?: { allowedHosts: string[] }): Promise<unknown> {
  const definition = {
    nodes: [
      { id: 'start', name: 'Start', type: 'manual-trigger' },
      { id: 'asks', name: 'Asks', ...node },
    ],
    edges: [{ from: 'start', to: 'asks' }],
    ...(code ? { settings: { code } } : {}),
  } as unknown as WorkflowDefinitionInput;
  const workflowId = await fixture.createWorkflow(definition);
  const { body: started } = await fixture.call('runWorkflow', { params: { workflowId }, body: {} });
  const read = async () => (await fixture.call('getExecution', { params: started })).body.status;
  await expect.poll(read).toBe('succeeded');
  const { body } = await fixture.call('getStepData', { params: { ...started, path: 'asks' } });
  return body.outputs.main[0].json;
}

interface Case {
  /** Of the step, or of the program. */
  allowedHosts: string[];
  /** Of the settings of the workflow. */
  around?: string[];
  credential: string;
}

const urls = () => ({
  first: `${first.url}/a`,
  second: `${second.url}/b`,
  away: `${first.url}/away`,
});

/** What came of each address: a status, or the code of the error. */
function askInStep({ allowedHosts, around, credential }: Case) {
  const source = `
    const seen = {};
    for (const [name, url] of Object.entries(${JSON.stringify(urls())}))
      seen[name] = await http({ url, credential: 'auth' }).then(({ status }) => status, ({ code }) => code);
    return seen;`;
  const node = {
    type: 'code',
    parameters: { source, allowedHosts },
    credentials: { auth: { id: credential } },
  };
  return run(node, around && { allowedHosts: around });
}

function askInProgram({ allowedHosts, around, credential }: Case) {
  const source = `export default async (ctx) => {
    const seen = {};
    for (const [name, url] of Object.entries(${JSON.stringify(urls())}))
      seen[name] = await ctx.http({ url }, { credentials: { auth: { id: '${credential}' } }, settings: ${JSON.stringify(settings)} })
        .then(() => 200, ({ code }) => code);
    return seen;
  };`;
  const node = { type: 'program', parameters: { source, language: 'javascript', allowedHosts } };
  return run(node, around && { allowedHosts: around });
}

/** The requests since then: who got one, and whether the secret was in it. */
function listen() {
  const before = [first.requests.length, second.requests.length];
  return () =>
    [first, second].flatMap(({ requests }, index) =>
      requests
        .slice(before[index])
        .map(({ headers, path }) => `${path} ${headers['x-key'] === canary ? 'with' : 'without'}`),
    );
}

describe.each([
  { ask: askInStep, of: 'http of a code step', byCredential: 'HTTP_BLOCKED_HOST' },
  { ask: askInProgram, of: 'http of ctx', byCredential: 'HTTP_REQUEST_CREDENTIAL_HOST' },
])('a credential named to $of', ({ ask, byCredential }) => {
  test('goes to no host that only the code may call, not by a redirect either', async () => {
    const sent = listen();
    const credential = await createCredential([first.host]);
    expect(await ask({ allowedHosts: [first.host, second.host], credential })).toEqual({
      first: 200,
      second: byCredential,
      away: byCredential,
    });
    expect(sent()).toEqual(['/a with', '/away with']);
  });

  test('opens no host that only the credential may go to', async () => {
    const sent = listen();
    const credential = await createCredential([first.host, second.host]);
    expect(await ask({ allowedHosts: [first.host], credential })).toEqual({
      first: 200,
      second: 'POLICY_HOST_REFUSED',
      away: 'POLICY_HOST_REFUSED',
    });
    expect(sent()).toEqual(['/a with', '/away with']);
  });

  test('is bound by the settings of the workflow as well', async () => {
    const sent = listen();
    const credential = await createCredential([first.host, second.host]);
    const allowedHosts = [first.host, second.host];
    expect(await ask({ allowedHosts, around: [second.host], credential })).toEqual({
      first: 'POLICY_HOST_REFUSED',
      second: 200,
      away: 'POLICY_HOST_REFUSED',
    });
    expect(sent()).toEqual(['/b with']);
  });

  test('goes nowhere when no host is in both', async () => {
    const sent = listen();
    const credential = await createCredential([second.host]);
    const answers = Object.values((await ask({ allowedHosts: [first.host], credential })) as object);
    expect(answers.every((answer) => typeof answer === 'string')).toBe(true);
    expect(sent()).toEqual([]);
  });

  test('without hosts of its own goes where the code may, and not along to another origin', async () => {
    const sent = listen();
    const credential = await createCredential([]);
    expect(await ask({ allowedHosts: [first.host, second.host], credential })).toEqual({
      first: 200,
      second: 200,
      away: 200,
    });
    expect(sent()).toEqual(['/a with', '/away with', '/b with', '/taken without']);
  });
});
