import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createTestFolder } from '../testing/create-test-folder.ts';
import {
  type Answer,
  createDetail,
  createStep,
  createSummary,
  executionId,
  formatEvent,
  openStream,
  sendProblem,
  startFixtureApi,
  workflowId,
} from '../testing/fixture-api.ts';
import { type CliRun, createCliEnv, runTestCli } from '../testing/run-test-cli.ts';
import { chooseName } from './execution-files.ts';

const definition = { schemaVersion: 1, nodes: [], edges: [], settings: {} };
const executionPath = `/api/v1/executions/${executionId}`;
const error = {
  code: 'HTTP_STATUS',
  message: 'It answered 503',
  help: 'Try later.',
  kind: 'operational',
  retryable: true,
  nodeName: 'Read the table',
};

async function runWith(answers: Record<string, Answer>, argv: string[], more: CliRun = {}) {
  await using server = await startFixtureApi(answers);
  const env = createCliEnv({ NAVETTE_URL: server.url, NAVETTE_API_KEY: 'nvt_key' });
  const result = await runTestCli(argv, { env, ...more });
  return { ...result, requests: server.requests };
}

describe('workflows', () => {
  const byName: Record<string, Answer> = {
    'GET /api/v1/workflows': () => ({ items: [createSummary({ published: true })], nextCursor: null }),
  };

  test('list', async () => {
    const { stdout, requests } = await runWith(byName, ['workflows', 'list', '--search', 'rep', '-n', '3']);
    expect(stdout).toBe(
      'ID                                    NAME    PUBLISHED  NODES  TRIGGERS        CHANGED (UTC)\n' +
        `${workflowId}  Report  yes        1      manual-trigger  2026-11-21 07:38:29\n`,
    );
    expect(requests[0]!.url).toBe('/api/v1/workflows?limit=3&search=rep');
  });

  test('list as JSON, over pages, and an empty list', async () => {
    const { json } = await runWith(
      {
        'GET /api/v1/workflows': ({ query }) => ({
          items: [createSummary({ name: query.get('cursor') ?? 'first' })],
          nextCursor: query.get('cursor') === null ? 'second' : null,
        }),
      },
      ['workflows', 'list', '--json'],
    );
    expect(json()).toMatchObject([{ items: [{ name: 'first' }, { name: 'second' }], nextCursor: null }]);
    const empty = await runWith({ 'GET /api/v1/workflows': () => ({ items: [], nextCursor: null }) }, [
      'workflows',
      'list',
    ]);
    expect(empty).toMatchObject({ code: 0, stdout: '', stderr: expect.stringContaining('no workflows') });
  });

  test.each(['0', '-3', 'many', '10001', '1.5'])('a limit of %s is refused', async (limit) => {
    const result = await runWith(byName, ['workflows', 'list', `--limit=${limit}`]);
    expect(result).toMatchObject({ code: 2, requests: [] });
  });

  test('export to a file and to a pipe', async () => {
    const answers: Record<string, Answer> = {
      ...byName,
      [`GET /api/v1/workflows/${workflowId}/export`]: ({ query }) => ({
        name: 'Report',
        description: query.get('target'),
        definition,
      }),
    };
    const path = join(createTestFolder(), 'out.json');
    const toFile = await runWith(answers, ['workflows', 'export', 'Report', '-o', path]);
    expect(toFile).toMatchObject({ code: 0, stdout: '', stderr: `Wrote ${path}\n` });
    expect(JSON.parse(await readFile(path, 'utf8'))).toEqual({
      name: 'Report',
      description: 'draft',
      definition,
    });
    const piped = await runWith(answers, ['workflows', 'export', 'Report', '--published']);
    expect(JSON.parse(piped.stdout)).toMatchObject({ description: 'published' });
    const nowhere = await runWith(answers, ['workflows', 'export', 'Report', '-o', '/dev/null/x']);
    expect(nowhere).toMatchObject({ code: 2, stderr: expect.stringContaining('(CLI_FILE_UNWRITABLE)') });
  });

  test('import from a pipe', async () => {
    const { stdout, requests } = await runWith(
      {
        'GET /api/v1/workflows': () => ({ items: [], nextCursor: null }),
        'POST /api/v1/workflows': () => createSummary({ definition }),
      },
      ['workflows', 'import', '-'],
      { stdin: JSON.stringify({ name: 'Report', definition: { nodes: [] } }) },
    );
    expect(stdout).toBe(`Created ${workflowId} (Report)\n`);
    expect(requests).toHaveLength(2);
  });

  test('import says where code is mistaken, and what to use instead', async () => {
    const node = { id: 'sums', name: 'Sums', type: 'code', typeVersion: 1, parameters: {} };
    const issue = {
      nodeId: 'sums',
      path: '/nodes/0/parameters/source',
      severity: 'error',
      line: 2,
      column: 5,
    };
    const codeIssues = [
      { ...issue, code: 'CODE_IMPORT_UNKNOWN', message: 'Not "axios"', help: 'Use http(…).' },
    ];
    const { code, stderr } = await runWith(
      {
        'GET /api/v1/workflows': () => ({ items: [], nextCursor: null }),
        'POST /api/v1/workflows': () => ({
          ...createSummary({ definition: { ...definition, nodes: [node] } }),
          codeIssues,
        }),
      },
      ['workflows', 'import', '-'],
      { stdin: JSON.stringify({ name: 'Report', definition: { nodes: [] } }) },
    );
    expect(code).toBe(0);
    expect(stderr).toBe('error  Sums 2:5  Not "axios". Use http(…).\n');
  });

  test('publish and unpublish', async () => {
    const answer = () => createSummary({ definition });
    const answers: Record<string, Answer> = {
      ...byName,
      [`POST /api/v1/workflows/${workflowId}/publish`]: answer,
      [`POST /api/v1/workflows/${workflowId}/unpublish`]: answer,
    };
    const published = await runWith(answers, ['workflows', 'publish', 'Report']);
    expect(published.stdout).toBe(`Published ${workflowId} (Report)\n`);
    const unpublished = await runWith(answers, ['workflows', 'unpublish', 'Report', '--json']);
    expect(unpublished.json()).toMatchObject([{ id: workflowId }]);
  });
});

