import { Alert, Button, Group, Progress, Stack, Text } from '@mantine/core';
import { type Replay, type ReplayOutcome, type ReplayStop, replayOutcomes, routes } from '@navette/contracts';
import { IconPlayerStop } from '@tabler/icons-react';
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { callRoute } from '../../api/call-route.ts';
import { replayQuery, replayResultsQuery } from '../../api/queries.ts';
import { type PlainKey, useI18n } from '../../i18n/i18n.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { LoadMore } from '../../ui/load-more.tsx';
import { ProblemAlert } from '../../ui/problem-alert.tsx';
import { RowSkeletons } from '../../ui/row-skeletons.tsx';
import { ExecutionDifference } from './execution-difference.tsx';
import { outcomeLooks } from './outcome-looks.ts';
import classes from './replay-report.module.css';

const stopTexts: Record<ReplayStop, PlainKey> = {
  person: 'replay.stop.person',
  limit: 'replay.stop.limit',
  'server-stopped': 'replay.stop.serverStopped',
  'server-gone': 'replay.stop.serverGone',
  fault: 'replay.stop.fault',
};

interface ReplayReportProps {
  replay: Replay;
  onAgain(): void;
  onClose(): void;
}

/** How far a replay is; once it is over, what would be different, execution by execution. */
export function ReplayReport({ replay, onAgain, onClose }: ReplayReportProps) {
  const { t } = useI18n();
  const client = useQueryClient();
  const options = replayQuery(replay.id);
  const query = useQuery({ ...options, initialData: replay });
  const now = query.data;
  const stop = useMutation({
    mutationFn: () => callRoute(routes.stopReplay, { params: { replayId: replay.id } }),
    onSuccess: (stopped) => client.setQueryData(options.queryKey, stopped),
  });
  const running = now.status === 'running';
  return (
    <Stack>
      <div aria-live="polite" className={classes['state']}>
        {running ? (
          <Stack gap={6}>
            <Text size="sm">{t('replay.progress', { done: now.done, total: now.total })}</Text>
            <Progress
              value={(now.done / now.total) * 100}
              animated
              aria-label={t('replay.progress', { done: now.done, total: now.total })}
            />
          </Stack>
        ) : (
          now.status === 'stopped' && (
            <Alert color="yellow" title={t('replay.stopped', { done: now.done, total: now.total })}>
              {now.reasonCode === null ? now.reason : t(stopTexts[now.reasonCode])}
            </Alert>
          )
        )}
      </div>
      <ProblemAlert error={query.error ?? stop.error} />
      {!running && <Results replay={now} />}
      <Group justify="flex-end">
        {running ? (
          <Button
            variant="default"
            leftSection={<IconPlayerStop size={16} />}
            loading={stop.isPending}
            onClick={() => stop.mutate()}
          >
            {t('replay.stop')}
          </Button>
        ) : (
          <Button variant="default" onClick={onAgain}>
            {t('replay.again')}
          </Button>
        )}
        <Button onClick={onClose}>{t('common.close')}</Button>
      </Group>
    </Stack>
  );
}

function Results({ replay }: { replay: Replay }) {
  const { t } = useI18n();
  const [outcome, setOutcome] = useState<ReplayOutcome>();
  const query = useInfiniteQuery(replayResultsQuery(replay.id, outcome));
  const results = query.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Stack gap="sm">
      {replay.total > 1 && <OutcomeFilter replay={replay} value={outcome} onChange={setOutcome} />}
      {query.isPending ? (
        <RowSkeletons rows={2} />
      ) : query.isError && results.length === 0 ? (
        <ErrorPanel error={query.error} onRetry={query.refetch} />
      ) : results.length === 0 ? (
        <Text size="sm" c="dimmed" ta="center" py="lg">
          {t('replay.empty')}
        </Text>
      ) : (
        <ul className={classes['results']}>
          {results.map((result) => (
            <ExecutionDifference key={result.executionId} result={result} showLink={replay.total > 1} />
          ))}
        </ul>
      )}
      <LoadMore query={query} />
    </Stack>
  );
}

interface OutcomeFilterProps {
  replay: Replay;
  value: ReplayOutcome | undefined;
  onChange(value: ReplayOutcome | undefined): void;
}

/** How many came to which outcome; a press shows these only. */
function OutcomeFilter({ replay, value, onChange }: OutcomeFilterProps) {
  const { t, format } = useI18n();
  return (
    <Group gap="xs" role="group" aria-label={t('replay.outcomes')}>
      {replayOutcomes
        .filter((outcome) => replay.counts[outcome] > 0)
        .map((outcome) => (
          <Button
            key={outcome}
            size="compact-sm"
            variant={value === outcome ? 'filled' : 'default'}
            aria-pressed={value === outcome}
            onClick={() => onChange(value === outcome ? undefined : outcome)}
          >
            {`${t(outcomeLooks[outcome].label)} ${format.number(replay.counts[outcome])}`}
          </Button>
        ))}
    </Group>
  );
}
