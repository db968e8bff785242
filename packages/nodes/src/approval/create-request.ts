import type { ApprovalRequest, Approvers, TimeoutRule, WaitTimeout } from '@navette/contracts';
import { nodeErrors } from '@navette/node-sdk';
import { assertSensibleWait, toMs } from '../wait/duration.ts';
import type { ApprovalParameters } from './parameters.ts';

/** Throws NODE_INPUT_INVALID when nobody could decide. */
export function createRequest(parameters: ApprovalParameters, nowMs: number): ApprovalRequest {
  const { title, message, role, people, fields, escalate } = parameters;
  const request: ApprovalRequest = { title, message, approvers: toApprovers(role, people), fields };
  if (escalate) {
    const { escalateAmount, escalateUnit, escalateRole, escalatePeople } = parameters;
    const afterMs = toMs(escalateAmount, escalateUnit);
    assertSensibleWait(afterMs);
    request.escalation = { atMs: nowMs + afterMs, approvers: toApprovers(escalateRole, escalatePeople) };
  }
  for (const field of fields) {
    if (field.type === 'choice' && field.options.length === 0)
      throw invalid(`the field "${field.name}" is a choice without options`);
  }
  if (new Set(fields.map((field) => field.name)).size < fields.length)
    throw invalid('two fields have the same name');
  return request;
}

/** Throws NODE_INPUT_INVALID for a wait that nobody can mean. */
export function createExpiry(parameters: ApprovalParameters, nowMs: number): { timeout?: WaitTimeout } {
  if (!parameters.limited) return {};
  const waitMs = toMs(parameters.amount, parameters.unit);
  assertSensibleWait(waitMs);
  return { timeout: { atMs: nowMs + waitMs, rule: rules[parameters.onTimeout] } };
}

const rules: Readonly<Record<ApprovalParameters['onTimeout'], TimeoutRule>> = {
  port: { port: 'expired' },
  approve: { port: 'approved' },
  reject: { port: 'rejected' },
  error: 'error',
};

function toApprovers(role: ApprovalParameters['role'], people: readonly string[]): Approvers {
  const named = people.map((person) => person.toLowerCase());
  const unknown = named.find(
    (person) => !/^usr_[0-9a-f]{32}$/.test(person) && !/^[^\s@]+@[^\s@]+$/.test(person),
  );
  if (unknown !== undefined) throw invalid(`"${unknown}" is neither an e-mail address nor the id of a user`);
  if (role === 'none' && named.length === 0) throw invalid('nobody may decide: name a role or people');
  return { role: role === 'none' ? null : role, people: [...new Set(named)] };
}

function invalid(detail: string) {
  return nodeErrors.create('NODE_INPUT_INVALID', { params: { detail } });
}
