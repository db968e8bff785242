import { Button, Group, Select, Stack, Text } from '@mantine/core';
import { type ExecutionDetail, routes } from '@navette/contracts';
import { IconGitFork } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { callRoute } from '../../api/call-route.ts';
import type { StepView } from '../../execution/step-view.ts';
import { useI18n } from '../../i18n/i18n.tsx';
import { ProblemAlert } from '../../ui/problem-alert.tsx';
import { listForkSteps, toStepName } from './step-choice.ts';
import { type VersionChoice, VersionSelect } from './version-select.tsx';

interface ForkFormProps {
  detail: ExecutionDetail;
  steps: readonly StepView[];
  first: string | undefined;
  onClose(): void;
  onStarted(executionId: string): void;
}

/** No path of a step is empty: the point after all of them. */
const end = '';

/** From which point to go on, and in which version. */
export function ForkForm({ detail, steps, first, onClose, onStarted }: ForkFormProps) {
  const i18n = useI18n();
  const { t } = i18n;
  const choices = listForkSteps(steps);
  const [after, setAfter] = useState(() => choices.find(({ path }) => path === first)?.path ?? end);
  const [version, setVersion] = useState<VersionChoice>('same');
  const fork = useMutation({
    mutationFn: () =>
      callRoute(
        routes.forkExecution,
        { params: { executionId: detail.id }, body: { version, ...(after === end ? {} : { after }) } },
        { idempotencyKey: crypto.randomUUID() },
      ),
    onSuccess: ({ executionId }) => onStarted(executionId),
  });
  return (
    <Stack>
      <Text size="sm" c="dimmed">
        {t('again.forkText')}
      </Text>
      <Select
        label={t('again.forkPoint')}
        description={t('again.forkPointHelp')}
        allowDeselect={false}
        searchable
        limit={100}
        value={after}
        data={[
          { value: end, label: t('again.end') },
          ...choices.map((step) => ({ value: step.path, label: toStepName(step, i18n) })),
        ]}
        onChange={(value) => setAfter(value ?? end)}
      />
      <VersionSelect workflowId={detail.workflowId} value={version} onChange={setVersion} />
      <ProblemAlert error={fork.error} />
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          {t('common.cancel')}
        </Button>
        <Button
          data-autofocus
          leftSection={<IconGitFork size={16} />}
          loading={fork.isPending}
          onClick={() => fork.mutate()}
        >
          {t('again.forkStart')}
        </Button>
      </Group>
    </Stack>
  );
}
