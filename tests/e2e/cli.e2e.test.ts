/** The command line against the real server: every command, refusals, and a server that is killed in the middle. */
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FixtureServer, startFixtureServer } from '@navette/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compareEventIds } from '../../apps/cli/src/api/live-record.ts';
import { type Cli, createCli } from './cli-process.ts';
import { findFreePort, startServer, type TestServer } from './start-server.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'navette-e2e-'));
const password = 'a long enough password';
let port: number;
let server: TestServer;
let cli: Cli;
let counting: FixtureServer;
/** Holds answers to POST /slow back until it is called. */
let release: () => void = () => {};

const start = () => startServer({ dataDir, port, env: { NAVETTE_HTTP_ALLOW_PRIVATE_HOSTS: counting.host } });

beforeAll(async () => {
  let open = false;
  counting = await startFixtureServer((request, response) => {
    if (request.path === '/slow' && !open) {
      release = () => {
        open = true;
      };
      return response;
    }
    return { number: request.number };
  });
  port = await findFreePort();
  server = await start();
  cli = createCli(server.url);
});

afterAll(async () => {
  await server.stop();
  await counting.close();
  cli[Symbol.dispose]();
  rmSync(dataDir, { recursive: true, force: true });
});

function writeWorkflow(name: string, nodes: object[], edges: object[] = []): string {
  const path = join(cli.folder, `${name}.json`);
  const begin = { id: 'start', name: 'Start', type: 'manual-trigger' };
  writeFileSync(path, JSON.stringify({ name, definition: { nodes: [begin, ...nodes], edges } }));
  return path;
}

const findId = (text: string) => /exe_[0-9a-f]{32}/.exec(text)![0];
const parseLines = (text: string) =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, never>);

describe('signing in', () => {
  test('nobody is signed in at first', async () => {
    const { code, stderr } = await cli.run(['workflows', 'list']);
    expect(code).toBe(3);
    expect(stderr).toContain('(AUTH_REQUIRED)');
    expect(stderr).toContain('`navette login` signs in');
  });

  test('the first login makes the owner account and keeps a key that only the user can read', async () => {
    const args = ['login', '--name', 'Ada', '--email', 'ada@example.com', '--password-stdin'];
    const { code, stdout, stderr } = await cli.run(args, `${password}\n`);
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: `${server.url} has no owner account yet; this makes it.\n`,
    });
    expect(stdout).toContain(`Signed in to ${server.url} as ada@example.com`);
    const path = join(cli.folder, 'config', 'navette', 'config.json');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ url: server.url });
  });

  test('a wrong password is refused, and the key stays', async () => {
    const args = ['login', '--email', 'ada@example.com', '--password-stdin'];
    expect(await cli.run(args, 'not the password\n')).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('(SESSION_BAD_CREDENTIALS)'),
    });
    expect(await cli.run(['workflows', 'list'])).toMatchObject({ code: 0 });
  });

  test('the key may do what the commands need, and cannot make other keys', async () => {
    const { code, stdout } = await cli.run(['doctor', '--connection']);
    expect(code).toBe(0);
    expect(stdout).toContain(
      'ada@example.com, project Default, may workflows:read, workflows:write, executions:read, executions:run, artifacts:read\n',
    );
    const { apiKey } = JSON.parse(
      readFileSync(join(cli.folder, 'config', 'navette', 'config.json'), 'utf8'),
    ) as { apiKey: string };
    const response = await fetch(`${server.url}/api/v1/api-keys`, {
      headers: { authorization: `Bearer ${apiKey}` },
    });
    expect(response.status).toBe(403);
  });

  test('an unknown key is refused', async () => {
    const key = `nvt_${'x'.repeat(8)}_${'y'.repeat(43)}`;
    expect(await cli.run(['workflows', 'list', '--key', key])).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('(AUTH_INVALID)'),
    });
  });
});

