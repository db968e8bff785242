import type { ApproverRole, Approvers } from '@navette/contracts';
import type { I18n, PlainKey } from '../../i18n/i18n.tsx';

const roleLabels: Readonly<Record<ApproverRole, PlainKey>> = {
  owner: 'approvals.roleOwner',
  admin: 'approvals.roleAdmin',
  editor: 'approvals.roleEditor',
  operator: 'approvals.roleOperator',
  viewer: 'approvals.roleViewer',
};

/** "Operators and above, ana@example.com". */
export function toApproversText({ role, people }: Approvers, { t }: Pick<I18n, 't'>): string {
  return [...(role === null ? [] : [t(roleLabels[role])]), ...people].join(', ');
}
