import type { ApprovalStatus } from '@navette/contracts';
import { IconAlertTriangle, IconBan, IconCircleCheck, IconClockX, IconHourglass } from '@tabler/icons-react';
import type { StatusLook } from '../../ui/status.ts';
import { StatusBadge } from '../../ui/status-badge.tsx';

const looks: Readonly<Record<ApprovalStatus, StatusLook>> = {
  open: { label: 'approvals.open', icon: IconHourglass, color: 'yellow' },
  approved: { label: 'approvals.approved', icon: IconCircleCheck, color: 'weft' },
  rejected: { label: 'approvals.rejected', icon: IconAlertTriangle, color: 'red' },
  expired: { label: 'approvals.expired', icon: IconClockX, color: 'gray' },
  cancelled: { label: 'approvals.cancelled', icon: IconBan, color: 'gray' },
};

export function ApprovalStatusBadge({ status }: { status: ApprovalStatus }) {
  return <StatusBadge look={looks[status]} />;
}
