/** Signals, approvals and resume addresses over HTTP, with the real engine behind. */
import type { Approval, WorkflowDefinitionInput } from '@navette/contracts';
import { waitFor } from '@navette/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openServerFixture, type ServerFixture } from '../server-fixture.ts';

let fixture: ServerFixture;
beforeAll(async () => {
  fixture = await openServerFixture();
});
afterAll(() => fixture?.close());

const patience = { timeoutMs: 20_000 };
const start = { id: 'start', name: 'Start', type: 'manual-trigger' };

async function run(definition: WorkflowDefinitionInput, input: object = {}): Promise<string> {
  const workflowId = await fixture.createWorkflow(definition);
  const answer = await fixture.call('runWorkflow', { params: { workflowId }, body: { input } });
  expect(answer.status, JSON.stringify(answer.body)).toBe(202);
  return answer.body.executionId;
}

async function reaches(executionId: string, status: string) {
  return waitFor(
    async () => {
      const { body } = await fixture.call('getExecution', { params: { executionId } });
      return body.status === status ? body : undefined;
    },
    { ...patience, what: `${executionId} to be ${status}` },
  );
}

async function outputsOf(executionId: string, path: string) {
  const answer = await fixture.call('getStepData', { params: { executionId, path } });
  return answer.body.outputs;
}

const send = (executionId: string, name: string, body: unknown = {}, headers: Record<string, string> = {}) =>
  fixture.call('sendSignal', { params: { executionId, name }, body, headers });

describe('signals', () => {
  const hearing: WorkflowDefinitionInput = {
    nodes: [
      start,
      { id: 'hear', name: 'Hear', type: 'wait-for-signal', parameters: { name: 'go' } },
      { id: 'again', name: 'Again', type: 'wait-for-signal', parameters: { name: 'go' } },
    ],
    edges: [
      { from: 'start', to: 'hear' },
      { from: 'hear', to: 'again' },
    ],
  };

  test('go into an execution that says why it waits, once for each Idempotency-Key', async () => {
    const id = await run(hearing);
    const waiting = await reaches(id, 'waiting');
    expect(waiting).toMatchObject({
      reason: 'Waits for the signal "go" (Hear)',
      why: { code: 'signal', params: { name: 'go', node: 'Hear' } },
    });
    const headers = { 'idempotency-key': 'order-1' };
    const first = await send(id, 'go', { payload: { n: 1 } }, headers);
    expect(first).toMatchObject({ status: 202, body: { messageId: expect.stringMatching(/^msg_/) } });
    expect((await send(id, 'go', { payload: { n: 1 } }, headers)).body).toEqual(first.body);
    await waitFor(async () => {
      const { body } = await fixture.call('getExecution', { params: { executionId: id } });
      return body.status === 'waiting' && body.reason.includes('Again');
    }, patience);
    await send(id, 'go', { payload: [{ n: 2 }, { n: 3 }] });
    await reaches(id, 'succeeded');
    expect((await outputsOf(id, 'again')).main.map((item: { json: object }) => item.json)).toEqual([
      { n: 2 },
      { n: 3 },
    ]);
    const late = await send(id, 'go');
    expect(late).toMatchObject({ status: 409, body: { code: 'SIGNAL_EXECUTION_ENDED' } });
    expect((await send(id, 'a b')).body).toMatchObject({ code: 'REQUEST_INVALID' });
  });

  test('find whoever waits under a key, and are kept for whoever will', async () => {
    const key = '{{ $json.order }}';
    const definition: WorkflowDefinitionInput = {
      nodes: [
        start,
        { id: 'hear', name: 'Hear', type: 'wait-for-signal', parameters: { name: 'paid', key } },
      ],
      edges: [{ from: 'start', to: 'hear' }],
    };
    const workflowId = await fixture.createWorkflow(definition);
    const begin = async (order: string) => {
      const answer = await fixture.call('runWorkflow', {
        params: { workflowId },
        body: { input: { order } },
      });
      return answer.body.executionId as string;
    };
    const pay = (order: string) =>
      fixture.call('sendWorkflowSignal', {
        params: { workflowId, name: 'paid' },
        body: { key: order, payload: { by: 'card' } },
      });
    const first = await begin('o-1');
    await reaches(first, 'waiting');
    expect((await pay('o-1')).body).toMatchObject({ executionId: first });
    await reaches(first, 'succeeded');
    expect((await pay('o-2')).body).toMatchObject({ executionId: null });
    await reaches(await begin('o-2'), 'succeeded');
  });
});

