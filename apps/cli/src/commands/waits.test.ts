import { describe, expect, test } from 'vitest';
import {
  type Answer,
  createDetail,
  createStep,
  executionId,
  sendProblem,
  startFixtureApi,
  workflowId,
} from '../testing/fixture-api.ts';
import { type CliRun, createCliEnv, runTestCli } from '../testing/run-test-cli.ts';

const approvalId = `apr_${'7'.repeat(32)}`;
const approval = {
  id: approvalId,
  title: 'Pay 90 €?',
  message: '',
  fields: [],
  status: 'open',
  createdAt: '2026-11-21T07:38:29.000Z',
  expiresAt: '2026-11-28T07:38:29.000Z',
  decidedAt: null,
  executionId,
  workflowId,
  workflowName: 'Orders',
  stepPath: 'ask',
  approvers: { role: 'operator', people: ['ana@example.test'] },
  escalateAt: null,
  escalation: null,
  mayDecide: true,
  decidedBy: null,
  comment: null,
  values: null,
};

async function runWith(answers: Record<string, Answer>, argv: string[], more: CliRun = {}) {
  await using server = await startFixtureApi(answers);
  const env = createCliEnv({ NAVETTE_URL: server.url, NAVETTE_API_KEY: 'nvt_key' });
  const result = await runTestCli(argv, { env, ...more });
  const bodies = server.requests.map(({ body }) =>
    body.length > 0 ? JSON.parse(body.toString()) : undefined,
  );
  return { ...result, requests: server.requests, bodies };
}

describe('executions signal', () => {
  const path = `/api/v1/executions/${executionId}/signals/paid`;
  const answers: Record<string, Answer> = {
    [`POST ${path}`]: () => ({ messageId: `msg_${'1'.repeat(32)}` }),
  };

  test('sends the data, under a key of its own or the one that is given', async () => {
    const plain = await runWith(answers, ['executions', 'signal', executionId, 'paid']);
    expect(plain).toMatchObject({ code: 0, stdout: `Sent paid to ${executionId}\n`, bodies: [{}] });
    expect(plain.requests[0]!.headers['idempotency-key']).toMatch(/^[0-9a-f-]{36}$/);
    const argv = ['executions', 'signal', executionId, 'paid', '--data', '{"amount": 90}', '--once', 'k1'];
    const sent = await runWith(answers, [...argv, '--json']);
    expect(sent.bodies).toEqual([{ payload: { amount: 90 } }]);
    expect(sent.requests[0]!.headers['idempotency-key']).toBe('k1');
    expect(sent.json()).toEqual([{ messageId: `msg_${'1'.repeat(32)}` }]);
    const piped = await runWith(answers, ['executions', 'signal', executionId, 'paid', '-d', '@-'], {
      stdin: '[{"n": 1}, {"n": 2}]',
    });
    expect(piped.bodies).toEqual([{ payload: [{ n: 1 }, { n: 2 }] }]);
  });

  test('refuses data that is none, and says why the server refused', async () => {
    const bad = await runWith(answers, ['executions', 'signal', executionId, 'paid', '--data', '7']);
    expect(bad).toMatchObject({ code: 2, requests: [] });
    const late = await runWith(
      {
        [`POST ${path}`]: (_, response) =>
          sendProblem(response, { status: 409, code: 'SIGNAL_EXECUTION_ENDED', detail: 'It comes too late' }),
      },
      ['executions', 'signal', executionId, 'paid'],
    );
    expect(late.code).not.toBe(0);
    expect(late.stderr).toContain('It comes too late (SIGNAL_EXECUTION_ENDED)');
  });
});

