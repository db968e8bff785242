/**
 * Model test of the lifecycle of approvals: random events, legal or not, against Postgres. An event that the table of the
 * contract has moves the approval as it says; every other one changes nothing and is refused with the reason.
 */
import { type ApprovalEvent, type ApprovalStatus, approvalTransitions } from '@navette/contracts';
import type { NewApproval } from '@navette/engine';
import { createUuid, NavetteError, silentLogger } from '@navette/kit';
import { failOnUnheardRejections } from '@navette/testing';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PostgresExecutionStore } from '../execution/postgres-execution-store.ts';
import { applyMail } from '../sql/apply-mail.ts';
import { createDraft, openRepositoryFixture, type RepositoryFixture } from './repository-fixture.ts';

failOnUnheardRejections(afterAll);

/** What brings an event about; `isDue` is none: from then on nobody may decide, until the wait is closed. */
const actions: Record<string, ApprovalEvent | 'isDue'> = {
  approve: 'approve',
  reject: 'reject',
  closeWait: 'expire',
  withdraw: 'cancel',
  cancelExecution: 'cancel',
  becomeDue: 'isDue',
};
const paths = ['one', 'two'] as const;
type Path = (typeof paths)[number];
interface Step {
  action: string;
  path: Path;
}
interface Model {
  id: string;
  status: ApprovalStatus;
  isDue: boolean;
}

let fixture: RepositoryFixture;
let store: PostgresExecutionStore;
let workflowId: string;
let versionId: string;
beforeAll(async () => {
  fixture = await openRepositoryFixture();
  const { database } = fixture;
  store = new PostgresExecutionStore({ database, logger: silentLogger, listener: { committed() {} } });
  const draft = createDraft();
  const created = await fixture.repositories.workflows.create(fixture.change, {
    ...{ name: 'Pay', description: '', draft },
  });
  workflowId = created.id;
  versionId = created.draftVersionId;
});
afterAll(async () => {
  await store?.close();
  await fixture?.close();
});

/** What a decision is refused with. */
const refusals: Record<ApprovalStatus, string> = {
  open: 'APPROVAL_EXPIRED',
  approved: 'APPROVAL_DECIDED',
  rejected: 'APPROVAL_DECIDED',
  expired: 'APPROVAL_EXPIRED',
  cancelled: 'APPROVAL_CLOSED',
};

