import { Button, Modal, Stack, Textarea, TextInput } from '@mantine/core';
import { routes } from '@navette/contracts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { callRoute } from '../../api/call-route.ts';
import { workflowQuery } from '../../api/queries.ts';
import { useI18n } from '../../i18n/i18n.tsx';
import { DialogActions } from '../../ui/dialog-actions.tsx';
import { ProblemAlert } from '../../ui/problem-alert.tsx';
import { createStartDefinition } from './start-definition.ts';

interface DialogProps {
  opened: boolean;
  onClose(): void;
}

/** A new workflow with a manual start in it, so that it can be run at once. */
export function CreateDialog({ opened, onClose }: DialogProps) {
  const { t } = useI18n();
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t('workflows.create')}
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      {opened && <CreateForm onClose={onClose} />}
    </Modal>
  );
}

function CreateForm({ onClose }: { onClose(): void }) {
  const { t } = useI18n();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [name, setName] = useState('');
  const [description, setDescription] = useState('');
  const [checked, setChecked] = useState(false);
  const create = useMutation({
    mutationFn: () =>
      callRoute(routes.createWorkflow, {
        body: { name: name.trim(), description, definition: createStartDefinition(t('workflows.startNode')) },
      }),
    async onSuccess(workflow) {
      client.setQueryData(workflowQuery(workflow.id).queryKey, workflow);
      void client.invalidateQueries({ queryKey: ['workflows', 'list'] });
      onClose();
      await navigate({ to: '/workflows/$workflowId', params: { workflowId: workflow.id }, search: {} });
    },
  });
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    setChecked(true);
    if (name.trim() !== '') create.mutate();
  };
  return (
    <form onSubmit={onSubmit} noValidate>
      <Stack>
        <TextInput
          data-autofocus
          label={t('workflow.name')}
          maxLength={200}
          value={name}
          error={checked && name.trim() === '' ? t('form.required') : undefined}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Textarea
          label={t('workflow.descriptionLabel')}
          autosize
          minRows={2}
          value={description}
          onChange={(event) => setDescription(event.currentTarget.value)}
        />
        <ProblemAlert error={create.error} />
        <DialogActions onClose={onClose}>
          <Button type="submit" loading={create.isPending}>
            {t('common.create')}
          </Button>
        </DialogActions>
      </Stack>
    </form>
  );
}
