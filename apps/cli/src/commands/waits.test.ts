import { describe, expect, test } from 'vitest';
import {
  type Answer,
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
