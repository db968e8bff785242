import type { ExecutionMode, ExecutionStatus, StepStatus } from '@navette/contracts';
import {
  IconAlertTriangle,
  IconBan,
  IconCircleCheck,
  IconCircleDashed,
  IconHourglass,
  IconLoader2,
  IconPlayerSkipForward,
  IconRefresh,
  type TablerIcon,
} from '@tabler/icons-react';
import type { PlainKey } from '../i18n/i18n.tsx';

export interface StatusLook {
  label: PlainKey;
  icon: TablerIcon;
  /** A colour of the theme. */
  color: string;
  spins?: boolean;
}

export const executionLooks: Readonly<Record<ExecutionStatus, StatusLook>> = {
  queued: { label: 'status.queued', icon: IconCircleDashed, color: 'gray' },
  running: { label: 'status.running', icon: IconLoader2, color: 'warp', spins: true },
  waiting: { label: 'status.waiting', icon: IconHourglass, color: 'yellow' },
  succeeded: { label: 'status.succeeded', icon: IconCircleCheck, color: 'weft' },
  failed: { label: 'status.failed', icon: IconAlertTriangle, color: 'red' },
  cancelled: { label: 'status.cancelled', icon: IconBan, color: 'gray' },
};

export const stepLooks: Readonly<Record<StepStatus, StatusLook>> = {
  pending: { label: 'status.pending', icon: IconCircleDashed, color: 'gray' },
  running: executionLooks.running,
  retrying: { label: 'status.retrying', icon: IconRefresh, color: 'orange' },
  waiting: executionLooks.waiting,
  succeeded: executionLooks.succeeded,
  failed: executionLooks.failed,
  skipped: { label: 'status.skipped', icon: IconPlayerSkipForward, color: 'gray' },
  cancelled: executionLooks.cancelled,
};

export const modeLabels: Readonly<Record<ExecutionMode, PlainKey>> = {
  manual: 'mode.manual',
  webhook: 'mode.webhook',
  schedule: 'mode.schedule',
  api: 'mode.api',
  child: 'mode.child',
  retry: 'mode.retry',
  rerun: 'mode.rerun',
  fork: 'mode.fork',
  error: 'mode.error',
  compensation: 'mode.compensation',
};
