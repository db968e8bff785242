import { describe, expect, test } from 'vitest';
import {
  type Answer,
  createDetail,
  createSummary,
  executionId,
  startFixtureApi,
  workflowId,
} from '../testing/fixture-api.ts';
import { type CliRun, createCliEnv, runTestCli } from '../testing/run-test-cli.ts';

const newId = `exe_${'7'.repeat(32)}`;
const replayId = `rpl_${'8'.repeat(32)}`;
const error = {
  code: 'HTTP_STATUS',
  message: 'It answered 503',
  kind: 'operational',
  retryable: true,
  nodeName: 'Send',
};
const letter = createDetail({ status: 'failed', finishedAt: '2026-11-21T07:38:29.000Z', error });
const workflows: Answer = () => ({ items: [createSummary({ name: 'Orders' })], nextCursor: null });

async function runWith(answers: Record<string, Answer>, argv: string[], more: CliRun = {}) {
  await using server = await startFixtureApi({ 'GET /api/v1/workflows': workflows, ...answers });
  const env = createCliEnv({ NAVETTE_URL: server.url, NAVETTE_API_KEY: 'nvt_key' });
  const result = await runTestCli(argv, { env, ...more });
  const bodies = server.requests.flatMap(({ body }) =>
    body.length > 0 ? [JSON.parse(body.toString())] : [],
  );
  return { ...result, requests: server.requests, bodies };
}

describe('executions rerun and fork', () => {
  const path = `/api/v1/executions/${executionId}`;

  test('send what was asked for, under a key', async () => {
    const { stdout, bodies, requests, code } = await runWith(
      { [`POST ${path}/rerun`]: () => ({ executionId: newId }) },
      ['executions', 'rerun', executionId, '--from', 'send', '--input', '{"n":1}', '--version', 'draft'],
    );
    expect(bodies).toEqual([{ from: 'send', version: 'draft', input: { n: 1 } }]);
    expect(requests[0]!.headers['idempotency-key']).toMatch(/^[0-9a-f-]{36}$/);
    expect([code, stdout.split('\n')[0]]).toEqual([0, `Started ${newId} (rerun of ${executionId})`]);
    const fork = await runWith({ [`POST ${path}/fork`]: () => ({ executionId: newId }) }, [
      'executions',
      'fork',
      executionId,
      '--after',
      'fetch',
      '--json',
    ]);
    expect(fork.bodies).toEqual([{ after: 'fetch', version: 'same' }]);
    expect(fork.json()).toEqual([{ executionId: newId }]);
  });

  test('say what is missing or wrong', async () => {
    const missing = await runWith({}, ['executions', 'rerun', executionId]);
    expect([missing.code, missing.stderr]).toEqual([2, expect.stringContaining('--from STEP')]);
    const wrong = await runWith({}, ['executions', 'fork', executionId, '--version', 'newest']);
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('same, draft or published')]);
  });
});

describe('dead-letters', () => {
  test('list', async () => {
    const { stdout, requests } = await runWith(
      { 'GET /api/v1/dead-letters': () => ({ items: [letter], nextCursor: null }) },
      ['dead-letters', 'list', '--workflow', 'Orders', '--code', 'HTTP_STATUS'],
    );
    expect(stdout).toBe(
      `ID                                    WORKFLOW  ERROR        STEP  MODE  FAILED (UTC)\n` +
        `${executionId}  Report    HTTP_STATUS  Send  api   2026-11-21 07:38:29\n`,
    );
    expect(requests.at(-1)!.url).toBe(
      `/api/v1/dead-letters?limit=50&workflowId=${workflowId}&code=HTTP_STATUS`,
    );
    const none = await runWith({ 'GET /api/v1/dead-letters': () => ({ items: [], nextCursor: null }) }, [
      'dead-letters',
      'list',
    ]);
    expect([none.stdout, none.stderr]).toEqual(['', 'There are no dead letters.\n']);
  });

  test('retry one, or all that a filter finds, page after page', async () => {
    const done = { retried: [{ executionId, newExecutionId: newId }], refused: [], remaining: 0 };
    const one = await runWith({ 'POST /api/v1/dead-letters/retry': () => done }, [
      'dead-letters',
      'retry',
      executionId,
    ]);
    expect(one.bodies).toEqual([{ executionIds: [executionId] }]);
    expect([one.code, one.stdout]).toEqual([0, `${executionId} → ${newId}\n`]);
    let calls = 0;
    const many = await runWith(
      { 'POST /api/v1/dead-letters/retry': () => ({ ...done, remaining: calls++ === 0 ? 1 : 0 }) },
      ['dead-letters', 'retry', '--all', '--json'],
    );
    expect(many.bodies).toEqual([{ filter: {} }, { filter: {} }]);
    expect(many.json()).toEqual([{ retried: [done.retried[0], done.retried[0]], refused: [] }]);
  });

  test('retry tells what was refused, and does not ask for it again', async () => {
    const refused = [{ executionId, code: 'EXECUTION_COMPENSATING', message: 'Not yet' }];
    const { code, stderr, requests } = await runWith(
      { 'POST /api/v1/dead-letters/retry': () => ({ retried: [], refused, remaining: 3 }) },
      ['dead-letters', 'retry', '--code', 'HTTP_STATUS'],
    );
    expect([code, requests.length]).toEqual([1, 1]);
    expect(stderr).toContain(`${executionId}: Not yet (EXECUTION_COMPENSATING)`);
  });

  test('act on nothing that was not named', async () => {
    for (const argv of [['retry'], ['dismiss', executionId, '--all'], ['retry', '--all', '--code', 'X']]) {
      const { code, requests } = await runWith({}, ['dead-letters', ...argv]);
      expect([code, requests]).toEqual([2, []]);
    }
  });

  test('dismiss', async () => {
    const { stdout, bodies } = await runWith(
      { 'POST /api/v1/dead-letters/dismiss': () => ({ dismissed: [executionId], remaining: 0 }) },
      ['dead-letters', 'dismiss', '--workflow', 'Orders'],
    );
    expect(bodies).toEqual([{ filter: { workflowId } }]);
    expect(stdout).toBe('Dismissed 1 dead letter\n');
  });
});

