import { Button } from '@mantine/core';
import { IconFilterOff, IconListCheck } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { executionsQuery } from '../../api/queries.ts';
import { useBreadcrumbs } from '../../app/breadcrumbs.tsx';
import { useI18n } from '../../i18n/i18n.tsx';
import { EmptyPanel } from '../../ui/empty-panel.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { LoadMore } from '../../ui/load-more.tsx';
import { Page } from '../../ui/page.tsx';
import { RowSkeletons } from '../../ui/row-skeletons.tsx';
import { Surface } from '../../ui/surface.tsx';
import { ExecutionFilters } from './execution-filters.tsx';
import { ExecutionTable } from './execution-table.tsx';
import { toExecutionFilter } from './to-execution-filter.ts';

export function ExecutionsPage() {
  const { t } = useI18n();
  useBreadcrumbs([{ label: t('nav.executions') }]);
  const search = useSearch({ from: '/shell/executions' });
  const navigate = useNavigate({ from: '/executions' });
  const query = useInfiniteQuery({
    ...executionsQuery(toExecutionFilter(search)),
    placeholderData: (old) => old,
  });
  const executions = query.data?.pages.flatMap((page) => page.items) ?? [];
  const filtered = Object.keys(search).length > 0;
  const clear = () => void navigate({ search: {} });
  return (
    <Page title={t('nav.executions')} description={t('executions.description')}>
      <ExecutionFilters
        search={search}
        onChange={(change) => void navigate({ search: (old) => ({ ...old, ...change }), replace: true })}
        onClear={clear}
      />
      <Surface>
        {query.isPending ? (
          <RowSkeletons rows={10} height={49} />
        ) : query.isError && executions.length === 0 ? (
          <ErrorPanel error={query.error} onRetry={query.refetch} />
        ) : executions.length > 0 ? (
          <ExecutionTable executions={executions} />
        ) : filtered ? (
          <EmptyPanel icon={IconFilterOff} title={t('executions.noMatch')} text={t('executions.noMatchText')}>
            <Button variant="default" onClick={clear}>
              {t('common.clearFilters')}
            </Button>
          </EmptyPanel>
        ) : (
          <EmptyPanel icon={IconListCheck} title={t('executions.empty')} text={t('executions.emptyText')}>
            <Button onClick={() => void navigate({ to: '/workflows', search: {} })}>
              {t('nav.workflows')}
            </Button>
          </EmptyPanel>
        )}
        <LoadMore query={query} />
      </Surface>
    </Page>
  );
}
