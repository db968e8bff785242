import type { ApprovalDecision, ApproverRole } from '@navette/contracts';
import type { NewApproval } from '@navette/engine';
import { createUuid, encodeId, NavetteError } from '@navette/kit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { applyMail } from '../sql/apply-mail.ts';
import { closeWait } from '../sql/close-wait.ts';
import type { Person } from './approval-repository.ts';
import { createDraft, openRepositoryFixture, type RepositoryFixture } from './repository-fixture.ts';

let fixture: RepositoryFixture;
let workflowId: string;
let versionId: string;
beforeAll(async () => {
  fixture = await openRepositoryFixture();
  const created = await fixture.repositories.workflows.create(fixture.change, {
    name: 'Pay',
    description: '',
    draft: createDraft(),
  });
  workflowId = created.id;
  versionId = created.draftVersionId;
});
afterAll(() => fixture?.close());

const ada = (): Person => ({ userId: fixture.userId, email: 'Ada@Example.test', role: 'operator' });
const stranger: Person = { userId: null, email: 'eve@example.test', role: null };

async function open(over: Partial<NewApproval> = {}, status = 'waiting') {
  const executionId = createUuid();
  const { projectId, database } = fixture;
  await database.pool.query(
    `INSERT INTO executions (id, project_id, workflow_id, version_id, status, mode, trigger_node_id, created_at, started_at,
       finished_at, root_id)
     VALUES ($1, $2, $3, $4, $5, 'api', 't', now(), now(), CASE WHEN $5 = 'failed' THEN now() END, $1)`,
    [executionId, projectId, workflowId, versionId, status],
  );
  const approval: NewApproval = {
    id: createUuid(),
    path: 'ask',
    title: 'Pay?',
    message: 'It is **much**',
    approvers: { role: 'operator', people: [] },
    escalation: null,
    fields: [],
    expiresAt: null,
    ...over,
  };
  const mail = { taken: [], approvals: [approval], waits: [], withdrawn: [] };
  await database.withTransaction(async (client) => {
    await applyMail(client, [{ executionId, projectId, workflowId, mail }]);
  });
  return { id: approval.id, executionId };
}

function decision(as: 'approved' | 'rejected', name = 'Ada'): ApprovalDecision {
  const at = new Date().toISOString();
  return { decision: as, by: { kind: 'user', id: 'usr_1', name }, comment: 'fine', values: { sum: 1 }, at };
}

const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error) => (NavetteError.is(error) ? error.code : String(error)),
  );

test('what an execution asked that has ended is withdrawn, and nothing else', async () => {
  const [over, waiting] = [await open({}, 'failed'), await open()];
  await fixture.repositories.approvals.withdrawEnded();
  const { rows } = await fixture.database.pool.query<{ id: string; status: string; done: boolean }>(
    'SELECT id, status, decided_at IS NOT NULL AS done FROM approvals WHERE id = ANY ($1)',
    [[over.id, waiting.id]],
  );
  const statusOf = (id: string) => rows.find((row) => row.id === id);
  expect(statusOf(over.id)).toMatchObject({ status: 'cancelled', done: true });
  expect(statusOf(waiting.id)).toMatchObject({ status: 'open', done: false });
  expect(await fixture.repositories.approvals.withdrawEnded()).toBe(0);
});

describe('who may decide', () => {
  const mayDecide = async (over: Partial<NewApproval>, person: Person, status?: string) => {
    const { id } = await open(over, status);
    return (await fixture.repositories.approvals.read(fixture.projectId, id, person)).mayDecide;
  };

  test.each<[ApproverRole, ApproverRole | null, boolean]>([
    ['operator', 'owner', true],
    ['operator', 'operator', true],
    ['operator', 'viewer', false],
    ['owner', 'admin', false],
    ['viewer', null, false],
  ])('of role %s, a person of role %s: %s', async (role, own, expected) => {
    expect(await mayDecide({ approvers: { role, people: [] } }, { ...stranger, role: own })).toBe(expected);
  });

  test('the people named, by address in any case or by id, and nobody else', async () => {
    const named = { approvers: { role: null, people: ['ada@example.test'] } };
    expect(await mayDecide(named, ada())).toBe(true);
    expect(await mayDecide(named, stranger)).toBe(false);
    const byId = { approvers: { role: null, people: [encodeId('user', fixture.userId)] } };
    expect(await mayDecide(byId, { ...ada(), email: 'other@example.test' })).toBe(true);
  });

  test('others as well after the escalation, and not before', async () => {
    const approvers = { role: 'owner' as const, people: [] };
    const others = { role: null, people: ['eve@example.test'] };
    const later = { atMs: Date.now() + 3_600_000, approvers: others };
    expect(await mayDecide({ approvers, escalation: later }, stranger)).toBe(false);
    const past = { ...later, atMs: Date.now() - 60_000 };
    expect(await mayDecide({ approvers, escalation: past }, stranger)).toBe(true);
    expect(await mayDecide({ approvers, escalation: past }, ada())).toBe(false);
  });

  test('nobody after the time, or when the execution has ended', async () => {
    expect(await mayDecide({ expiresAt: Date.now() - 1_000 }, ada())).toBe(false);
    expect(await mayDecide({}, ada(), 'failed')).toBe(false);
  });
});