describe('workflows', () => {
  test('import, export, publish, list and unpublish', async () => {
    const path = writeWorkflow('Round trip', []);
    const created = await cli.run(['workflows', 'import', path]);
    expect(created.stdout).toMatch(/^Created wfl_[0-9a-f]{32} \(Round trip\)\n$/);
    const copy = join(cli.folder, 'copy.json');
    expect(await cli.run(['workflows', 'export', 'Round trip', '-o', copy])).toMatchObject({ code: 0 });
    expect(await cli.run(['workflows', 'import', copy])).toMatchObject({
      stdout: expect.stringMatching(/^Unchanged /),
    });
    expect(await cli.run(['workflows', 'publish', 'Round trip'])).toMatchObject({ code: 0 });
    const listed = await cli.run(['workflows', 'list', '--search', 'Round', '--json']);
    expect(JSON.parse(listed.stdout)).toMatchObject({ items: [{ name: 'Round trip', published: true }] });
    expect(await cli.run(['workflows', 'unpublish', 'Round trip'])).toMatchObject({ code: 0 });
    const after = await cli.run(['workflows', 'list', '--search', 'Round']);
    expect(after.stdout.split('\n')[1]).toMatch(/ {2}Round trip {2}no {9}1 {6}manual-trigger /);
  });

  test('a definition that cannot run is refused with its fields', async () => {
    const path = writeWorkflow(
      'Broken',
      [{ id: 'a', name: 'A', type: 'fliter' }],
      [{ from: 'start', to: 'b' }],
    );
    const { code, stderr } = await cli.run(['workflows', 'import', path]);
    expect(code).toBe(2);
    expect(stderr).toContain('(WORKFLOW_INVALID)');
    expect(stderr).toMatch(/nodes\/1\/type {2}There is no node type "fliter"; did you mean "filter"\?/);
    expect(stderr).toMatch(/edges\/0\/to {2}There is no node with the id "b"/);
  });

  test('what does not exist is 4', async () => {
    const missing = `exe_${'0'.repeat(32)}`;
    for (const args of [
      ['run', 'Nope'],
      ['workflows', 'export', `wfl_${'0'.repeat(32)}`],
      ['executions', 'show', missing],
      ['executions', 'logs', missing, '-f'],
      ['executions', 'cancel', missing],
      ['templates', 'install', 'nope'],
    ]) {
      expect({ args, ...(await cli.run(args)) }).toMatchObject({ args, code: 4, stdout: '' });
    }
  });
});

describe('executions', () => {
  test('one that fails is exit code 1, can be looked at and retried', async () => {
    const path = writeWorkflow(
      'Fails',
      [
        {
          id: 'set',
          name: 'Set',
          type: 'set-fields',
          parameters: { fields: [{ name: 'a', value: '{{ $json.n }}' }] },
        },
        { id: 'stop', name: 'Stop', type: 'stop-with-error', parameters: { message: 'No {{ $json.a }}' } },
      ],
      [
        { from: 'start', to: 'set' },
        { from: 'set', to: 'stop' },
      ],
    );
    const failed = await cli.run(['run', path, '--input', '{"n": 7}', '--watch']);
    expect(failed.code).toBe(1);
    expect(failed.stderr).toContain('error Stop: No 7 (NODE_STOPPED)');
    const id = findId(failed.stdout);
    expect(await cli.run(['executions', 'list', '--status', 'failed', '--workflow', 'Fails'])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(id),
    });
    const shown = await cli.run(['executions', 'show', id]);
    expect(shown.stdout).toMatch(/^Set {4}succeeded {2}1 {9}1 /m);
    expect(shown.stdout).toMatch(/^Stop {3}failed /m);
    const data = await cli.run(['executions', 'show', id, '--step', 'Set']);
    expect(JSON.parse(data.stdout)).toMatchObject({ outputs: { main: [{ json: { a: 7 } }] } });
    const retried = await cli.run(['executions', 'retry', id, '--watch']);
    expect(retried.code).toBe(1);
    expect(retried.stdout).toContain('Set  kept from the execution before');
    expect(await cli.run(['executions', 'cancel', id])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('(EXECUTION_FINISHED)'),
    });
  });

  test('one that waits is cancelled while it is followed', async () => {
    const wait = { id: 'wait', name: 'Wait', type: 'wait', parameters: { amount: 1, unit: 'hours' } };
    const path = writeWorkflow('Long', [wait], [{ from: 'start', to: 'wait' }]);
    const { stdout } = await cli.run(['run', path, '--json']);
    const id = findId(stdout);
    const following = cli.start(['executions', 'logs', id, '--follow']);
    await following.waitForOutput('waiting: Waits until');
    const soFar = await cli.run(['executions', 'logs', id]);
    expect(soFar).toMatchObject({ code: 0, stdout: expect.stringContaining('Wait  waiting until') });
    expect(await cli.run(['executions', 'cancel', id])).toMatchObject({
      code: 0,
      stdout: `Cancelled ${id}\n`,
    });
    const { code, stdout: log } = await following.ended;
    expect(code).toBe(1);
    expect(log).toMatch(/cancelled in .*The execution was cancelled\n$/);
  });

  test('Ctrl-C ends the watching only', async () => {
    const watching = cli.start(['run', 'Long', '--watch']);
    await watching.waitForOutput('waiting: Waits until');
    const id = findId(watching.stdout);
    watching.kill('SIGINT');
    const { code, stderr } = await watching.ended;
    expect(code).toBe(130);
    expect(stderr).toContain('No longer watching; the execution goes on.');
    const shown = await cli.run(['executions', 'show', id, '--json']);
    expect(JSON.parse(shown.stdout)).toMatchObject({ status: 'waiting' });
    await cli.run(['executions', 'cancel', id]);
  });

  test('an input that does not fit is named by its field', async () => {
    const path = join(cli.folder, 'typed.json');
    const parameters = { fields: [{ name: 'total', type: 'number', required: true }] };
    const nodes = [{ id: 'start', name: 'Start', type: 'manual-trigger', parameters }];
    writeFileSync(path, JSON.stringify({ name: 'Typed', definition: { nodes } }));
    const { code, stderr } = await cli.run(['run', path, '--input', '{"total": "many"}']);
    expect(code).toBe(2);
    expect(stderr).toContain('(TRIGGER_INPUT_INVALID)');
    expect(stderr).toContain('/body/input/total');
  });
});

