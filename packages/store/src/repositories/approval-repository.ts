/**
 * Approvals as people see and decide them. The engine opens and ends them with its journal (sql/apply-mail.ts).
 *
 * 1. An approval is decided once: the decision is the one message of its channel, stored with the row, the wake-up of the
 *    execution and the audit entry in one transaction.
 * 2. Who may decide is told here and nowhere else, in SQL for lists and for one.
 */
import type {
  ApprovalDecision,
  ApprovalField,
  ApprovalStatus,
  ApproverRole,
  Decider,
} from '@navette/contracts';
import { approverRoles, moveApproval } from '@navette/contracts';
import type { Wake } from '@navette/engine';
import { createUuid, encodeId, type JsonObject, type NavetteError } from '@navette/kit';
import { type RawBuilder, sql } from 'kysely';
import { deliverMessage } from '../sql/deliver-message.ts';
import { appendAudit, type Change } from './audit-repository.ts';
import { createTimedPage, decodeTimeCursor, type Page, type PageRequest, selectExactTime } from './cursor.ts';
import type { QueryBuilder } from './query-builder.ts';
import { storeErrors } from './store-error.ts';
import { toQueryable } from './to-queryable.ts';

export interface ApprovalRow {
  id: string;
  projectId: string;
  workflowId: string;
  workflowName: string | null;
  executionId: string;
  path: string;
  /** Cancelled also when its execution ended without saying so. */
  status: ApprovalStatus;
  title: string;
  message: string;
  role: ApproverRole | null;
  people: string[];
  escalateAt: Date | null;
  escalationRole: ApproverRole | null;
  escalationPeople: string[];
  fields: ApprovalField[];
  createdAt: Date;
  expiresAt: Date | null;
  decidedAt: Date | null;
  decidedBy: Decider | null;
  comment: string | null;
  values: JsonObject | null;
  /** By whoever was named in the query; false where nobody was. */
  mayDecide: boolean;
}

/** Somebody who may be an approver. `role` is the one in the project; null for those who have none. */
export interface Person {
  userId: string | null;
  email: string;
  role: ApproverRole | null;
}

export interface ApprovalFilter extends PageRequest {
  status?: readonly ApprovalStatus[] | undefined;
  /** Only those that the person may decide now. */
  mine?: boolean | undefined;
  executionId?: string | undefined;
}

export class ApprovalRepository {
  readonly #db: QueryBuilder;

  constructor(db: QueryBuilder) {
    this.#db = db;
  }

  /** Newest first. */
  async list(
    projectId: string,
    person: Person | undefined,
    filter: ApprovalFilter,
  ): Promise<Page<ApprovalRow>> {
    const shown = this.#select(person);
    let query = shown.where('approvals.projectId', '=', projectId);
    const { status, executionId, mine } = filter;
    if (executionId !== undefined) query = query.where('approvals.executionId', '=', executionId);
    if (mine) query = query.where(mayDecide(person), '=', true);
    if (status?.length === 1 && status[0] === 'open')
      query = query.where('approvals.status', '=', 'open').where(isOpen, '=', true);
    else if (status !== undefined) query = query.where(shownStatus, 'in', [...status]);
    if (filter.cursor !== undefined) {
      const { at, id } = decodeTimeCursor(filter.cursor);
      query = query.where((eb) =>
        eb(eb.refTuple('approvals.createdAt', 'approvals.id'), '<', eb.tuple(at, id)),
      );
    }
    const rows = await query
      .select(selectExactTime('approvals.createdAt'))
      .orderBy('approvals.createdAt', 'desc')
      .orderBy('approvals.id', 'desc')
      .limit(filter.limit + 1)
      .execute();
    return createTimedPage(rows, filter.limit);
  }

  /** Throws APPROVAL_NOT_FOUND. */
  async read(projectId: string, approvalId: string, person: Person | undefined): Promise<ApprovalRow> {
    const row = await this.#select(person)
      .where('approvals.projectId', '=', projectId)
      .where('approvals.id', '=', approvalId)
      .executeTakeFirst();
    if (row === undefined) throw storeErrors.create('APPROVAL_NOT_FOUND');
    return row;
  }

  /** For the holder of a link, who knows the step. */
  findByStep(
    projectId: string,
    { executionId, path }: { executionId: string; path: string },
    person: Person,
  ): Promise<ApprovalRow | undefined> {
    return this.#select(person)
      .where('approvals.projectId', '=', projectId)
      .where('approvals.executionId', '=', executionId)
      .where('approvals.path', '=', path)
      .executeTakeFirst();
  }

