/** The commands of the operator's pages for the built-in database, and for what can be lost with a data folder. */
import { chmodSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { routes, type WorkflowDefinitionInput } from '@navette/contracts';
import { waitFor } from '@navette/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readTestedBlock } from '../docs/marked-blocks.ts';
import { createGuideShell, type GuideShell } from './guide-shell.ts';
import { findFreePort, startServer, type TestServer } from './start-server.ts';

const patience = { timeoutMs: 60_000 };
let root: string;
let dataDir: string;
let port: number;
let shell: GuideShell;
let server: TestServer;
let key: string;
let account: { email: string; password: string };
/** Files that an execution made before the backup. */
let artifactId: string;

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'navette-built-in-'));
  chmodSync(root, 0o755);
  dataDir = join(root, 'data');
  port = await findFreePort();
  shell = createGuideShell({
    replacements: {
      '/srv/navette/data': dataDir,
      '/srv/backups/navette-2026-01-31': join(root, 'backup'),
      '4600': String(port),
    },
    env: { HOME: root, XDG_CONFIG_HOME: join(root, 'config'), NAVETTE_DATA_DIR: dataDir },
  });
  server = await startServer({ dataDir, port });
  const { apiKey, email, password } = await server.createOwner();
  key = apiKey;
  account = { email, password };
});

afterAll(async () => {
  await server?.kill('SIGKILL');
  rmSync(root, { recursive: true, force: true });
});

/** Of a page, with the folders of backup.md known to the shell. */
async function runCommands(page: string, mark: string, env: Record<string, string> = {}) {
  const folders = readTestedBlock('backup', 'folders');
  return shell.run(`${folders}\n${readTestedBlock(page, mark)}`, {
    NAVETTE_URL: server.url,
    NAVETTE_API_KEY: key,
    NAVETTE_PORT: String(port),
    ...env,
  });
}

async function restart(): Promise<void> {
  server = await startServer({ dataDir, port });
  server.useKey(key);
}

const wait = (seconds: number): WorkflowDefinitionInput => ({
  nodes: [
    { id: 'start', name: 'Start', type: 'manual-trigger' },
    { id: 'wait', name: 'Wait', type: 'wait', parameters: { amount: seconds, unit: 'seconds' } },
    { id: 'file', name: 'File', type: 'json-file', parameters: { operation: 'write' } },
  ],
  edges: [
    { from: 'start', to: 'wait' },
    { from: 'wait', to: 'file' },
  ],
});

async function run(name: string, definition: WorkflowDefinitionInput): Promise<string> {
  const { id } = await server.api(routes.createWorkflow, { body: { name, definition } });
  return (await server.api(routes.runWorkflow, { params: { workflowId: id }, body: {} })).executionId;
}

async function waitForStatus(executionId: string, status: string): Promise<void> {
  await waitFor(
    async () => (await server.api(routes.getExecution, { params: { executionId } })).status === status,
    { ...patience, what: `${executionId} to be ${status}` },
  );
}

async function download(): Promise<{ status: number; body: unknown }> {
  const path = routes.downloadArtifact.path.replace(':artifactId', artifactId);
  const response = await fetch(`${server.url}${path}`, { headers: { authorization: `Bearer ${key}` } });
  return { status: response.status, body: await response.json() };
}

async function signIn(password: string): Promise<number> {
  const response = await fetch(`${server.url}${routes.signIn.path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: server.url },
    body: JSON.stringify({ email: account.email, password }),
  });
  return response.status;
}

test('executions that wait when the folder is copied end after it is restored; copying a running one is refused', async () => {
  const done = await run('Brief', wait(1));
  await waitForStatus(done, 'succeeded');
  const { items } = await server.api(routes.listExecutionArtifacts, { params: { executionId: done } });
  artifactId = items[0]!.id;
  await server.api(routes.createCredential, {
    body: { name: 'Shop', type: 'http-bearer', data: { token: 'x' } },
  });
  const waiting = await run('Long', wait(5));
  await waitForStatus(waiting, 'waiting');
  expect((await runCommands('backup', 'embedded backup')).code).not.toBe(0);
  expect(await server.stop()).toBe(0);
  expect(await runCommands('backup', 'embedded backup')).toMatchObject({ code: 0, stderr: '' });
  renameSync(dataDir, join(root, 'lost'));
  expect(await runCommands('backup', 'embedded restore')).toMatchObject({ code: 0, stderr: '' });
  await restart();
  await waitForStatus(waiting, 'succeeded');
  expect(await download()).toEqual({ status: 200, body: [{}] });
});

test('lost files are named, and copied back while the server runs', async () => {
  rmSync(join(dataDir, 'artifacts'), { recursive: true });
  expect(await download()).toMatchObject({ status: 500, body: { code: 'ARTIFACT_LOST' } });
  expect(await runCommands('disaster', 'files')).toMatchObject({ code: 0, stderr: '' });
  expect(await download()).toEqual({ status: 200, body: [{}] });
});

test('the first look says what is well and what has failed, and dead letters are run again', async () => {
  const failed = await run('Broken', {
    nodes: [
      { id: 'start', name: 'Start', type: 'manual-trigger' },
      { id: 'stop', name: 'Stop', type: 'stop-with-error', parameters: { message: 'no' } },
    ],
    edges: [{ from: 'start', to: 'stop' }],
  });
  await waitForStatus(failed, 'failed');
  const look = await runCommands('disaster', 'look first');
  expect(look).toMatchObject({ code: 0 });
  expect(look.stdout).toContain('"status":"ok"');
  expect(look.stdout.split(failed)).toHaveLength(3);
  expect(look.stdout).not.toContain('✗');
  const retried = await runCommands('disaster', 'dead letters');
  expect(retried.code).toBe(0);
  expect(retried.stdout).toMatch(new RegExp(`${failed} → exe_[0-9a-f]{32}`));
});

test('a forgotten password is set while nobody else has the database, and sessions end', async () => {
  const running = await runCommands('disaster', 'password');
  expect(running.code).toBe(1);
  expect(running.stderr).toContain('is in use');
  expect(await server.stop()).toBe(0);
  const text = readTestedBlock('disaster', 'password');
  const [, password] = /'(a new [^']+)'/.exec(text)!;
  // The page has an address of its own.
  const unknown = await runCommands('disaster', 'password');
  expect(unknown.code).toBe(1);
  expect(unknown.stderr).toContain('Nobody has an account with the address "owner@example.com"');
  const short = await shell.run(`echo short | navette server reset-password ${account.email}`);
  expect(short.stderr).toContain('must have 10 to 200 characters');
  const set = await shell.run(text.replace('owner@example.com', account.email));
  expect(set).toMatchObject({
    code: 0,
    stdout: expect.stringContaining(`The password of ${account.email} is set`),
  });
  await restart();
  expect([await signIn(account.password), await signIn(password!)]).toEqual([401, 200]);
});

test('without its master key no server starts, until the credentials are given up; all else is there', async () => {
  expect(await server.stop()).toBe(0);
  rmSync(join(dataDir, 'master.key'));
  await expect(restart()).rejects.toThrow('but there is no master key in');
  const forgotten = await runCommands('disaster', 'master key');
  expect(forgotten).toMatchObject({ code: 0, stdout: 'Credentials to be made again:\n  Shop\n' });
  await restart();
  expect((await server.api(routes.listCredentials)).items).toEqual([]);
  expect(await download()).toEqual({ status: 200, body: [{}] });
  const again = await run('Brief again', wait(1));
  await waitForStatus(again, 'succeeded');
  expect(await server.stop()).toBe(0);
});
