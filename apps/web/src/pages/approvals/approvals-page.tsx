import { SegmentedControl, Stack } from '@mantine/core';
import { IconUserCheck } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { type ApprovalView, approvalsQuery } from '../../api/queries.ts';
import { useBreadcrumbs } from '../../app/breadcrumbs.tsx';
import { type PlainKey, useI18n } from '../../i18n/i18n.tsx';
import { EmptyPanel } from '../../ui/empty-panel.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { LoadMore } from '../../ui/load-more.tsx';
import { Page } from '../../ui/page.tsx';
import { RowSkeletons } from '../../ui/row-skeletons.tsx';
import { Surface } from '../../ui/surface.tsx';
import { ApprovalCard } from './approval-card.tsx';

const views: readonly { value: ApprovalView; label: PlainKey; empty: PlainKey }[] = [
  { value: 'mine', label: 'approvals.viewMine', empty: 'approvals.emptyMine' },
  { value: 'open', label: 'approvals.viewOpen', empty: 'approvals.emptyOpen' },
  { value: 'ended', label: 'approvals.viewEnded', empty: 'approvals.emptyEnded' },
];

/** What waits for a person, and what was decided. */
export function ApprovalsPage() {
  const { t } = useI18n();
  useBreadcrumbs([{ label: t('nav.approvals') }]);
  const navigate = useNavigate({ from: '/approvals' });
  const { view = 'mine' } = useSearch({ from: '/shell/approvals' });
  const query = useInfiniteQuery(approvalsQuery(view));
  const approvals = query.data?.pages.flatMap((page) => page.items) ?? [];
  const chosen = views.find((one) => one.value === view)!;
  return (
    <Page
      title={t('nav.approvals')}
      description={t('approvals.description')}
      actions={
        <SegmentedControl
          aria-label={t('approvals.show')}
          value={view}
          onChange={(value) => void navigate({ search: { view: value as ApprovalView }, replace: true })}
          data={views.map(({ value, label }) => ({ value, label: t(label) }))}
        />
      }
    >
      {query.isPending ? (
        <Surface>
          <RowSkeletons rows={4} />
        </Surface>
      ) : query.isError && approvals.length === 0 ? (
        <Surface>
          <ErrorPanel error={query.error} onRetry={query.refetch} />
        </Surface>
      ) : approvals.length === 0 ? (
        <Surface>
          <EmptyPanel icon={IconUserCheck} title={t(chosen.empty)} text={t('approvals.emptyText')} />
        </Surface>
      ) : (
        <Stack gap="md">
          {approvals.map((approval) => (
            <ApprovalCard key={approval.id} approval={approval} />
          ))}
        </Stack>
      )}
      <LoadMore query={query} />
    </Page>
  );
}
