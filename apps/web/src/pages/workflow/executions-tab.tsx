import { Button } from '@mantine/core';
import { IconListCheck, IconPlayerPlay } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { executionsQuery } from '../../api/queries.ts';
import { useI18n } from '../../i18n/i18n.tsx';
import { EmptyPanel } from '../../ui/empty-panel.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { LoadMore } from '../../ui/load-more.tsx';
import { RowSkeletons } from '../../ui/row-skeletons.tsx';
import { Surface } from '../../ui/surface.tsx';
import { ExecutionTable } from '../executions/execution-table.tsx';

export function ExecutionsTab({ workflowId, onRun }: { workflowId: string; onRun(): void }) {
  const { t } = useI18n();
  const query = useInfiniteQuery(executionsQuery({ workflowId }));
  const executions = query.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Surface maw={1100} mx="auto">
      {query.isPending ? (
        <RowSkeletons rows={6} />
      ) : query.isError && executions.length === 0 ? (
        <ErrorPanel error={query.error} onRetry={query.refetch} />
      ) : executions.length === 0 ? (
        <EmptyPanel icon={IconListCheck} title={t('executions.empty')} text={t('executions.emptyWorkflow')}>
          <Button leftSection={<IconPlayerPlay size={16} />} onClick={onRun}>
            {t('workflow.run')}
          </Button>
        </EmptyPanel>
      ) : (
        <ExecutionTable executions={executions} hideWorkflow />
      )}
      <LoadMore query={query} />
    </Surface>
  );
}