class World {
  readonly #executionId = createUuid();
  readonly #models: Record<Path, Model> = {
    one: { id: createUuid(), status: 'open', isDue: false },
    two: { id: createUuid(), status: 'open', isDue: false },
  };
  readonly #told: string[] = [];

  async open(): Promise<void> {
    const executionId = this.#executionId;
    const { database, projectId } = fixture;
    await database.pool.query(
      `INSERT INTO executions (id, project_id, workflow_id, version_id, status, mode, trigger_node_id, created_at,
         started_at, root_id)
       VALUES ($1, $2, $3, $4, 'waiting', 'api', 't', now(), now(), $1)`,
      [executionId, projectId, workflowId, versionId],
    );
    const approvals = paths.map(
      (path): NewApproval => ({
        ...{ id: this.#models[path].id, path, title: 'Pay?', message: '', escalation: null, fields: [] },
        ...{ approvers: { role: 'operator', people: [] }, expiresAt: null },
      }),
    );
    await this.#write({ approvals });
  }

  async take({ action, path }: Step): Promise<void> {
    const model = this.#models[path];
    const event = actions[action]!;
    const refused = await this.#act(action, path);
    const isDecision = event === 'approve' || event === 'reject';
    const to = event === 'isDue' ? undefined : approvalTransitions[model.status][event];
    const moves = to !== undefined && !(isDecision && model.isDue);
    if (isDecision) expect([action, refused]).toEqual([action, moves ? undefined : refusals[model.status]]);
    if (moves) {
      if (event !== 'cancel') this.#told.push(`approval-${to}`);
      model.status = to;
    }
    if (event === 'isDue') model.isDue = true;
    // The end of an execution withdraws all that it asks.
    if (action === 'cancelExecution')
      for (const other of Object.values(this.#models))
        other.status = approvalTransitions[other.status].cancel ?? other.status;
    this.path.push(`${action} ${path}: ${model.status}`);
    await this.#compare();
  }

  readonly path: string[] = [];

  /** Gives the code with which it was refused. */
  async #act(action: string, path: Path): Promise<string | undefined> {
    const { database, projectId, repositories } = fixture;
    const executionId = this.#executionId;
    const { id } = this.#models[path];
    switch (action) {
      case 'approve':
      case 'reject': {
        const decision = action === 'approve' ? ('approved' as const) : ('rejected' as const);
        const by = { kind: 'user' as const, id: 'usr_1', name: 'Ada' };
        const at = new Date().toISOString();
        const decided = repositories.approvals.decide(fixture.change, id, {
          ...{ decision, by, comment: '', values: {}, at },
        });
        return decided.then(
          () => undefined,
          (error) => (NavetteError.is(error) ? error.code : String(error)),
        );
      }
      case 'closeWait':
        await store.closeWait({
          ...{ executionId, projectId, path, channel: `approval:${path}`, key: null, once: true },
        });
        return;
      case 'withdraw':
        return this.#write({ withdrawn: [path] });
      case 'cancelExecution':
        await store.requestCancel(projectId, executionId);
        return;
      default:
        await database.pool.query(`UPDATE approvals SET expires_at = now() WHERE id = $1`, [id]);
        return;
    }
  }

  async #write(change: { approvals?: NewApproval[]; withdrawn?: string[] }): Promise<undefined> {
    const { database, projectId } = fixture;
    const mail = { taken: [], approvals: [], waits: [], withdrawn: [], ...change };
    const write = { executionId: this.#executionId, projectId, workflowId, mail };
    await database.withTransaction(async (client) => void (await applyMail(client, [write])));
    return undefined;
  }

  async #compare(): Promise<void> {
    const { pool } = fixture.database;
    const ids = paths.map((path) => this.#models[path].id);
    const { rows } = await pool.query<{ path: Path; status: string; isDecided: boolean; isOver: boolean }>(
      `SELECT path, status, decided_by IS NOT NULL AS "isDecided", decided_at IS NOT NULL AS "isOver" FROM approvals
       WHERE id = ANY ($1) ORDER BY path`,
      [ids],
    );
    const messages = await pool.query<{ channel: string }>(
      'SELECT channel FROM messages WHERE execution_id = $1 AND body IS NOT NULL ORDER BY channel',
      [this.#executionId],
    );
    const audit = await pool.query<{ action: string }>(
      `SELECT action FROM audit_entries WHERE resource_id = ANY ($1::text[]) ORDER BY action`,
      [ids],
    );
    const isDecided = ({ status }: Model) => status === 'approved' || status === 'rejected';
    const { path } = this;
    expect({
      path,
      rows,
      told: audit.rows.map((row) => row.action),
      messages: messages.rows.map((row) => row.channel),
    }).toEqual({
      path,
      rows: paths.map((one) => {
        const model = this.#models[one];
        const isOver = model.status !== 'open';
        return { path: one, status: model.status, isDecided: isDecided(model), isOver };
      }),
      told: [...this.#told].sort(),
      // One message for each decision, and none without.
      messages: paths.filter((one) => isDecided(this.#models[one])).map((one) => `approval:${one}`),
    });
  }
}

async function runHistory(history: readonly Step[]): Promise<void> {
  const world = new World();
  await world.open();
  for (const step of history) await world.take(step);
}

test('random events move approvals as the table says, and no other way', async () => {
  const step = fc.record({
    action: fc.constantFrom(...Object.keys(actions)),
    path: fc.constantFrom(...paths),
  });
  await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 8 }), runHistory), {
    numRuns: 80,
  });
}, 90_000);

test('every state meets every event', async () => {
  const ways: Record<ApprovalStatus, string[]> = {
    open: [],
    approved: ['approve'],
    rejected: ['reject'],
    expired: ['closeWait'],
    cancelled: ['withdraw'],
  };
  for (const way of Object.values(ways))
    for (const action of Object.keys(actions))
      await runHistory([...way, action].map((one) => ({ action: one, path: 'one' })));
}, 90_000);