describe('approvals', () => {
  const asking = (parameters: Record<string, unknown> = {}): WorkflowDefinitionInput => ({
    nodes: [
      start,
      { id: 'link', name: 'Link', type: 'set-fields', parameters: linkFields },
      {
        id: 'ask',
        name: 'Ask',
        type: 'approval',
        parameters: {
          title: 'Pay {{ $json.sum }}?',
          message: 'It is **much**',
          fields: [{ name: 'account', label: 'Account', type: 'text', required: true }],
          ...parameters,
        } as never,
      },
      { id: 'yes', name: 'Yes', type: 'no-op' },
      { id: 'no', name: 'No', type: 'no-op' },
    ],
    edges: [
      { from: 'start', to: 'link' },
      { from: 'link', to: 'ask' },
      { from: 'ask', fromPort: 'approved', to: 'yes' },
      { from: 'ask', fromPort: 'rejected', to: 'no' },
    ],
  });
  const linkFields = {
    fields: [
      { name: 'sum', value: '{{ $json.sum }}' },
      { name: 'link', value: "{{ $execution.links.approval('ana@example.test') }}" },
    ],
  } as never;

  async function ask(parameters: Record<string, unknown> = {}) {
    const executionId = await run(asking(parameters), { sum: 90 });
    const body = await reaches(executionId, 'waiting');
    expect(body.why).toMatchObject({ code: 'approval', params: { title: 'Pay 90?' } });
    const list = await fixture.call('listApprovals', { query: `?executionId=${executionId}` });
    const approval = list.body.items[0] as Approval;
    const items = (await outputsOf(executionId, 'link')).main;
    const token = new URL(items[0].json.link).hash.slice(1);
    return { executionId, approval, token };
  }
  const decide = (approvalId: string, body: object, key?: string) =>
    fixture.call('decideApproval', { params: { approvalId }, body, ...(key ? { key } : {}) });

  test('are decided by who may, with the fields that were asked for, once', async () => {
    const { approval, executionId } = await ask();
    expect(approval).toMatchObject({
      title: 'Pay 90?',
      status: 'open',
      mayDecide: true,
      approvers: { role: 'operator', people: [] },
      stepPath: 'ask',
    });
    const mine = await fixture.call('listApprovals', { query: '?status=open&mine=true' });
    expect(mine.body.items.map((one: Approval) => one.id)).toContain(approval.id);
    const incomplete = await decide(approval.id, { decision: 'approve', values: { other: 1 } });
    expect(incomplete).toMatchObject({ status: 400, body: { code: 'REQUEST_INVALID' } });
    expect(incomplete.body.issues.map((issue: { path: string }) => issue.path).sort()).toEqual([
      '/body/values/account',
      '/body/values/other',
    ]);
    const [one, two] = await Promise.all([
      decide(approval.id, { decision: 'approve', comment: 'go', values: { account: 'A1' } }),
      decide(approval.id, { decision: 'reject' }),
    ]);
    const statuses = [one.status, two.status].sort();
    expect(statuses).toEqual([200, 409]);
    const lost = one.status === 409 ? one : two;
    expect(lost.body).toMatchObject({ code: 'APPROVAL_DECIDED', detail: expect.stringContaining('Ada') });
    await reaches(executionId, 'succeeded');
    const outputs = await outputsOf(executionId, 'ask');
    const [port] = Object.keys(outputs).filter((name) => outputs[name].length > 0);
    expect(outputs[port!][0].json.approval).toMatchObject({
      decision: port,
      by: { kind: 'api-key', name: 'Ada' },
    });
    const audit = await fixture.call('listAudit', { query: `?action=approval-${port}` });
    expect(audit.body.items[0]).toMatchObject({ resourceKind: 'approval', resourceId: approval.id });
  });

  test('are refused to people who are not among the approvers', async () => {
    const { approval } = await ask({ role: 'none', people: ['ana@example.test'] });
    expect(approval.mayDecide).toBe(false);
    const answer = await decide(approval.id, { decision: 'reject' });
    expect(answer).toMatchObject({ status: 403, body: { code: 'APPROVAL_FORBIDDEN' } });
    const stranger = await decide(approval.id, { decision: 'reject' }, fixture.strangerKey);
    expect(stranger).toMatchObject({ status: 404, body: { code: 'APPROVAL_NOT_FOUND' } });
  });

  test('are decided with a link by the person that it was made out to, once', async () => {
    const { approval, executionId, token } = await ask({ role: 'none', people: ['ana@example.test'] });
    const read = (of: string) => fixture.call('readLinkedApproval', { body: { token: of }, key: null });
    const answer = (of: string, body: object) =>
      fixture.call('decideLinkedApproval', { body: { token: of, ...body }, key: null });
    const seen = await read(token);
    expect(seen.body).toMatchObject({ person: 'ana@example.test', title: 'Pay 90?', mayDecide: true });
    expect(JSON.stringify(seen.body)).not.toContain(executionId);
    const values = { account: 'A1' };
    expect(await answer(token, { decision: 'approve', values })).toMatchObject({
      status: 200,
      body: { status: 'approved', mayDecide: false },
    });
    const again = await answer(token, { decision: 'reject' });
    expect(again).toMatchObject({ status: 409, body: { code: 'APPROVAL_DECIDED' } });
    await reaches(executionId, 'succeeded');
    const decided = await fixture.call('getApproval', { params: { approvalId: approval.id } });
    expect(decided.body.decidedBy).toEqual({
      kind: 'link',
      id: 'ana@example.test',
      name: 'ana@example.test',
    });
    const audit = await fixture.call('listAudit', { query: '?action=approval-approved' });
    expect(audit.body.items[0]).toMatchObject({ actorKind: 'link', actorId: 'ana@example.test' });
  });

  test('tell nothing to a link that was forged, and nothing to somebody who may not decide', async () => {
    const { token } = await ask({ role: 'none', people: ['bob@example.test'] });
    const body = { decision: 'approve', values: { account: 'x' } };
    const refused = await fixture.call('decideLinkedApproval', { body: { token, ...body }, key: null });
    expect(refused).toMatchObject({ status: 403, body: { code: 'APPROVAL_FORBIDDEN' } });
    const [payload, mac] = token.split('.') as [string, string];
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString());
    claims[6] = 'bob@example.test';
    const other = Buffer.from(JSON.stringify(claims)).toString('base64url');
    for (const forged of [`${other}.${mac}`, payload, `${payload}.`, `${payload}.${mac}x`, 'x', `a.${mac}`]) {
      const seen = await fixture.call('readLinkedApproval', { body: { token: forged }, key: null });
      expect(seen, forged).toMatchObject({ status: 404, body: { code: 'LINK_NOT_FOUND' } });
    }
  });
});

