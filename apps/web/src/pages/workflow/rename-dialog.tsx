import { Button, Modal, Stack, Textarea, TextInput } from '@mantine/core';
import { routes, type WorkflowDetail } from '@navette/contracts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { callRoute } from '../../api/call-route.ts';
import { workflowQuery } from '../../api/queries.ts';
import { useI18n } from '../../i18n/i18n.tsx';
import { DialogActions } from '../../ui/dialog-actions.tsx';
import { ProblemAlert } from '../../ui/problem-alert.tsx';

interface RenameDialogProps {
  workflow: WorkflowDetail;
  opened: boolean;
  onClose(): void;
}

export function RenameDialog({ workflow, opened, onClose }: RenameDialogProps) {
  const { t } = useI18n();
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t('workflow.rename')}
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      {opened && <RenameForm workflow={workflow} onClose={onClose} />}
    </Modal>
  );
}

function RenameForm({ workflow, onClose }: { workflow: WorkflowDetail; onClose(): void }) {
  const { t } = useI18n();
  const client = useQueryClient();
  const [name, setName] = useState(workflow.name);
  const [description, setDescription] = useState(workflow.description);
  const rename = useMutation({
    mutationFn: () =>
      callRoute(routes.updateWorkflow, {
        params: { workflowId: workflow.id },
        body: { name: name.trim(), description },
      }),
    onSuccess(detail) {
      client.setQueryData(workflowQuery(workflow.id).queryKey, detail);
      void client.invalidateQueries({ queryKey: ['workflows', 'list'] });
      onClose();
    },
  });
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    if (name.trim() !== '') rename.mutate();
  };
  return (
    <form onSubmit={onSubmit} noValidate>
      <Stack>
        <TextInput
          data-autofocus
          label={t('workflow.name')}
          maxLength={200}
          value={name}
          error={name.trim() === '' ? t('form.required') : undefined}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Textarea
          label={t('workflow.descriptionLabel')}
          autosize
          minRows={2}
          value={description}
          onChange={(event) => setDescription(event.currentTarget.value)}
        />
        <ProblemAlert error={rename.error} />
        <DialogActions onClose={onClose}>
          <Button type="submit" loading={rename.isPending}>
            {t('common.save')}
          </Button>
        </DialogActions>
      </Stack>
    </form>
  );
}
