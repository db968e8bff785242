import { Modal } from '@mantine/core';
import type { WorkflowDetail } from '@navette/contracts';
import { useI18n } from '../../i18n/i18n.tsx';
import { ReplayForm } from './replay-form.tsx';

interface ReplayDialogProps {
  workflow: WorkflowDetail;
  opened: boolean;
  onClose(): void;
}

/** Replays the last executions of a workflow against another version of it. */
export function ReplayDialog({ workflow, opened, onClose }: ReplayDialogProps) {
  const { t } = useI18n();
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t('replay.lastTitle', { name: workflow.name })}
      size="xl"
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      {opened && <ReplayForm workflowId={workflow.id} onClose={onClose} />}
    </Modal>
  );
}
