import { Skeleton, Stack } from '@mantine/core';
import { useParams } from '@tanstack/react-router';
import { useBreadcrumbs } from '../../app/breadcrumbs.tsx';
import { useLiveExecution } from '../../execution/use-live-execution.ts';
import { useI18n } from '../../i18n/i18n.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { ExecutionView } from './execution-view.tsx';

export function ExecutionPage() {
  const { t } = useI18n();
  const { executionId } = useParams({ from: '/shell/executions/$executionId' });
  const live = useLiveExecution(executionId);
  useBreadcrumbs([
    { label: t('nav.executions'), to: '/executions' },
    { label: live.detail?.workflowName ?? '…' },
  ]);
  if (live.detail) return <ExecutionView key={executionId} detail={live.detail} live={live} />;
  if (live.error) return <ErrorPanel error={live.error} onRetry={live.refetch} />;
  return (
    <Stack p="md" role="status" aria-label={t('common.loading')} flex={1}>
      <Skeleton h={64} />
      <Skeleton flex={1} />
    </Stack>
  );
}