describe('executions resolve', () => {
  const doubt = {
    question: 2,
    askedAt: '2026-11-21T07:38:29.000Z',
    begunAt: '2026-11-21T07:38:20.000Z',
    items: null,
    keys: ['k-1'],
  };
  const step = (path: string, more: Record<string, unknown> = {}) =>
    createStep(path, path.toUpperCase(), { status: 'waiting', ...more });
  const waiting = createDetail({ status: 'waiting' });
  const answersWith = (...steps: object[]): Record<string, Answer> => ({
    [`GET /api/v1/executions/${executionId}`]: () => ({ ...waiting, steps }),
    [`POST /api/v1/executions/${executionId}/steps/pay/resolve`]: () => waiting,
  });
  const one = answersWith(step('start'), step('pay', { doubt }));
  const resolve = (answers: Record<string, Answer>, ...argv: string[]) =>
    runWith(answers, ['executions', 'resolve', executionId, ...argv]);

  test('says what is asked when nothing is answered', async () => {
    const asked = await resolve(one);
    expect(asked).toMatchObject({
      code: 0,
      stdout:
        'PAY (pay): a crash cut it off, begun 2026-11-21 07:38:20; asks since 2026-11-21 07:38:29 UTC\n  key k-1\n',
    });
    expect((await resolve(one, '--json')).json()).toMatchObject([[{ path: 'pay', doubt }]]);
    const none = await resolve(answersWith(step('start')));
    expect(none).toMatchObject({
      code: 0,
      stdout: '',
      stderr: expect.stringContaining('No step of it asks'),
    });
  });

  test('sends the answer to the question that is open', async () => {
    const done = await resolve(
      one,
      'pay',
      '--as',
      'done',
      '--output',
      '{"charge": "c7"}',
      '--comment',
      'Seen',
    );
    expect(done).toMatchObject({ code: 0, stdout: `Answered for PAY: ${executionId} goes on\n` });
    expect(done.bodies[1]).toEqual({
      ...{ question: 2, items: [], outcome: 'done' },
      ...{ output: { charge: 'c7' }, comment: 'Seen' },
    });
    expect((await resolve(one, '--as', 'retry')).bodies[1]).toEqual({
      question: 2,
      items: [],
      outcome: 'retry',
    });
    const single = await resolve(one, 'PAY', '--as', 'retry', '--items', '0=done, 2=fail');
    expect(single.bodies[1]).toEqual({
      ...{ question: 2, outcome: 'retry' },
      items: [
        { item: 0, outcome: 'done' },
        { item: 2, outcome: 'fail' },
      ],
    });
  });

  test.each([
    [['pay', '--as', 'maybe'], 2],
    [['pay', '--items', '0'], 2],
    [['pay', '--items', '0=maybe'], 2],
    [['pay', '--as', 'done', '--output', '7'], 2],
    [['start', '--as', 'retry'], 4],
  ])('refuses %j', async (argv, code) => {
    const refused = await resolve(one, ...argv);
    expect(refused.code).toBe(code);
    expect(refused.requests.filter(({ method }) => method === 'POST')).toEqual([]);
  });

  test('asks which step is meant when several ask', async () => {
    const several = answersWith(step('pay', { doubt }), step('mail', { doubt }));
    const refused = await resolve(several, '--as', 'retry');
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('pay, mail') });
  });

  test('is offered by executions show', async () => {
    const files = {
      [`GET /api/v1/executions/${executionId}/artifacts`]: () => ({ items: [], nextCursor: null }),
    };
    const shown = await runWith({ ...one, ...files }, ['executions', 'show', executionId]);
    expect(shown.stdout).toContain('PAY (pay): a crash cut it off');
    expect(shown.stdout).toContain(`navette executions resolve ${executionId} STEP --as retry|done|fail`);
  });
});

describe('approvals', () => {
  test('list, of what is open unless something else is asked for', async () => {
    const answers: Record<string, Answer> = {
      'GET /api/v1/approvals': () => ({ items: [approval], nextCursor: null }),
    };
    const { stdout, requests } = await runWith(answers, ['approvals', 'list', '--mine']);
    expect(stdout).toBe(
      'ID                                    QUESTION   WORKFLOW  STATUS  BY                           ASKED (UTC)          UNTIL (UTC)\n' +
        `${approvalId}  Pay 90 €?  Orders    open    operator+, ana@example.test  2026-11-21 07:38:29  2026-11-28 07:38:29\n`,
    );
    expect(requests[0]!.url).toBe('/api/v1/approvals?limit=50&status=open&mine=true');
    const none = await runWith({ 'GET /api/v1/approvals': () => ({ items: [], nextCursor: null }) }, [
      'approvals',
      'list',
      '--status',
      'approved,rejected',
    ]);
    expect(none).toMatchObject({ code: 0, stdout: '', stderr: expect.stringContaining('no such approvals') });
    expect(none.requests[0]!.query.get('status')).toBe('approved,rejected');
  });

  test('approve and reject, with a comment and what is asked for', async () => {
    const answers: Record<string, Answer> = {
      [`POST /api/v1/approvals/${approvalId}/decision`]: () => ({ ...approval, status: 'approved' }),
    };
    const argv = ['approvals', 'approve', approvalId, '--comment', 'Fine', '--values', '{"account": "A1"}'];
    const approved = await runWith(answers, argv);
    expect(approved).toMatchObject({
      code: 0,
      stdout: 'Approved: Pay 90 €?\n',
      bodies: [{ decision: 'approve', comment: 'Fine', values: { account: 'A1' } }],
    });
    const rejected = await runWith(answers, ['approvals', 'reject', approvalId]);
    expect(rejected).toMatchObject({ stdout: 'Rejected: Pay 90 €?\n', bodies: [{ decision: 'reject' }] });
    const list = await runWith(answers, ['approvals', 'approve', approvalId, '--values', '[{}]']);
    expect(list).toMatchObject({ code: 2, requests: [] });
  });
});
