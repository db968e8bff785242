import { Skeleton, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { workflowQuery } from '../../api/queries.ts';
import { useBreadcrumbs } from '../../app/breadcrumbs.tsx';
import { useI18n } from '../../i18n/i18n.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { WorkflowView } from './workflow-view.tsx';

export function WorkflowPage() {
  const { t } = useI18n();
  const { workflowId } = useParams({ from: '/shell/workflows/$workflowId' });
  const query = useQuery(workflowQuery(workflowId));
  useBreadcrumbs([{ label: t('nav.workflows'), to: '/workflows' }, { label: query.data?.name ?? '…' }]);
  if (query.data) return <WorkflowView key={workflowId} workflow={query.data} />;
  if (query.isError) return <ErrorPanel error={query.error} onRetry={query.refetch} />;
  return (
    <Stack p="md" role="status" aria-label={t('common.loading')} flex={1}>
      <Skeleton h={40} w="50%" />
      <Skeleton flex={1} />
    </Stack>
  );
}