  /**
   * Decides, once. Whether the person may is the caller's to ask first: it only becomes more as time goes on.
   * Throws APPROVAL_NOT_FOUND, APPROVAL_DECIDED, APPROVAL_EXPIRED or APPROVAL_CLOSED.
   */
  decide(
    change: Change,
    approvalId: string,
    decision: ApprovalDecision,
  ): Promise<{ executionId: string; wake: Wake }> {
    return this.#db.transaction().execute(async (trx) => {
      const { projectId } = change;
      const approval = await trx
        .selectFrom('approvals')
        .select(['executionId', 'path', 'title'])
        .where('projectId', '=', projectId)
        .where('id', '=', approvalId)
        .executeTakeFirst();
      if (approval === undefined) throw storeErrors.create('APPROVAL_NOT_FOUND');
      const { executionId, path, title } = approval;
      // The lock of the execution, which this takes, orders two decisions and the end of the wait.
      const delivered = await deliverMessage(toQueryable(trx), {
        id: createUuid(),
        projectId,
        to: { executionId },
        channel: `approval:${path}`,
        once: true,
        body: { kind: 'decision', decision },
        idempotencyKey: null,
      });
      if (delivered.outcome !== 'delivered')
        throw await this.#explain(trx, approvalId, delivered.outcome === 'ended');
      const event = decision.decision === 'approved' ? 'approve' : 'reject';
      const decided = await trx
        .updateTable('approvals')
        .set({
          status: moveApproval('open', event),
          decidedAt: sql<Date>`now()`,
          decidedBy: JSON.stringify(decision.by),
          comment: decision.comment,
          values: JSON.stringify(decision.values),
        })
        .where('projectId', '=', projectId)
        .where('id', '=', approvalId)
        .where('status', '=', 'open')
        .where(isInTime, '=', true)
        .returning('id')
        .executeTakeFirst();
      if (decided === undefined) throw await this.#explain(trx, approvalId, false);
      await appendAudit(trx, change, {
        action: `approval-${decision.decision}`,
        resourceKind: 'approval',
        resourceId: approvalId,
        details: { title, executionId: encodeId('execution', executionId) },
      });
      return { executionId, wake: delivered.wake };
    });
  }

  /**
   * Withdraws what is still asked for executions that have ended: their ends do so, but those of a version that no worker
   * can read any more. Gives how many there were. Index: approvals_open.
   */
  async withdrawEnded(): Promise<number> {
    const result = await sql`
      UPDATE approvals SET status = 'cancelled', decided_at = now() WHERE id IN (
        SELECT a.id FROM approvals a JOIN executions e ON e.id = a.execution_id
        WHERE a.status = 'open' AND e.status IN ('succeeded', 'failed', 'cancelled')
        ORDER BY a.id FOR UPDATE OF a SKIP LOCKED LIMIT 1000)`.execute(this.#db);
    return Number(result.numAffectedRows ?? 0);
  }

  async #explain(db: QueryBuilder, approvalId: string, hasEnded: boolean): Promise<NavetteError> {
    const row = await db
      .selectFrom('approvals')
      .select(['status', 'decidedBy', 'decidedAt'])
      .where('id', '=', approvalId)
      .executeTakeFirstOrThrow();
    return explainUndecidable(hasEnded && row.status === 'open' ? { ...row, status: 'cancelled' } : row);
  }

  #select(person: Person | undefined) {
    return this.#db
      .selectFrom('approvals')
      .leftJoin('workflows', 'workflows.id', 'approvals.workflowId')
      .leftJoin('executions', 'executions.id', 'approvals.executionId')
      .select([
        'approvals.id',
        'approvals.projectId',
        'approvals.workflowId',
        'workflows.name as workflowName',
        'approvals.executionId',
        'approvals.path',
        shownStatus.as('status'),
        'approvals.title',
        'approvals.message',
        'approvals.role',
        'approvals.people',
        'approvals.escalateAt',
        'approvals.escalationRole',
        'approvals.escalationPeople',
        'approvals.fields',
        'approvals.createdAt',
        'approvals.expiresAt',
        'approvals.decidedAt',
        'approvals.decidedBy',
        'approvals.comment',
        'approvals.values',
        mayDecide(person).as('mayDecide'),
      ]);
  }
}

/** Why there is nothing to decide any more. One that is still open was not decided in time. */
export function explainUndecidable({
  status,
  decidedAt,
  decidedBy,
}: Pick<ApprovalRow, 'status' | 'decidedAt' | 'decidedBy'>): NavetteError {
  if (decidedBy !== null && decidedAt !== null) {
    const params = { name: decidedBy.name, decision: status, at: decidedAt.toISOString() };
    return storeErrors.create('APPROVAL_DECIDED', { params });
  }
  return storeErrors.create(status === 'cancelled' ? 'APPROVAL_CLOSED' : 'APPROVAL_EXPIRED');
}

const isInTime = sql<boolean>`(expires_at IS NULL OR expires_at > now())`;
/** The execution that asks is not over. */
const isOpen = sql<boolean>`coalesce(executions.status IN ('queued', 'running', 'waiting'), false)`;
const shownStatus = sql<ApprovalStatus>`CASE WHEN approvals.status = 'open' AND NOT ${isOpen} THEN 'cancelled' ELSE approvals.status END`;

function mayDecide(person: Person | undefined): RawBuilder<boolean> {
  if (person === undefined) return sql<boolean>`false`;
  const names = [person.email.toLowerCase()];
  if (person.userId !== null) names.push(encodeId('user', person.userId));
  // Everybody has every role below the own one.
  const roles = person.role === null ? [] : approverRoles.slice(approverRoles.indexOf(person.role));
  const isAmong = (role: string, people: string) =>
    sql<boolean>`(coalesce(${sql.ref(role)} = ANY (${roles}::text[]), false) OR ${sql.ref(people)} && ${names}::text[])`;
  return sql<boolean>`(approvals.status = 'open' AND ${isOpen} AND ${isInTime} AND (${isAmong('approvals.role', 'approvals.people')}
    OR (coalesce(approvals.escalate_at <= now(), false) AND ${isAmong('approvals.escalationRole', 'approvals.escalationPeople')})))`;
}
