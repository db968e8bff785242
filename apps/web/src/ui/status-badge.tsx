import type { ExecutionStatus, StepStatus } from '@navette/contracts';
import { useI18n } from '../i18n/i18n.tsx';
import { executionLooks, type StatusLook, stepLooks } from './status.ts';
import classes from './status-badge.module.css';

export function ExecutionStatusBadge({ status }: { status: ExecutionStatus }) {
  return <StatusBadge look={executionLooks[status]} />;
}

export function StepStatusBadge({ status }: { status: StepStatus }) {
  return <StatusBadge look={stepLooks[status]} />;
}

export function StatusBadge({ look }: { look: StatusLook }) {
  const { t } = useI18n();
  return (
    <span className={classes['badge']} data-color={look.color}>
      <look.icon size={14} stroke={2.1} aria-hidden className={look.spins ? classes['spin'] : undefined} />
      {t(look.label)}
    </span>
  );
}
