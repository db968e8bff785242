import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Answer, sendProblem, startFixtureApi } from '../testing/fixture-api.ts';
import { type CliRun, createCliEnv, runTestCli } from '../testing/run-test-cli.ts';

const session = {
  user: { id: 'usr_1', name: 'Ada', email: 'ada@example.com' },
  project: { id: 'prj_1', name: 'Default', createdAt: '' },
  projects: [],
  scopes: [
    'workflows:read',
    'workflows:write',
    'executions:read',
    'executions:run',
    'keys:manage',
    'audit:read',
  ],
};

const openSession: Answer = (_, response) => {
  response.setHeader('set-cookie', ['session=s3cret; HttpOnly; Path=/', 'other=1; Path=/']);
  return session;
};

const answers: Record<string, Answer> = {
  'GET /api/v1/setup': () => ({ ownerExists: true, version: '0.1.0' }),
  'POST /api/v1/session': openSession,
  'POST /api/v1/api-keys': () => ({ secret: 'nvt_made', expiresAt: '2027-02-19T07:38:29.000Z' }),
  'DELETE /api/v1/session': (_, response) => response.writeHead(204).end(),
  'GET /api/v1/session': (request, response) =>
    request.headers.authorization === 'Bearer nvt_given'
      ? session
      : sendProblem(response, { status: 401, code: 'SESSION_REQUIRED' }),
};

async function logIn(argv: string[], run: CliRun = {}, table = answers) {
  await using server = await startFixtureApi(table);
  const env = createCliEnv();
  const result = await runTestCli(['login', '--url', server.url, ...argv], { env, ...run });
  const config = await readFile(join(env['XDG_CONFIG_HOME']!, 'navette', 'config.json'), 'utf8').catch(
    () => undefined,
  );
  return { ...result, server, config: config === undefined ? undefined : (JSON.parse(config) as unknown) };
}

describe('login', () => {
  test('asks, makes a key that may only what the commands need, signs out, and keeps the key', async () => {
    const { code, stdout, stderr, server, config } = await logIn([], {
      columns: 80,
      typed: { 'E-mail: ': 'ada@example.com\n', 'Password: ': 'correct horse\n' },
    });
    expect(code).toBe(0);
    expect(stdout).toBe(
      `Signed in to ${server.url} as ada@example.com\nThe key of this machine is valid until 2027-02-19\n`,
    );
    expect(stderr).not.toContain('horse');
    expect(config).toEqual({ version: 1, url: server.url, apiKey: 'nvt_made' });
    expect(server.requests.map((one) => `${one.method} ${one.path}`)).toEqual([
      'GET /api/v1/setup',
      'POST /api/v1/session',
      'POST /api/v1/api-keys',
      'DELETE /api/v1/session',
    ]);
    expect(JSON.parse(String(server.requests[1]!.body))).toEqual({
      email: 'ada@example.com',
      password: 'correct horse',
    });
    expect(server.requests[2]!.headers).toMatchObject({
      cookie: 'session=s3cret; other=1',
      origin: server.url,
    });
    expect(JSON.parse(String(server.requests[2]!.body))).toEqual({
      name: `navette on ${hostname()}`,
      scopes: ['workflows:read', 'workflows:write', 'executions:read', 'executions:run'],
    });
  });

  test('takes the address and the password of a script', async () => {
    const { code, config, json } = await logIn(['--email', 'ada@example.com', '--password-stdin', '--json'], {
      stdin: 'correct horse\n',
    });
    expect(code).toBe(0);
    expect(config).toMatchObject({ apiKey: 'nvt_made' });
    expect(json()).toMatchObject([{ user: { email: 'ada@example.com' } }]);
  });

  test('says which option is missing where nobody can be asked', async () => {
    expect(await logIn([])).toMatchObject({
      code: 3,
      config: undefined,
      stderr:
        'error There is nobody to ask for e-mail: this is no terminal (CLI_SIGN_IN_NEEDED)\n  Give --email.\n',
    });
  });

  test('keeps nothing when the password is wrong', async () => {
    const refuse: Answer = (_, response) =>
      sendProblem(response, { status: 401, code: 'SESSION_BAD_CREDENTIALS', detail: 'No such account' });
    const { code, config, stderr } = await logIn(
      ['--email', 'a@b.c', '--password-stdin'],
      { stdin: 'x\n' },
      { ...answers, 'POST /api/v1/session': refuse },
    );
    expect({ code, config }).toEqual({ code: 3, config: undefined });
    expect(stderr).toContain('error No such account (SESSION_BAD_CREDENTIALS)');
  });

  test('makes the owner account on a server that has none', async () => {
    const { code, server, stderr } = await logIn(
      ['--name', 'Ada'],
      {
        columns: 80,
        typed: {
          'E-mail: ': 'ada@example.com\n',
          'Password (10 characters or more): ': 'correct horse\n',
          'The same again: ': 'correct horse\n',
        },
      },
      {
        ...answers,
        'GET /api/v1/setup': () => ({ ownerExists: false, version: '0.1.0' }),
        'POST /api/v1/setup': openSession,
      },
    );
    expect(code).toBe(0);
    expect(stderr).toContain('has no owner account yet');
    expect(JSON.parse(String(server.requests[1]!.body))).toEqual({
      name: 'Ada',
      email: 'ada@example.com',
      password: 'correct horse',
    });
  });

  test('makes no account when the passwords differ', async () => {
    const { code, server } = await logIn(
      ['--name', 'Ada', '--email', 'a@b.c'],
      {
        columns: 80,
        typed: { 'or more): ': 'correct horse\n', 'The same again: ': 'wrong horse\n' },
      },
      { ...answers, 'GET /api/v1/setup': () => ({ ownerExists: false, version: '0.1.0' }) },
    );
    expect(code).toBe(2);
    expect(server.count('/api/v1/setup')).toBe(1);
  });

  test('checks a given key, also one of a pipe, and keeps it', async () => {
    expect(await logIn(['--key', 'nvt_given'])).toMatchObject({ code: 0, config: { apiKey: 'nvt_given' } });
    expect(await logIn(['--key', '-'], { stdin: 'nvt_given\n' })).toMatchObject({
      code: 0,
      config: { apiKey: 'nvt_given' },
    });
    const wrong = await logIn(['--key', 'nvt_wrong']);
    expect(wrong).toMatchObject({ code: 3, config: undefined });
    expect(wrong.stderr).not.toContain('nvt_wrong');
  });

  test('Ctrl-C at a question ends it with 130', async () => {
    expect(await logIn([], { columns: 80, typed: { 'E-mail: ': '\u0003' } })).toMatchObject({
      code: 130,
      config: undefined,
    });
  });
});
