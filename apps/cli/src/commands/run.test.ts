import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createTestFolder } from '../testing/create-test-folder.ts';
import {
  type Answer,
  createDetail,
  createSummary,
  executionId,
  formatEvent,
  openStream,
  sendProblem,
  startFixtureApi,
  workflowId,
} from '../testing/fixture-api.ts';
import { createCliEnv, runTestCli } from '../testing/run-test-cli.ts';

const runPath = `POST /api/v1/workflows/${workflowId}/run`;
const listPath = 'GET /api/v1/workflows';
const definition = { nodes: [{ id: 'start', name: 'Start', type: 'manual-trigger' }] };

async function writeWorkflow(content: unknown = { name: 'Report', definition }): Promise<string> {
  const path = join(createTestFolder(), 'report.json');
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

const page =
  (...items: unknown[]): Answer =>
  () => ({ items, nextCursor: null });
const accept: Answer = (_, response) => {
  response.writeHead(202, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ executionId }));
  return response;
};

async function runWith(answers: Record<string, Answer>, argv: string[], more: Record<string, unknown> = {}) {
  await using server = await startFixtureApi(answers);
  const env = createCliEnv({ NAVETTE_URL: server.url, NAVETTE_API_KEY: 'nvt_key' });
  const result = await runTestCli(argv, { env, ...more });
  return { ...result, requests: server.requests, url: server.url };
}

const bodyOf = (request: { body: Buffer } | undefined) => JSON.parse(String(request!.body)) as unknown;