describe('executions', () => {
  const steps = [
    createStep('start', 'Start', { status: 'succeeded', attempts: 1, outputCounts: { main: 1 } }),
    createStep('read', 'Read the table', {
      status: 'failed',
      attempts: 3,
      startedAt: '2026-11-21T07:38:29.000Z',
      finishedAt: '2026-11-21T07:38:33.100Z',
      outputCounts: { yes: 2, no: 1 },
    }),
  ];
  const file = {
    id: `art_${'5'.repeat(32)}`,
    fileName: 'report.html',
    mediaType: 'text/html',
    sizeBytes: 2048,
    sha256: 'x',
    executionId,
    stepPath: 'read',
    createdAt: '2026-11-21T07:38:29.000Z',
  };
  const failed = () => createDetail({ status: 'failed', steps, error, recoveries: 1 });
  const answers: Record<string, Answer> = {
    [`GET ${executionPath}`]: failed,
    [`GET ${executionPath}/artifacts`]: () => ({ items: [file], nextCursor: null }),
    [`GET ${executionPath}/steps/read/data`]: () => ({ path: 'read', inputs: {}, outputs: { main: [] } }),
    [`GET /api/v1/artifacts/${file.id}/content`]: (_, response) => response.end('<html>'),
  };

  test('list with its filters', async () => {
    const { stdout, requests } = await runWith(
      {
        'GET /api/v1/workflows': () => ({ items: [createSummary()], nextCursor: null }),
        'GET /api/v1/executions': () => {
          const {
            steps: _,
            lastEventId: __,
            ...summary
          } = createDetail({
            status: 'succeeded',
            finishedAt: '2026-11-21T07:38:31.500Z',
          });
          return { items: [summary], nextCursor: null };
        },
      },
      ['executions', 'list', '--status', 'succeeded,failed', '--workflow', 'Report'],
    );
    expect(requests[1]!.url).toBe(
      `/api/v1/executions?limit=50&status=succeeded%2Cfailed&workflowId=${workflowId}`,
    );
    expect(stdout.split('\n')[1]).toBe(
      `${executionId}  Report    succeeded  api   2026-11-21 07:38:29  2.5 s`,
    );
  });

  test('show', async () => {
    const { stdout } = await runWith(answers, ['executions', 'show', executionId]);
    expect(stdout).toBe(
      [
        `Report  ${executionId}`,
        'failed',
        'api, created 2026-11-21 07:38:29 UTC · recovered 1×',
        '',
        'STEP            STATUS     ATTEMPTS  ITEMS        TOOK',
        'Start           succeeded  1         1',
        'Read the table  failed     3         yes 2, no 1  4.1 s',
        '',
        'FILE         TYPE       SIZE     ID',
        `report.html  text/html  2.0 KiB  ${file.id}`,
        '',
        'error Read the table: It answered 503 (HTTP_STATUS)',
        '  Try later.',
        '',
      ].join('\n'),
    );
  });

  test('show --step by name, and a step that is not there', async () => {
    const { json } = await runWith(answers, ['executions', 'show', executionId, '--step', 'Read the table']);
    expect(json()).toEqual([{ path: 'read', inputs: {}, outputs: { main: [] } }]);
    const unknown = await runWith(answers, ['executions', 'show', executionId, '--step', 'Nope']);
    expect(unknown).toMatchObject({
      code: 4,
      stderr: 'error There is no step named "Nope" (CLI_NOT_FOUND)\n  It has "Start", "Read the table".\n',
    });
  });

  test('an id that the server does not know', async () => {
    const result = await runWith(
      {
        [`GET ${executionPath}`]: (_, response) =>
          sendProblem(response, {
            status: 404,
            code: 'EXECUTION_NOT_FOUND',
            detail: 'There is no such execution',
          }),
      },
      ['executions', 'show', executionId],
    );
    expect(result).toMatchObject({
      code: 4,
      stderr: 'error There is no such execution (EXECUTION_NOT_FOUND)\n',
    });
  });

  test('logs without --follow stop at what has happened so far', async () => {
    const { code, stdout } = await runWith(
      {
        [`GET ${executionPath}`]: () => createDetail({ lastEventId: '2.0' }),
        [`GET ${executionPath}/events`]: (_, response) =>
          openStream(
            response,
            formatEvent('1.0', { type: 'execution-started', fence: 1, worker: 'w' }),
            formatEvent('2.0', { type: 'step-skipped', path: 'read' }),
          ),
      },
      ['executions', 'logs', executionId],
    );
    expect(code).toBe(0);
    expect(stdout).toBe('00:00:01  a worker took it up\n00:00:01  Read the table  skipped\n');
  });

  test('files: the list, and saving them', async () => {
    const listed = await runWith(answers, ['executions', 'files', executionId]);
    expect(listed.stdout).toBe(`${file.id}  2.0 KiB  report.html\n`);
    const folder = join(createTestFolder(), 'new', 'folder');
    const saved = await runWith(answers, ['executions', 'files', executionId, '-o', folder]);
    expect(saved.stdout).toBe(`${join(folder, 'report.html')}\n`);
    expect(await readFile(join(folder, 'report.html'), 'utf8')).toBe('<html>');
  });

  test('file names stay inside the folder and apart from each other', () => {
    const taken = new Set<string>();
    const names = ['../../etc/passwd', 'a\\..\\b.txt', 'B.TXT', '..', '', '/', 'x:\u0001y', '.hidden'];
    expect(names.map((fileName) => chooseName({ fileName }, taken))).toEqual([
      'passwd',
      'b.txt',
      'B-2.TXT',
      'file',
      'file-2',
      'file-3',
      'x__y',
      '.hidden',
    ]);
  });

  test('cancel and retry', async () => {
    const cancelled = await runWith(
      { [`POST ${executionPath}/cancel`]: () => createDetail({ status: 'running' }) },
      ['executions', 'cancel', executionId],
    );
    expect(cancelled.stdout).toBe(`Cancelling ${executionId}: it ends within 5 seconds\n`);
    const retried = await runWith(
      { [`POST ${executionPath}/retry`]: () => ({ executionId: `exe_${'6'.repeat(32)}` }) },
      ['executions', 'retry', executionId, '--json'],
    );
    expect(retried.json()).toEqual([{ executionId: `exe_${'6'.repeat(32)}` }]);
    expect(retried.requests[0]!.headers['idempotency-key']).toMatch(/^[0-9a-f-]{36}$/);
  });
});

