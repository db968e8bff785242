import { Alert, Button, Group, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { type RouteAnswer, routes } from '@navette/contracts';
import { IconEraser, IconHourglass, IconPlayerPause, IconPlayerPlay } from '@tabler/icons-react';
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { callRoute } from '../../api/call-route.ts';
import { executionsQuery, queueQuery, workersQuery } from '../../api/queries.ts';
import { useBreadcrumbs } from '../../app/breadcrumbs.tsx';
import { useI18n } from '../../i18n/i18n.tsx';
import { useConfirm } from '../../ui/confirm.tsx';
import { EmptyPanel } from '../../ui/empty-panel.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { LoadMore } from '../../ui/load-more.tsx';
import { useNotify } from '../../ui/notify.ts';
import { Page } from '../../ui/page.tsx';
import { RowSkeletons } from '../../ui/row-skeletons.tsx';
import { Surface } from '../../ui/surface.tsx';
import { ExecutionTable } from '../executions/execution-table.tsx';
import { DeadLetters } from './dead-letters.tsx';
import { QueueCounts } from './queue-counts.tsx';
import { WorkerTable } from './worker-table.tsx';

type QueueHealth = RouteAnswer<typeof routes.getQueueHealth>;

/** What waits, what runs and who runs it, as it is now. */
export function QueuePage() {
  const { t } = useI18n();
  useBreadcrumbs([{ label: t('nav.queue') }]);
  const queue = useQuery(queueQuery);
  return (
    <Page
      title={t('nav.queue')}
      description={t('queue.description')}
      actions={queue.data?.manageable && <QueueActions paused={queue.data.paused} />}
    >
      {queue.isPending ? (
        <RowSkeletons rows={2} height={84} />
      ) : queue.isError && !queue.data ? (
        <ErrorPanel error={queue.error} onRetry={queue.refetch} />
      ) : (
        queue.data && (
          <Stack gap="xl">
            <Stack gap="sm">
              {queue.data.paused && (
                <Alert color="yellow" icon={<IconPlayerPause size={18} />} title={t('queue.pausedTitle')}>
                  {t('queue.pausedText')}
                </Alert>
              )}
              {!queue.data.health.ok && (
                <Alert color="red" title={t('queue.unwell')}>
                  <HealthText {...queue.data.health} />
                </Alert>
              )}
              <SimpleGrid cols={{ base: 2, sm: 4, lg: 7 }} spacing="sm">
                <QueueCounts metrics={queue.data.metrics} />
              </SimpleGrid>
            </Stack>
            <Waiting />
            <Workers />
            <DeadLetters />
          </Stack>
        )
      )}
    </Page>
  );
}

function QueueActions({ paused }: { paused: boolean }) {
  const { t } = useI18n();
  const client = useQueryClient();
  const notify = useNotify();
  const confirm = useConfirm();
  const refresh = () => client.invalidateQueries({ queryKey: ['queue'] });
  const toggle = useMutation({
    mutationFn: () => callRoute(paused ? routes.resumeQueue : routes.pauseQueue, {}),
    onSuccess: refresh,
    onError: notify.failure,
  });
  const clean = useMutation({
    mutationFn: () => callRoute(routes.cleanQueue, {}),
    onSuccess: ({ removed }) => {
      notify.success(t('queue.cleaned', { count: removed }));
      return refresh();
    },
    onError: notify.failure,
  });
  const askAndToggle = async () => {
    const question = {
      title: t('queue.pauseTitle'),
      text: t('queue.pauseText'),
      confirmLabel: t('queue.pause'),
    };
    if (paused || (await confirm(question))) toggle.mutate();
  };
  return (
    <>
      <Button
        variant="default"
        leftSection={<IconEraser size={16} />}
        loading={clean.isPending}
        onClick={() => clean.mutate()}
      >
        {t('queue.clean')}
      </Button>
      <Button
        variant={paused ? 'filled' : 'default'}
        leftSection={paused ? <IconPlayerPlay size={16} /> : <IconPlayerPause size={16} />}
        loading={toggle.isPending}
        onClick={() => void askAndToggle()}
      >
        {t(paused ? 'queue.resume' : 'queue.pause')}
      </Button>
    </>
  );
}

/** Queued and parked executions with what they wait for. */
function Waiting() {
  const { t } = useI18n();
  const query = useInfiniteQuery({
    ...executionsQuery({ status: 'queued,waiting' }, 25),
    refetchInterval: 4_000,
  });
  const executions = query.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <section aria-labelledby="queue-waiting">
      <Title order={2} size="h4" id="queue-waiting" mb="xs">
        {t('queue.waiting')}
      </Title>
      <Surface>
        {query.isPending ? (
          <RowSkeletons rows={4} height={49} />
        ) : query.isError && executions.length === 0 ? (
          <ErrorPanel error={query.error} onRetry={query.refetch} />
        ) : executions.length === 0 ? (
          <EmptyPanel
            icon={IconHourglass}
            title={t('queue.nothingWaits')}
            text={t('queue.nothingWaitsText')}
          />
        ) : (
          <ExecutionTable executions={executions} />
        )}
        <LoadMore query={query} />
      </Surface>
    </section>
  );
}

/** What it means, in the reader's language; what the server says of it, beside it. */
function HealthText({ detail, mode }: QueueHealth) {
  const { t } = useI18n();
  if (mode !== 'direct' && mode !== 'refusing') return detail;
  return (
    <>
      {t(mode === 'direct' ? 'queue.direct' : 'queue.refusing')}
      <Text size="xs" c="dimmed" ff="monospace" mt={4}>
        {detail}
      </Text>
    </>
  );
}

function Workers() {
  const { t } = useI18n();
  const query = useQuery(workersQuery);
  return (
    <section aria-labelledby="queue-workers">
      <Group justify="space-between" mb="xs">
        <Title order={2} size="h4" id="queue-workers">
          {t('queue.workers')}
        </Title>
        <Text size="xs" c="dimmed">
          {t('queue.workersText')}
        </Text>
      </Group>
      <Surface>
        {query.isPending ? (
          <RowSkeletons rows={2} height={45} />
        ) : query.isError && !query.data ? (
          <ErrorPanel error={query.error} onRetry={query.refetch} />
        ) : (
          <WorkerTable workers={query.data?.items ?? []} />
        )}
      </Surface>
    </section>
  );
}
