import { Button, NumberInput, Stack, Text } from '@mantine/core';
import { type ExecutionSummary, type RouteRequest, routes } from '@navette/contracts';
import { IconVersions } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { callRoute } from '../../api/call-route.ts';
import { useI18n } from '../../i18n/i18n.tsx';
import { DialogActions } from '../../ui/dialog-actions.tsx';
import { ProblemAlert } from '../../ui/problem-alert.tsx';
import { useReplayVersions, VersionSelect } from '../execution/version-select.tsx';
import { ReplayReport } from './replay-report.tsx';

interface ReplayFormProps {
  workflowId: string;
  /** This one in place of the last ones. */
  execution?: Pick<ExecutionSummary, 'id' | 'versionId'>;
  onClose(): void;
}

type ReplayBody = RouteRequest<typeof routes.createReplay>['body'];

const mostExecutions = 500;
const firstLast = 50;

/** Against which version to replay; then what would be different. */
export function ReplayForm({ workflowId, execution, onClose }: ReplayFormProps) {
  const { t } = useI18n();
  const choices = useReplayVersions(workflowId, execution?.versionId);
  const [against, setAgainst] = useState('draft');
  const [last, setLast] = useState<number | string>(firstLast);
  const replay = useMutation({
    mutationFn: (body: ReplayBody) => callRoute(routes.createReplay, { params: { workflowId }, body }),
  });
  if (replay.data) return <ReplayReport replay={replay.data} onAgain={replay.reset} onClose={onClose} />;
  const start = () =>
    replay.mutate({
      against,
      ...(execution ? { executionIds: [execution.id], last: 1 } : { last: Number(last) }),
    });
  return (
    <Stack>
      <Text size="sm" c="dimmed">
        {t('replay.text')}
      </Text>
      <VersionSelect label={t('replay.against')} choices={choices} value={against} onChange={setAgainst} />
      {!execution && (
        <NumberInput
          label={t('replay.last')}
          description={t('replay.lastHelp', { count: mostExecutions })}
          min={1}
          max={mostExecutions}
          clampBehavior="strict"
          allowDecimal={false}
          value={last}
          onChange={setLast}
        />
      )}
      <ProblemAlert error={replay.error} />
      <DialogActions onClose={onClose}>
        <Button
          data-autofocus
          leftSection={<IconVersions size={16} />}
          loading={replay.isPending}
          disabled={last === ''}
          onClick={start}
        >
          {t('replay.start')}
        </Button>
      </DialogActions>
    </Stack>
  );
}