describe('a server that is killed in the middle', () => {
  test('is waited for; every event is printed once, in order, and the execution is taken over', async () => {
    const request = (id: string, path: string) => ({
      id,
      name: id,
      type: 'http-request',
      parameters: { method: 'POST', url: `${counting.url}${path}` },
    });
    const file = writeWorkflow(
      'Killed',
      [request('first', '/first'), request('slow', '/slow'), request('last', '/last')],
      [
        { from: 'start', to: 'first' },
        { from: 'first', to: 'slow' },
        { from: 'slow', to: 'last' },
      ],
    );
    const plain = cli.start(['run', file, '--watch']);
    await plain.waitForOutput('slow  started');
    const id = findId(plain.stdout);
    const json = cli.start(['executions', 'logs', id, '--follow', '--json']);
    await json.waitForOutput('"path":"slow"');
    await server.kill('SIGKILL');
    await plain.waitForOutput('connection lost, waiting for the server…');
    release();
    server = await start();
    const [lines, events] = await Promise.all([plain.ended, json.ended]);
    expect(lines).toMatchObject({ code: 0, stderr: 'Imported "Killed"\n' });
    expect(lines.stdout).toContain('connected again\n');
    expect(lines.stdout).toContain('recovered: the worker before stopped in the middle, another one goes on');
    expect(lines.stdout.match(/first {2}.*done/g)).toHaveLength(1);
    expect(lines.stdout).toMatch(/succeeded in [^\n]+\n$/);
    expect(events).toMatchObject({ code: 0, stderr: expect.stringContaining('connection lost') });
    const printed = parseLines(events.stdout);
    const ids = printed.slice(0, -1).map((line) => String(line['id']));
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toEqual(ids.toSorted(compareEventIds));
    expect(printed.at(-1)).toMatchObject({ execution: { id, status: 'succeeded', recoveries: 1 } });
    expect([counting.count('/first'), counting.count('/last')]).toEqual([1, 1]);
    const keys = counting.requests
      .filter((one) => one.path === '/slow')
      .map((one) => one.headers['idempotency-key']);
    expect(keys).toHaveLength(2);
    expect(new Set(keys).size).toBe(1);
  });

  test('no server at all is exit code 5', async () => {
    using nobody = createCli(`http://127.0.0.1:${await findFreePort()}`);
    expect(await nobody.run(['workflows', 'list'])).toMatchObject({
      code: 5,
      stderr: expect.stringContaining('nothing listens there'),
    });
    const doctor = await nobody.run(['doctor', '--connection']);
    expect(doctor).toMatchObject({ code: 5, stdout: expect.stringContaining('✗ server') });
  });
});

describe('the server of this repository', () => {
  test('doctor reports on it and on the connection', async () => {
    const settings = { NAVETTE_DATA_DIR: dataDir, NAVETTE_PORT: String(port) };
    using doctor = createCli(server.url, { ...settings, NAVETTE_API_KEY: 'nvt_unknown' });
    const { code, stdout } = await doctor.run(['doctor']);
    expect(code).toBe(3);
    expect(stdout).toMatch(/^dataDir .*\(environment NAVETTE_DATA_DIR\)$/m);
    expect(stdout).toMatch(/^✓ database: /m);
    expect(stdout).toMatch(/^ {2}✓ server {9}Navette /m);
    expect(stdout).toMatch(/^ {2}✗ key {12}The API key is unknown, expired or revoked/m);
    expect(stdout).not.toContain('nvt_unknown');
  });

  test('server starts it in the foreground, and a signal to the command stops it cleanly', async () => {
    const otherPort = await findFreePort();
    const url = `http://127.0.0.1:${otherPort}`;
    using other = createCli(url, { NAVETTE_PORT: String(otherPort) });
    const running = other.start(['server', '--data-dir', join(other.folder, 'data')]);
    await running.waitForOutput('Navette is ready');
    expect((await fetch(`${url}/api/v1/health/ready`)).status).toBe(200);
    running.kill('SIGTERM');
    expect(await running.ended).toMatchObject({ code: 0 });
    await expect(fetch(`${url}/api/v1/health/live`)).rejects.toThrow();
  });
});
