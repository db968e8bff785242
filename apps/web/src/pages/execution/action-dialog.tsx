import { Modal } from '@mantine/core';
import type { ExecutionDetail } from '@navette/contracts';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { StepView } from '../../execution/step-view.ts';
import { useI18n } from '../../i18n/i18n.tsx';
import { useNotify } from '../../ui/notify.ts';
import { ReplayForm } from '../replay/replay-form.tsx';
import type { ExecutionAction } from './execution-action.ts';
import { ForkForm } from './fork-form.tsx';
import { RerunForm } from './rerun-form.tsx';

interface ActionDialogProps {
  detail: ExecutionDetail;
  steps: readonly StepView[];
  action: ExecutionAction | undefined;
  onClose(): void;
}

/** Asks how to rerun, fork or replay an execution. */
export function ActionDialog({ detail, steps, action, onClose }: ActionDialogProps) {
  const { t } = useI18n();
  const client = useQueryClient();
  const navigate = useNavigate();
  const notify = useNotify();
  const show = (notice: string) => async (executionId: string) => {
    onClose();
    notify.success(notice);
    void client.invalidateQueries({ queryKey: ['executions', 'list'] });
    await navigate({ to: '/executions/$executionId', params: { executionId }, search: {} });
  };
  const name = detail.workflowName;
  const titles = {
    rerun: t('again.rerunTitle', { name }),
    fork: t('again.forkTitle', { name }),
    replay: t('replay.title', { name }),
  };
  return (
    <Modal
      opened={action !== undefined}
      onClose={onClose}
      title={action && titles[action.kind]}
      size={action?.kind === 'replay' ? 'xl' : 'lg'}
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      {action?.kind === 'rerun' && (
        <RerunForm
          detail={detail}
          steps={steps}
          first={action.step}
          onClose={onClose}
          onStarted={show(t('again.rerunNotice'))}
        />
      )}
      {action?.kind === 'fork' && (
        <ForkForm
          detail={detail}
          steps={steps}
          first={action.step}
          onClose={onClose}
          onStarted={show(t('again.forkNotice'))}
        />
      )}
      {action?.kind === 'replay' && (
        <ReplayForm workflowId={detail.workflowId} execution={detail} onClose={onClose} />
      )}
    </Modal>
  );
}