describe('replay', () => {
  const base = {
    id: replayId,
    workflowId,
    versionId: `ver_${'3'.repeat(32)}`,
    against: 'draft',
    total: 2,
    createdAt: '2026-11-21T07:38:29.000Z',
    reason: null,
  };
  const counts = { same: 1, changed: 1, incomplete: 0, 'not-replayed': 0 };
  const running = {
    ...base,
    status: 'running',
    done: 1,
    counts: { ...counts, changed: 0 },
    finishedAt: null,
  };
  const finished = { ...base, status: 'finished', done: 2, counts, finishedAt: '2026-11-21T07:38:30.000Z' };
  const same = {
    executionId: newId,
    outcome: 'same',
    reason: null,
    recordedStatus: 'succeeded',
    replayedStatus: 'succeeded',
    error: null,
    changes: [],
    sameSteps: 3,
    unknownSteps: 0,
    drifted: [],
    tookMs: 1,
  };
  const changed = {
    ...same,
    executionId,
    outcome: 'changed',
    replayedStatus: 'failed',
    error: { code: 'X', message: 'No total' },
    changes: [
      {
        path: 'total',
        nodeName: 'Total',
        kind: 'changed-output',
        before: 'succeeded',
        after: 'succeeded',
        differences: [{ path: '/main/0/json/total', before: '4', after: '5' }],
        cut: true,
      },
      {
        path: 'pay',
        nodeName: 'pay',
        kind: 'new-effect',
        before: null,
        after: null,
        differences: [],
        cut: false,
      },
    ],
    unknownSteps: 2,
    drifted: ['now'],
  };
  const answers = (results: object[], end: object = finished): Record<string, Answer> => {
    let polls = 0;
    return {
      [`POST /api/v1/workflows/${workflowId}/replays`]: () => running,
      [`GET /api/v1/replays/${replayId}`]: () => (polls++ === 0 ? running : end),
      [`GET /api/v1/replays/${replayId}/results`]: () => ({ items: results, nextCursor: null }),
      [`POST /api/v1/replays/${replayId}/stop`]: () => ({ ...end, status: 'stopped' }),
    };
  };

  test('shows per execution what would be different, and fails when something would be', async () => {
    const { code, stdout, stderr, bodies } = await runWith(answers([same, changed]), [
      'replay',
      'Orders',
      '--last',
      '2',
    ]);
    expect(bodies).toEqual([{ against: 'draft', last: 2 }]);
    expect(stdout).toBe(
      [
        `${executionId}  changed`,
        '  succeeded → failed: No total',
        '  Total (total): gives something else',
        '    /main/0/json/total',
        '      - 4',
        '      + 5',
        '    and more',
        '  pay: a new effect without a recording; it was not executed',
        '  2 steps behind it: not known',
        '  depends on time or chance, compared without that: now',
        '',
        '',
      ].join('\n'),
    );
    expect(stderr).toBe(
      'replayed 1 of 2\nOrders, 2 executions against draft: 1 same, 1 changed, 0 incomplete.\n',
    );
    expect(code).toBe(1);
  });

  test('is quiet and succeeds when everything would be the same', async () => {
    const end = { ...finished, counts: { ...counts, same: 2, changed: 0 } };
    const byName = await runWith(answers([same, same], end), [
      'replay',
      'Orders',
      '--json',
      '--execution',
      newId,
    ]);
    expect(byName.bodies).toEqual([{ against: 'draft', last: 50, executionIds: [newId] }]);
    expect([byName.code, byName.json()]).toEqual([0, [{ replay: end, results: [same, same] }]]);
  });

  test('fails when it was stopped, and says why', async () => {
    const end = {
      ...finished,
      status: 'stopped',
      done: 1,
      reason: 'Its server stopped',
      counts: { ...counts, changed: 0 },
    };
    const { code, stderr } = await runWith(answers([same], end), ['replay', 'Orders']);
    expect(code).toBe(1);
    expect(stderr).toContain('Stopped after 1 of 2: Its server stopped.');
  });
});
