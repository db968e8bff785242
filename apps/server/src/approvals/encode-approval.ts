import type { Approval, Approvers, LinkedApproval } from '@navette/contracts';
import { encodeId } from '@navette/kit';
import type { ApprovalRow } from '@navette/store';

export function encodeApproval(row: ApprovalRow): Approval {
  const { escalateAt, escalationPeople, escalationRole } = row;
  const escalation: Approvers | null = escalateAt && { role: escalationRole, people: escalationPeople };
  return {
    id: encodeId('approval', row.id),
    ...encodeQuestion(row),
    executionId: encodeId('execution', row.executionId),
    workflowId: encodeId('workflow', row.workflowId),
    workflowName: row.workflowName ?? '',
    stepPath: row.path,
    approvers: { role: row.role, people: row.people },
    escalateAt: encodeTime(escalateAt),
    escalation,
    mayDecide: row.mayDecide,
    decidedBy: row.decidedBy,
    comment: row.comment,
    values: row.values,
  };
}

/** What the holder of a link sees: the question, and nothing of who else may answer it. */
export function encodeLinkedApproval(row: ApprovalRow, person: string): LinkedApproval {
  const { mayDecide, workflowName } = row;
  return { ...encodeQuestion(row), workflowName: workflowName ?? '', person, mayDecide };
}

function encodeQuestion({ title, message, fields, status, createdAt, expiresAt, decidedAt }: ApprovalRow) {
  return {
    title,
    message,
    fields,
    status,
    createdAt: createdAt.toISOString(),
    expiresAt: encodeTime(expiresAt),
    decidedAt: encodeTime(decidedAt),
  };
}

function encodeTime(time: Date | null): string | null {
  return time?.toISOString() ?? null;
}