describe('a decision', () => {
  const decide = (id: string, as: 'approved' | 'rejected', name?: string) =>
    fixture.repositories.approvals.decide(fixture.change, id, decision(as, name));

  test('is stored with the message, the wake-up and the audit entry', async () => {
    const { id, executionId } = await open();
    expect(await decide(id, 'approved')).toEqual({ executionId, wake: 'queued' });
    const row = await fixture.repositories.approvals.read(fixture.projectId, id, ada());
    expect(row).toMatchObject({
      status: 'approved',
      decidedBy: { name: 'Ada' },
      comment: 'fine',
      values: { sum: 1 },
      mayDecide: false,
      workflowName: 'Pay',
    });
    const audit = await fixture.repositories.audit.list(fixture.projectId, { limit: 1 });
    expect(audit.items[0]).toMatchObject({ action: 'approval-approved', resourceId: id });
    const messages = await fixture.database.pool.query(
      'SELECT channel, body FROM messages WHERE execution_id = $1',
      [executionId],
    );
    expect(messages.rows).toMatchObject([{ channel: 'approval:ask', body: { kind: 'decision' } }]);
  });

  test('of two at once, one counts and the other is told', async () => {
    const { id } = await open();
    const outcomes = await Promise.allSettled([
      decide(id, 'approved', 'Ada'),
      decide(id, 'rejected', 'Bob'),
      decide(id, 'approved', 'Cem'),
    ]);
    expect(outcomes.filter((outcome) => outcome.status === 'fulfilled')).toHaveLength(1);
    const row = await fixture.repositories.approvals.read(fixture.projectId, id, undefined);
    for (const outcome of outcomes) {
      if (outcome.status === 'fulfilled') continue;
      expect(outcome.reason).toMatchObject({ code: 'APPROVAL_DECIDED', status: 409 });
      expect(outcome.reason.message).toContain(row.decidedBy!.name);
    }
  });

  test('comes too late after the time, the end of the wait or of the execution', async () => {
    expect(await codeOf(decide((await open({ expiresAt: Date.now() - 1 })).id, 'approved'))).toBe(
      'APPROVAL_EXPIRED',
    );
    const closed = await open();
    const { projectId, database } = fixture;
    const wait = { executionId: closed.executionId, projectId, path: 'ask', key: null, once: true };
    await database.withTransaction((client) => closeWait(client, { ...wait, channel: 'approval:ask' }));
    expect(await codeOf(decide(closed.id, 'approved'))).toBe('APPROVAL_EXPIRED');
    const audit = await fixture.repositories.audit.list(projectId, { limit: 1 });
    expect(audit.items[0]).toMatchObject({ action: 'approval-expired', actorKind: 'system' });
    expect(await codeOf(decide((await open({}, 'failed')).id, 'approved'))).toBe('APPROVAL_CLOSED');
  });

  test('in another project finds nothing', async () => {
    const { id } = await open();
    const change = { ...fixture.change, projectId: fixture.otherProjectId };
    const { approvals } = fixture.repositories;
    expect(await codeOf(approvals.decide(change, id, decision('approved')))).toBe('APPROVAL_NOT_FOUND');
    expect(await codeOf(approvals.read(fixture.otherProjectId, id, ada()))).toBe('APPROVAL_NOT_FOUND');
    expect((await approvals.list(fixture.otherProjectId, ada(), { limit: 10 })).items).toEqual([]);
  });
});

describe('the list', () => {
  test('comes in pages, newest first, and filters', async () => {
    const { approvals } = fixture.repositories;
    const mine = await open({ approvers: { role: null, people: ['page@example.test'] } });
    const page = { userId: null, email: 'page@example.test', role: null };
    const found = await approvals.list(fixture.projectId, page, { limit: 10, mine: true });
    expect(found.items.map((row) => row.id)).toEqual([mine.id]);
    const all: string[] = [];
    let cursor: string | undefined;
    do {
      const next = await approvals.list(fixture.projectId, ada(), { limit: 3, cursor });
      all.push(...next.items.map((row) => row.id));
      cursor = next.nextCursor ?? undefined;
    } while (cursor);
    expect(new Set(all).size).toBe(all.length);
    expect(all[0]).toBe(mine.id);
    const open1 = await approvals.list(fixture.projectId, ada(), { limit: 50, status: ['open'] });
    const rest = await approvals.list(fixture.projectId, ada(), {
      limit: 50,
      status: ['approved', 'rejected', 'expired', 'cancelled'],
    });
    expect([...open1.items, ...rest.items].map((row) => row.id).sort()).toEqual([...all].sort());
    const ofOne = await approvals.list(fixture.projectId, ada(), { limit: 5, executionId: mine.executionId });
    expect(ofOne.items.map((row) => row.id)).toEqual([mine.id]);
  });
});