describe('templates', () => {
  test('list and install', async () => {
    const answers: Record<string, Answer> = {
      'GET /api/v1/templates': () => ({
        items: [
          {
            name: 'weather-report',
            title: { en: 'Report', fr: 'Rapport' },
            description: { en: 'Monthly figures', fr: 'Chiffres du mois' },
            nodeCount: 7,
          },
        ],
      }),
      'POST /api/v1/templates/weather-report/install': () => createSummary({ definition }),
    };
    const listed = await runWith(answers, ['templates', 'list']);
    expect(listed.stdout).toBe(
      'NAME            NODES  WHAT IT DOES\nweather-report  7      Monthly figures\n',
    );
    const installed = await runWith(answers, ['templates', 'install', 'weather-report']);
    expect(installed.stdout).toBe(`Created ${workflowId} (Report)\n  navette run "Report" --watch\n`);
    const unknown = await runWith(answers, ['templates', 'install', 'nope']);
    expect(unknown).toMatchObject({
      code: 4,
      stderr:
        'error There is no template named "nope" (CLI_NOT_FOUND)\n  `navette templates list` shows what there is.\n',
    });
  });
});

describe('doctor --connection', () => {
  const healthy: Record<string, Answer> = {
    'GET /api/v1/setup': () => ({ ownerExists: true, version: '0.1.0' }),
    'GET /api/v1/health/ready': () => ({
      status: 'ok',
      version: '0.1.0',
      checks: [{ name: 'database', ok: true, detail: 'answers' }],
    }),
    'GET /api/v1/session': () => ({
      user: { id: 'usr_1', name: 'Ada', email: 'ada@example.com' },
      project: { id: 'prj_1', name: 'Default', createdAt: '' },
      projects: [],
      scopes: ['workflows:read'],
    }),
  };

  test('all is well', async () => {
    const { code, stdout } = await runWith(healthy, ['doctor', '--connection']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/✓ server {9}Navette 0\.1\.0\n/);
    expect(stdout).toMatch(/✓ ready {10}ok, database answers\n/);
    expect(stdout).toMatch(
      /✓ key {12}from the environment: ada@example\.com, project Default, may workflows:read\n/,
    );
    expect(stdout).not.toContain('nvt_key');
  });

  test('a key that is refused', async () => {
    const { code, stdout } = await runWith(
      {
        ...healthy,
        'GET /api/v1/session': (_, response) =>
          sendProblem(response, { status: 401, code: 'SESSION_REQUIRED', detail: 'You are not signed in' }),
      },
      ['doctor', '--connection'],
    );
    expect(code).toBe(3);
    expect(stdout).toContain('✗ key            You are not signed in.');
  });

  test('no server, and a configuration that others can read', async () => {
    const env = createCliEnv({ NAVETTE_URL: 'http://127.0.0.1:9' });
    const folder = join(env['XDG_CONFIG_HOME']!, 'navette');
    await mkdir(folder);
    await writeFile(
      join(folder, 'config.json'),
      JSON.stringify({ version: 1, url: 'http://x', apiKey: 'nvt_secret' }),
      { mode: 0o644 },
    );
    const { code, stdout } = await runTestCli(['doctor', '--connection'], { env });
    expect(code).toBe(1);
    expect(stdout).toContain('✗ configuration  others can read the key in');
    expect(stdout).toContain('✗ server         No Navette server answers at http://127.0.0.1:9');
    expect(stdout).not.toContain('nvt_secret');
  });
});
