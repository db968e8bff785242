import type { DecideRequest, Decider } from '@navette/contracts';
import { encodeId, type NavetteError } from '@navette/kit';
import { type ApprovalRow, type Change, explainUndecidable, type Person } from '@navette/store';
import { encodeApproval, encodeLinkedApproval } from '../approvals/encode-approval.ts';
import { parseValues } from '../approvals/parse-values.ts';
import { readPerson } from '../approvals/read-person.ts';
import { apiErrors } from '../http/api-error.ts';
import { type Caller, toChange } from '../http/caller.ts';
import type { RouteHandlers } from '../http/route-handler.ts';
import { toBareId } from './bare-id.ts';
import type { ServerServices } from './server-services.ts';

type ApprovalHandlers = Pick<
  RouteHandlers,
  'listApprovals' | 'getApproval' | 'decideApproval' | 'readLinkedApproval' | 'decideLinkedApproval'
>;

export function createApprovalHandlers({ engine, links, repositories }: ServerServices): ApprovalHandlers {
  const { approvals } = repositories;

  async function decide(
    change: Change,
    approval: ApprovalRow,
    by: Decider,
    request: DecideRequest,
  ): Promise<void> {
    const { comment, decision } = request;
    // Only what the store said of this person counts here.
    if (!approval.mayDecide) throw refuse(approval);
    const { executionId, wake } = await approvals.decide(change, approval.id, {
      decision: decision === 'approve' ? 'approved' : 'rejected',
      by,
      comment,
      values: parseValues(approval.fields, request),
      at: new Date().toISOString(),
    });
    engine.post.announce(executionId, wake);
  }

  /** The approval of a link, as the person sees it who it was made out to. Throws LINK_NOT_FOUND or LINK_EXPIRED. */
  async function follow(token: string): Promise<{ approval: ApprovalRow; person: string }> {
    const claims = await links.read('approval', token);
    if (claims?.person === undefined) throw apiErrors.create('LINK_NOT_FOUND');
    if (claims.expiresAt <= Date.now()) throw apiErrors.create('LINK_EXPIRED');
    const { executionId, path, person, projectId } = claims;
    const holder: Person = { userId: null, email: person, role: null };
    const approval = await approvals.findByStep(projectId, { executionId, path }, holder);
    // The step may not have come so far yet.
    if (approval === undefined) throw apiErrors.create('LINK_NOT_FOUND');
    return { approval, person };
  }

  return {
    async listApprovals({ query, caller }) {
      const person = await readPerson(repositories, caller);
      const { executionId, ...filter } = query;
      const page = await approvals.list(caller.project.id, person, {
        ...filter,
        executionId: executionId && toBareId('execution', executionId),
      });
      return { items: page.items.map(encodeApproval), nextCursor: page.nextCursor };
    },

    async getApproval({ params, caller }) {
      const person = await readPerson(repositories, caller);
      const id = toBareId('approval', params.approvalId);
      return encodeApproval(await approvals.read(caller.project.id, id, person));
    },

    async decideApproval({ params, body, caller }) {
      const person = await readPerson(repositories, caller);
      const id = toBareId('approval', params.approvalId);
      const approval = await approvals.read(caller.project.id, id, person);
      if (person === undefined) throw apiErrors.create('APPROVAL_FORBIDDEN');
      await decide(toChange(caller), approval, toDecider(caller, person), body);
      return encodeApproval(await approvals.read(caller.project.id, id, person));
    },

    async readLinkedApproval({ body }) {
      const { approval, person } = await follow(body.token);
      return encodeLinkedApproval(approval, person);
    },

    async decideLinkedApproval({ body }) {
      const { token, ...request } = body;
      const { approval, person } = await follow(token);
      const change: Change = { projectId: approval.projectId, actor: { kind: 'link', id: person } };
      await decide(change, approval, { kind: 'link', id: person, name: person }, request);
      return encodeLinkedApproval((await follow(token)).approval, person);
    },
  };
}

/** Somebody who comes second is told who was first, rather than that it is none of their business. */
function refuse(approval: ApprovalRow): NavetteError {
  const isLate = approval.expiresAt !== null && approval.expiresAt.getTime() <= Date.now();
  const over = approval.status !== 'open' || isLate;
  return over ? explainUndecidable(approval) : apiErrors.create('APPROVAL_FORBIDDEN');
}

/** Never the key alone: what it does, it does for a person. */
function toDecider({ kind }: Caller, { userId, name }: Person & { name: string }): Decider {
  return { kind, id: encodeId('user', userId!), name };
}
