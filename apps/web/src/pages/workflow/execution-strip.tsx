import { ActionIcon, Button, Tooltip } from '@mantine/core';
import { isTerminal } from '@navette/contracts';
import { IconX } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { LiveExecution } from '../../execution/use-live-execution.ts';
import { useI18n } from '../../i18n/i18n.tsx';
import { LiveDuration } from '../../ui/live-duration.tsx';
import { useProblemText } from '../../ui/problem-text.ts';
import { ExecutionStatusBadge } from '../../ui/status-badge.tsx';
import classes from './workflow-view.module.css';

interface ExecutionStripProps {
  executionId: string;
  live: LiveExecution;
  onClose(): void;
  onRunAgain(): void;
}

/** Floats above the canvas while it shows an execution. */
export function ExecutionStrip({ executionId, live, onClose, onRunAgain }: ExecutionStripProps) {
  const { t } = useI18n();
  const toText = useProblemText();
  const { detail } = live;
  return (
    <div className={classes['strip']} role="status" aria-label={t('execution.title')}>
      {detail ? (
        <>
          <ExecutionStatusBadge status={detail.status} />
          <LiveDuration startedAt={detail.startedAt} finishedAt={detail.finishedAt} />
          {isTerminal(detail.status) && (
            <Button size="compact-sm" variant="subtle" onClick={onRunAgain}>
              {t('workflow.runAgain')}
            </Button>
          )}
        </>
      ) : (
        <span>{live.error ? toText(live.error).title : t('common.loading')}</span>
      )}
      <Button
        size="compact-sm"
        variant="light"
        renderRoot={(props) => (
          <Link to="/executions/$executionId" params={{ executionId }} search={{}} {...props} />
        )}
      >
        {t('workflow.openExecution')}
      </Button>
      <Tooltip label={t('workflow.backToDraft')}>
        <ActionIcon variant="subtle" color="gray" onClick={onClose} aria-label={t('workflow.backToDraft')}>
          <IconX size={16} />
        </ActionIcon>
      </Tooltip>
    </div>
  );
}
