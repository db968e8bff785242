import { Button, FileButton, Group, Modal, Paper, Stack, Text } from '@mantine/core';
import { routes, type WorkflowFile } from '@navette/contracts';
import { isRecord } from '@navette/kit/portable';
import { IconFileImport } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type DragEvent, useState } from 'react';
import { callRoute } from '../../api/call-route.ts';
import { useI18n } from '../../i18n/i18n.tsx';
import { parseJson } from '../../json/parse-json.ts';
import { ProblemAlert } from '../../ui/problem-alert.tsx';

interface DialogProps {
  opened: boolean;
  onClose(): void;
}

/** Takes a file that was exported before; the server says what is wrong with it, field by field. */
export function ImportDialog({ opened, onClose }: DialogProps) {
  const { t } = useI18n();
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t('workflows.import')}
      size="lg"
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      {opened && <ImportForm onClose={onClose} />}
    </Modal>
  );
}

function ImportForm({ onClose }: { onClose(): void }) {
  const { t } = useI18n();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [over, setOver] = useState(false);
  const [unreadable, setUnreadable] = useState<string>();
  const create = useMutation({
    mutationFn: (file: WorkflowFile) => callRoute(routes.createWorkflow, { body: file }),
    async onSuccess(workflow) {
      void client.invalidateQueries({ queryKey: ['workflows', 'list'] });
      onClose();
      await navigate({ to: '/workflows/$workflowId', params: { workflowId: workflow.id }, search: {} });
    },
  });

  const take = async (file: File | null | undefined) => {
    if (!file) return;
    create.reset();
    const parsed = parseJson(await file.text());
    if (!parsed.ok) {
      const place = parsed.line === undefined ? '' : `:${parsed.line}:${parsed.column}`;
      setUnreadable(t('workflows.notJson', { file: `${file.name}${place}` }));
      return;
    }
    if (!isRecord(parsed.value)) {
      setUnreadable(t('workflows.notWorkflow', { file: file.name }));
      return;
    }
    setUnreadable(undefined);
    create.mutate(parsed.value as unknown as WorkflowFile);
  };
  const onDrop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    void take(event.dataTransfer.files[0]);
  };
  return (
    <Stack>
      <Paper
        p="xl"
        radius="lg"
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={onDrop}
        bg={over ? 'var(--mantine-color-warp-light)' : 'var(--navette-ground)'}
        style={{ border: `2px dashed ${over ? 'var(--mantine-color-warp-5)' : 'var(--navette-border)'}` }}
      >
        <Stack align="center" gap="sm">
          <IconFileImport size={34} stroke={1.4} aria-hidden />
          <Text size="sm" ta="center">
            {t('workflows.dropFile')}
          </Text>
          <FileButton
            accept="application/json,.json"
            onChange={take}
            inputProps={{ 'aria-label': t('workflows.chooseFile') }}
          >
            {(props) => (
              <Button {...props} variant="default" loading={create.isPending} data-autofocus>
                {t('workflows.chooseFile')}
              </Button>
            )}
          </FileButton>
        </Stack>
      </Paper>
      {unreadable && (
        <Text c="var(--mantine-color-error)" size="sm" role="alert">
          {unreadable}
        </Text>
      )}
      <ProblemAlert error={create.error} />
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          {t('common.cancel')}
        </Button>
      </Group>
    </Stack>
  );
}
