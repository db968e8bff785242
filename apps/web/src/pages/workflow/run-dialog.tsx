import { Alert, Button, Group, Modal, SegmentedControl, Select, Stack, Text } from '@mantine/core';
import { type RunRequest, routes, type WorkflowDetail, type WorkflowNode } from '@navette/contracts';
import { IconInfoCircle, IconPlayerPlay } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { callRoute } from '../../api/call-route.ts';
import { versionQuery } from '../../api/queries.ts';
import { useNodeTypes } from '../../canvas/use-node-types.ts';
import { useI18n } from '../../i18n/i18n.tsx';
import { DialogActions } from '../../ui/dialog-actions.tsx';
import { ProblemAlert } from '../../ui/problem-alert.tsx';
import { FileInsert } from './file-insert.tsx';
import { JsonInput } from './json-input.tsx';
import { createFirstInput, parseRunInput } from './run-input.ts';

interface RunDialogProps {
  workflow: WorkflowDetail;
  opened: boolean;
  onClose(): void;
  onStarted(executionId: string): void;
}

export function RunDialog({ workflow, opened, onClose, onStarted }: RunDialogProps) {
  const { t } = useI18n();
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t('run.title', { name: workflow.name })}
      size="lg"
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      {opened && <RunForm workflow={workflow} onClose={onClose} onStarted={onStarted} />}
    </Modal>
  );
}

type Target = 'draft' | 'published';

/** The last input of each workflow, as long as the page is open. */
const lastInputs = new Map<string, string>();

function RunForm({ workflow, onClose, onStarted }: Omit<RunDialogProps, 'opened'>) {
  const { t } = useI18n();
  const [target, setTarget] = useState<Target>('draft');
  const triggers = useTriggers(workflow, target);
  const [chosen, setChosen] = useState<string>();
  const trigger =
    triggers.find((node) => node.id === chosen) ??
    triggers.find((node) => node.type === 'manual-trigger') ??
    triggers[0];
  const [text, setText] = useState(lastInputs.get(workflow.id));
  const input = text ?? createFirstInput(trigger);
  const check = parseRunInput(input);

  const run = useMutation({
    mutationFn: (body: RunRequest) =>
      callRoute(
        routes.runWorkflow,
        { params: { workflowId: workflow.id }, body },
        { idempotencyKey: crypto.randomUUID() },
      ),
    onSuccess({ executionId }) {
      if (text !== undefined) lastInputs.set(workflow.id, text);
      onClose();
      onStarted(executionId);
    },
  });
  const start = () => {
    if (check.problem) return;
    run.mutate({
      target,
      ...(trigger ? { triggerNodeId: trigger.id } : {}),
      ...(check.input === undefined ? {} : { input: check.input }),
    });
  };

  return (
    <Stack>
      {workflow.published && (
        <SegmentedControl
          aria-label={t('run.target')}
          value={target}
          onChange={(value) => setTarget(value as Target)}
          data={[
            { value: 'draft', label: t('run.draft') },
            { value: 'published', label: t('run.published') },
          ]}
        />
      )}
      {triggers.length > 1 && (
        <Select
          label={t('run.trigger')}
          allowDeselect={false}
          value={trigger?.id ?? null}
          onChange={(value) => setChosen(value ?? undefined)}
          data={triggers.map((node) => ({ value: node.id, label: node.name }))}
        />
      )}
      {triggers.length === 0 && (
        <Alert color="yellow" variant="light" icon={<IconInfoCircle size={18} />}>
          {t('run.noTrigger')}
        </Alert>
      )}
      <div>
        <Group justify="space-between" mb={6}>
          <Text size="sm" fw={500}>
            {t('run.input')}
          </Text>
          <FileInsert text={input} onInsert={setText} />
        </Group>
        <JsonInput
          value={input}
          onChange={setText}
          label={t('run.input')}
          minHeight="140px"
          maxHeight="44vh"
          check={check}
          help={t('run.inputHelp')}
        />
      </div>
      <ProblemAlert error={run.error} />
      <DialogActions onClose={onClose}>
        <Button
          data-autofocus
          leftSection={<IconPlayerPlay size={16} />}
          disabled={check.problem !== undefined}
          loading={run.isPending}
          onClick={start}
        >
          {t('workflow.run')}
        </Button>
      </DialogActions>
    </Stack>
  );
}

function useTriggers(workflow: WorkflowDetail, target: Target): readonly WorkflowNode[] {
  const nodeTypes = useNodeTypes();
  const versionId = workflow.publishedVersionId;
  const published = useQuery({
    ...versionQuery(workflow.id, versionId ?? ''),
    enabled: target === 'published' && versionId !== null,
  });
  const definition = target === 'published' ? published.data?.definition : workflow.definition;
  return useMemo(
    () => definition?.nodes.filter((node) => !node.disabled && nodeTypes.get(node.type)?.trigger) ?? [],
    [definition, nodeTypes],
  );
}