describe('run NAME', () => {
  test('finds the workflow of exactly that name and starts its draft', async () => {
    const { code, stdout, requests } = await runWith(
      {
        [listPath]: (request) =>
          request.query.get('cursor') === null
            ? { items: [createSummary({ id: `wfl_${'9'.repeat(32)}`, name: 'Report 2' })], nextCursor: 'c1' }
            : { items: [createSummary()], nextCursor: null },
        [runPath]: accept,
      },
      ['run', 'Report', '--input', '{"month": 3}'],
    );
    expect(code).toBe(0);
    expect(stdout).toBe(
      `Started ${executionId} (Report)\n  navette executions logs ${executionId} --follow\n`,
    );
    expect(requests.map((one) => `${one.method} ${one.url}`)).toEqual([
      'GET /api/v1/workflows?limit=200&search=Report',
      'GET /api/v1/workflows?limit=200&cursor=c1&search=Report',
      `POST /api/v1/workflows/${workflowId}/run`,
    ]);
    expect(bodyOf(requests[2])).toEqual({ target: 'draft', input: { month: 3 } });
    expect(requests[2]!.headers).toMatchObject({
      authorization: 'Bearer nvt_key',
      'content-type': 'application/json',
      'idempotency-key': expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
  });

  test('takes an id, the published version, a trigger and the input of a pipe', async () => {
    const { code, requests, json } = await runWith(
      { [`GET /api/v1/workflows/${workflowId}`]: () => createSummary({ definition }), [runPath]: accept },
      ['run', workflowId, '--target', 'published', '--trigger', 'hook', '--input', '@-', '--json'],
      { stdin: '[{"a": 1}, {"a": 2}]' },
    );
    expect(code).toBe(0);
    expect(json()).toEqual([{ executionId }]);
    expect(bodyOf(requests[1])).toEqual({
      target: 'published',
      triggerNodeId: 'hook',
      input: [{ a: 1 }, { a: 2 }],
    });
  });

  test('several of one name: says their ids', async () => {
    const other = `wfl_${'8'.repeat(32)}`;
    const { code, stderr } = await runWith(
      { [listPath]: page(createSummary(), createSummary({ id: other })) },
      ['run', 'Report'],
    );
    expect(code).toBe(2);
    expect(stderr).toBe(
      `error Several workflows are named "Report" (CLI_NAME_AMBIGUOUS)\n  Give the id instead: ${workflowId}, ${other}.\n`,
    );
  });

  test('none of that name: suggests', async () => {
    const similar = await runWith({ [listPath]: page(createSummary({ name: 'Report 2' })) }, [
      'run',
      'Report',
    ]);
    expect(similar).toMatchObject({ code: 4, stderr: expect.stringContaining('Did you mean "Report 2"?') });
    const template = await runWith(
      {
        [listPath]: page(),
        'GET /api/v1/templates': () => ({ items: [{ name: 'weather-report' }] }),
      },
      ['run', 'weather-report'],
    );
    expect(template).toMatchObject({
      code: 4,
      stderr: expect.stringContaining('`navette templates install weather-report`'),
    });
  });

  test.each([
    [['--target', 'live'], '--target is draft or published, not "live"'],
    [['--input', '{"a"'], 'The input is not usable: it is not JSON'],
    [['--input', '3'], 'The input is not usable: it is neither an object nor a list of objects'],
    [['--input', '@/nowhere/x.json'], 'The file /nowhere/x.json cannot be read'],
  ])('%j is refused before anything is asked of the server', async (options, words) => {
    const { code, stderr, requests } = await runWith({}, ['run', 'Report', ...options]);
    expect(code).toBe(2);
    expect(stderr).toContain(words);
    expect(requests).toEqual([]);
  });
});

describe('run FILE', () => {
  test('creates the workflow, then starts it', async () => {
    const path = await writeWorkflow();
    const { code, stderr, requests } = await runWith(
      {
        [listPath]: page(),
        'POST /api/v1/workflows': (_, response) => {
          response.statusCode = 201;
          return createSummary({ definition });
        },
        [runPath]: accept,
      },
      ['run', path],
    );
    expect(code).toBe(0);
    expect(stderr).toBe('Imported "Report"\n');
    expect(bodyOf(requests[1])).toMatchObject({
      name: 'Report',
      description: '',
      definition: { schemaVersion: 1, nodes: [{ id: 'start', typeVersion: 1 }], edges: [] },
    });
    expect(requests[2]!.path).toBe(`/api/v1/workflows/${workflowId}/run`);
  });

  test('updates the one of its name, and says nothing when nothing changed', async () => {
    const path = await writeWorkflow();
    const answers = (draftVersionId: string) => ({
      [listPath]: page(createSummary()),
      [`PUT /api/v1/workflows/${workflowId}`]: () => createSummary({ definition, draftVersionId }),
      [runPath]: accept,
    });
    const changed = await runWith(answers(`ver_${'7'.repeat(32)}`), ['run', path]);
    expect(changed).toMatchObject({ code: 0, stderr: 'Updated the draft of "Report"\n' });
    expect(bodyOf(changed.requests[1])).not.toHaveProperty('name');
    const same = await runWith(answers(createSummary().draftVersionId), ['run', path]);
    expect(same).toMatchObject({ code: 0, stderr: '' });
  });

  test.each([
    ['{', '/  it is not JSON'],
    [{ name: 'X', definition: { nodes: [{ id: '!', name: '', type: 'x' }] } }, '/definition/nodes/0/id'],
    [{ name: 'X', definition, extra: 1 }, 'Unrecognized key: "extra"'],
  ])('a file that is no workflow is named with its fields: %j', async (content, words) => {
    const path = await writeWorkflow(content);
    const { code, stderr, requests } = await runWith({}, ['run', path]);
    expect(code).toBe(2);
    expect(stderr).toContain(`error ${path} is not a workflow file (CLI_FILE_INVALID)`);
    expect(stderr).toContain(words);
    expect(requests).toEqual([]);
  });

  test('what the server finds wrong is shown with its help and fields', async () => {
    const path = await writeWorkflow();
    const { code, stderr } = await runWith(
      {
        [listPath]: page(),
        'POST /api/v1/workflows': (_, response) =>
          sendProblem(response, {
            status: 422,
            code: 'WORKFLOW_INVALID',
            detail: 'The workflow cannot run as it is',
            help: 'Mend what is listed.',
            issues: [{ path: '/nodes/0/type', message: 'There is no node type "x"' }],
          }),
      },
      ['run', path],
    );
    expect(code).toBe(2);
    expect(stderr).toBe(
      'error The workflow cannot run as it is (WORKFLOW_INVALID)\n' +
        '  /nodes/0/type  There is no node type "x"\n' +
        '  Mend what is listed.\n',
    );
  });
});

describe('run --watch', () => {
  const error = { code: 'HTTP_STATUS', message: 'It answered 503', kind: 'operational', retryable: true };
  const records = (status: string) => [
    formatEvent('1.0', { type: 'execution-started', fence: 1, worker: 'w' }),
    formatEvent('1.1', {
      type: 'step-completed',
      path: 'start',
      startedAt: 900,
      attempts: 1,
      outputCounts: { main: 1 },
    }),
    formatEvent('2.0', {
      type: 'execution-finished',
      at: 3_000,
      status,
      ...(status === 'failed' ? { error } : {}),
    }),
  ];

  function createAnswers(status: string, more: Record<string, unknown> = {}): Record<string, Answer> {
    return {
      [listPath]: page(createSummary()),
      [runPath]: accept,
      [`GET /api/v1/executions/${executionId}`]: () => createDetail({ status, ...more }),
      [`GET /api/v1/executions/${executionId}/artifacts`]: page(),
      [`GET /api/v1/executions/${executionId}/events`]: (_, response) =>
        openStream(response, ...records(status)),
    };
  }

  test('prints a line for each event where lines cannot be drawn again', async () => {
    const { code, stdout, stderr } = await runWith(createAnswers('succeeded'), ['run', 'Report', '--watch']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toBe(
      `Report  ${executionId}\n` +
        '00:00:01  a worker took it up\n' +
        '00:00:01  Start  done  1 item, 100 ms\n' +
        '00:00:03  succeeded in 2.0 s\n',
    );
  });

  test('a failed execution is exit code 1, with what to do', async () => {
    const failure = { ...error, help: 'Try later.', nodeName: 'Fetch' };
    const { code, stderr } = await runWith(createAnswers('failed', { error: failure }), [
      'run',
      'Report',
      '-w',
    ]);
    expect(code).toBe(1);
    expect(stderr).toBe(
      'error Fetch: It answered 503 (HTTP_STATUS)\n' +
        '  Try later.\n' +
        `  Retry from there: navette executions retry ${executionId} --watch\n`,
    );
  });

  test('says how to get the files that were made', async () => {
    const answers = createAnswers('succeeded');
    answers[`GET /api/v1/executions/${executionId}/artifacts`] = page({}, {});
    const { stderr } = await runWith(answers, ['run', 'Report', '-w']);
    expect(stderr).toBe(`2 files: navette executions files ${executionId} --output FOLDER\n`);
  });

  test('a cancelled execution is exit code 1', async () => {
    expect(await runWith(createAnswers('cancelled'), ['run', 'Report', '-w'])).toMatchObject({ code: 1 });
  });

  test('--json prints the events, then the execution', async () => {
    const { code, json } = await runWith(createAnswers('succeeded'), ['run', 'Report', '--watch', '--json']);
    expect(code).toBe(0);
    expect(json()).toEqual([
      { id: '1.0', record: { at: 1_000, type: 'execution-started', fence: 1, worker: 'w' } },
      { id: '1.1', record: expect.objectContaining({ type: 'step-completed', path: 'start' }) },
      { id: '2.0', record: { at: 3_000, type: 'execution-finished', status: 'succeeded' } },
      { execution: expect.objectContaining({ id: executionId, status: 'succeeded' }) },
    ]);
  });

  test('draws on a terminal, ending with every step and the full bar', async () => {
    const { code, stdout } = await runWith(
      createAnswers('succeeded'),
      ['run', 'Report', '-w', '--no-color'],
      {
        columns: 60,
      },
    );
    expect(code).toBe(0);
    const lastFrame = stdout.slice(stdout.lastIndexOf('\u001b[3A'));
    expect(lastFrame.replace(/\u001b\[[\d;]*[A-Za-z]|\r/g, '').split('\n')).toEqual([
      '✓ Start           1 item · 100 ms',
      '· Read the table  ',
      `${'█'.repeat(12)}${'░'.repeat(12)} 1/2 · succeeded · 2.0 s`,
      '',
    ]);
    expect(stdout).not.toContain('\u001b[32m');
  });

  test('goes on over a lost connection and says so', async () => {
    const answers = createAnswers('succeeded');
    answers[`GET /api/v1/executions/${executionId}/events`] = (request, response) => {
      if (request.headers['last-event-id'] === undefined) {
        openStream(response, ...records('succeeded').slice(0, 2));
        setImmediate(() => response.destroy());
        return response;
      }
      return openStream(response, ...records('succeeded').slice(2));
    };
    const { code, stdout } = await runWith(answers, ['run', 'Report', '--watch']);
    expect(code).toBe(0);
    expect(stdout.split('\n').slice(2)).toEqual([
      '00:00:01  Start  done  1 item, 100 ms',
      'connection lost, waiting for the server…',
      'connected again',
      '00:00:03  succeeded in 2.0 s',
      '',
    ]);
  });

  test('Ctrl-C stops the watching, not the execution, and says how to go on', async () => {
    const answers = createAnswers('running');
    answers[`GET /api/v1/executions/${executionId}/events`] = (_, response) =>
      openStream(response, records('succeeded')[0]!);
    const stop = new AbortController();
    const { code, stderr, requests } = await runWith(answers, ['run', 'Report', '--watch'], {
      signal: stop.signal,
      onOutput: (text: string) => text.includes('took it up') && stop.abort(),
    });
    expect(code).toBe(130);
    expect(stderr).toBe(
      '\nNo longer watching; the execution goes on.\n' +
        `  Watch it again: navette executions logs ${executionId} --follow\n` +
        `  Stop it:        navette executions cancel ${executionId}\n`,
    );
    expect(requests.filter((one) => one.path.endsWith('/cancel'))).toEqual([]);
  });
});

describe('exit codes', () => {
  test.each([
    [401, 'SESSION_REQUIRED', 3],
    [403, 'FORBIDDEN', 3],
    [404, 'WORKFLOW_NOT_FOUND', 4],
    [409, 'WORKFLOW_NOT_PUBLISHED', 1],
    [400, 'REQUEST_INVALID', 2],
    [422, 'WORKFLOW_NO_TRIGGER', 2],
    [429, 'RATE_LIMITED', 1],
    [500, 'INTERNAL_UNEXPECTED', 1],
    [503, 'ENGINE_STOPPING', 5],
  ])('status %i (%s) is exit code %i', async (status, code, exitCode) => {
    const result = await runWith(
      {
        [listPath]: page(createSummary()),
        [runPath]: (_, response) => sendProblem(response, { status, code }),
      },
      ['run', 'Report'],
    );
    expect(result.code).toBe(exitCode);
    expect(result.stderr).toContain(`(${code})`);
    expect(result.stderr.includes('`navette login` signs in')).toBe(exitCode === 3);
  });

  test('no server and another program in its place are 5, an unknown command is 2', async () => {
    const env = createCliEnv({ NAVETTE_URL: 'http://127.0.0.1:9' });
    expect(await runTestCli(['workflows', 'list'], { env })).toMatchObject({
      code: 5,
      stderr: expect.stringContaining('No Navette server answers at http://127.0.0.1:9'),
    });
    const other = await runWith({ [listPath]: (_, response) => response.writeHead(418).end('<html>') }, [
      'workflows',
      'list',
    ]);
    expect(other).toMatchObject({ code: 5, stderr: expect.stringContaining('answered 418') });
    expect(await runTestCli(['nonsense'])).toMatchObject({ code: 2, stdout: '' });
  });

  test('a proxy without a server behind it is 5', async () => {
    const result = await runWith(
      { [listPath]: (_, response) => response.writeHead(502).end('<html>Bad gateway') },
      ['workflows', 'list'],
    );
    expect(result).toMatchObject({ code: 5, stderr: expect.stringContaining('it answers 502') });
  });
});