describe('resume addresses', () => {
  const waiting: WorkflowDefinitionInput = {
    nodes: [
      start,
      {
        id: 'url',
        name: 'Url',
        type: 'set-fields',
        parameters: { fields: [{ name: 'url', value: '{{ $execution.resumeUrl }}' }] } as never,
      },
      { id: 'wait', name: 'Wait', type: 'wait-for-webhook' },
    ],
    edges: [
      { from: 'start', to: 'url' },
      { from: 'url', to: 'wait' },
    ],
  };

  async function begin() {
    const executionId = await run(waiting);
    await reaches(executionId, 'waiting');
    const url = (await outputsOf(executionId, 'url')).main[0].json.url as string;
    expect(url.startsWith(`${fixture.url}/resume/`)).toBe(true);
    return { executionId, path: url.slice(fixture.url.length) };
  }
  const post = (path: string, options: object = {}) =>
    fixture.request(path, { method: 'POST', key: null, ...options });

  test('are good for one request, whose item goes on', async () => {
    const { executionId, path } = await begin();
    const first = await post(`${path}?from=mail`, { body: { ok: true }, headers: { 'x-shop': 'a' } });
    expect(first).toMatchObject({ status: 200, body: { resumed: true } });
    await reaches(executionId, 'succeeded');
    const [item] = (await outputsOf(executionId, 'wait')).main;
    expect(item.json).toMatchObject({
      method: 'POST',
      path: '/resume',
      query: { from: 'mail' },
      body: { ok: true },
      headers: { 'x-shop': 'a' },
    });
    expect(JSON.stringify(item)).not.toContain(path.slice('/resume/'.length));
    expect(await post(path, { body: {} })).toMatchObject({ status: 409, body: { code: 'RESUME_USED' } });
    const page = await post(path, { headers: { accept: 'text/html' } });
    expect([page.status, page.headers.get('content-type')]).toEqual([409, 'text/html; charset=utf-8']);
  });

  test('take one of many requests that come at once, and a repeated one once', async () => {
    const { executionId, path } = await begin();
    const headers = { 'idempotency-key': 'r1' };
    const answers = await Promise.all([
      post(path, { body: { n: 1 }, headers }),
      ...[2, 3, 4].map((n) => post(path, { body: { n } })),
    ]);
    const taken = answers.filter((answer) => answer.status === 200);
    expect(taken).toHaveLength(1);
    await reaches(executionId, 'succeeded');
    const repeated = await post(path, { body: { n: 1 }, headers });
    expect(repeated.status).toBe(answers[0]!.status === 200 ? 200 : 409);
  });

  test('take another request under the same Idempotency-Key for no repeat', async () => {
    const { executionId, path } = await begin();
    const headers = { 'idempotency-key': 'r2' };
    const accepted = { status: 200, body: { resumed: true } };
    expect(await post(path, { body: { n: 1, m: 1 }, headers })).toMatchObject(accepted);
    const other = { status: 409, body: { code: 'RESUME_USED' } };
    expect(await post(path, { body: { n: 2 }, headers })).toMatchObject(other);
    expect(await post(`${path}?n=2`, { body: { n: 1, m: 1 }, headers })).toMatchObject(other);
    await reaches(executionId, 'succeeded');
    expect(await post(path, { body: { m: 1, n: 1 }, headers })).toMatchObject(accepted);
    expect(await post(path, { body: { n: 2 }, headers })).toMatchObject(other);
  });

  test('show and change nothing when they are only looked at', async () => {
    const { executionId, path } = await begin();
    const seen = await fixture.request(path, { key: null });
    const forged = await fixture.request('/resume/nothing', { key: null });
    expect(seen.status).toBe(200);
    expect(seen.body).toBe(forged.body);
    expect(seen.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(seen.headers.get('referrer-policy')).toBe('no-referrer');
    expect((await fixture.request(path, { method: 'HEAD', key: null })).status).toBe(200);
    expect((await fixture.request(path, { method: 'PUT', key: null })).status).toBe(405);
    expect((await fixture.call('getExecution', { params: { executionId } })).body.status).toBe('waiting');
  });

  test('say the same of everything that is none, and that one of an ended execution is over', async () => {
    const { executionId, path } = await begin();
    const token = path.slice('/resume/'.length);
    const [payload, mac] = token.split('.') as [string, string];
    const answers = await Promise.all(
      ['x', payload, `${payload}.AAAA`, `${mac}.${payload}`, `${token}.x`, 'y'.repeat(5_000)].map((forged) =>
        post(`/resume/${forged}`, { body: { x: 1 } }),
      ),
    );
    for (const answer of answers) {
      const { instance: _instance, ...problem } = answer.body;
      const { instance: _other, ...first } = answers[0]!.body;
      expect(answer.status).toBe(404);
      expect(problem).toEqual(first);
    }
    await fixture.call('cancelExecution', { params: { executionId } });
    expect(await post(path)).toMatchObject({ status: 410, body: { code: 'RESUME_ENDED' } });
  });
});
