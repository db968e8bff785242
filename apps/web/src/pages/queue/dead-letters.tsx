import { Alert, Button, Group, Select, Text, Title } from '@mantine/core';
import { type DeadLetterChoice, type RouteAnswer, routes } from '@navette/contracts';
import { IconMailCheck, IconRefresh, IconX } from '@tabler/icons-react';
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { callRoute } from '../../api/call-route.ts';
import { type DeadLetterFilter, deadLetterCountsQuery, deadLettersQuery } from '../../api/queries.ts';
import { useI18n } from '../../i18n/i18n.tsx';
import { useConfirm } from '../../ui/confirm.tsx';
import { EmptyPanel } from '../../ui/empty-panel.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { LoadMore } from '../../ui/load-more.tsx';
import { useNotify } from '../../ui/notify.ts';
import { RowSkeletons } from '../../ui/row-skeletons.tsx';
import { Surface } from '../../ui/surface.tsx';
import { type DeadLetterGroup, findGroup, toGroupKey } from './dead-letter-group.ts';
import { DeadLetterTable } from './dead-letter-table.tsx';

const pageSize = 25;

/** What failed unattended: looked at, chosen by hand or by workflow and error, retried or dismissed. */
export function DeadLetters() {
  const { t } = useI18n();
  const counts = useQuery(deadLetterCountsQuery);
  const groups = counts.data?.groups ?? [];
  const [groupKey, setGroupKey] = useState('');
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const group = findGroup(groups, groupKey);
  const filter: DeadLetterFilter = group
    ? { workflowId: group.workflowId, ...(group.code === null ? {} : { code: group.code }) }
    : {};
  const query = useInfiniteQuery({ ...deadLettersQuery(filter, pageSize), placeholderData: (old) => old });
  const letters = query.data?.pages.flatMap((page) => page.items) ?? [];
  // Somebody else may have retried what was chosen here.
  const listed = letters.filter(({ id }) => chosen.has(id)).map(({ id }) => id);
  const all = group?.count ?? counts.data?.total ?? 0;
  return (
    <section aria-labelledby="queue-dead">
      <Group justify="space-between" mb="xs" gap="xs">
        <Title order={2} size="h4" id="queue-dead">
          {t('dead.title')}
        </Title>
        <Text size="xs" c="dimmed">
          {t('dead.text')}
        </Text>
      </Group>
      <Surface>
        {all > 0 && (
          <Group p="sm" gap="sm" style={{ borderBottom: '1px solid var(--navette-border)' }}>
            <GroupFilter
              groups={groups}
              value={group ? groupKey : ''}
              onChange={(next) => {
                setGroupKey(next);
                setChosen(new Set());
              }}
            />
            <Actions
              choice={listed.length > 0 ? { executionIds: listed } : { filter }}
              count={listed.length > 0 ? listed.length : all}
              chosen={listed.length > 0}
              onDone={() => setChosen(new Set())}
            />
          </Group>
        )}
        {query.isPending ? (
          <RowSkeletons rows={3} height={49} />
        ) : query.isError && letters.length === 0 ? (
          <ErrorPanel error={query.error} onRetry={query.refetch} />
        ) : letters.length === 0 ? (
          <EmptyPanel icon={IconMailCheck} title={t('dead.empty')} text={t('dead.emptyText')} />
        ) : (
          <DeadLetterTable letters={letters} chosen={chosen} onChoose={setChosen} />
        )}
        <LoadMore query={query} />
      </Surface>
    </section>
  );
}

interface GroupFilterProps {
  groups: readonly DeadLetterGroup[];
  value: string;
  onChange(value: string): void;
}

function GroupFilter({ groups, value, onChange }: GroupFilterProps) {
  const { t } = useI18n();
  return (
    <Select
      aria-label={t('dead.filter')}
      allowDeselect={false}
      flex="1 1 240px"
      maw={420}
      value={value}
      data={[
        { value: '', label: t('dead.all') },
        ...groups.map((group) => ({
          value: toGroupKey(group),
          label: t('dead.group', {
            workflow: group.workflowName,
            error: group.code ?? '–',
            count: group.count,
          }),
        })),
      ]}
      onChange={(next) => onChange(next ?? '')}
    />
  );
}

interface ActionsProps {
  /** Those that were chosen, or all that the filter finds. */
  choice: DeadLetterChoice;
  count: number;
  chosen: boolean;
  onDone(): void;
}

type Retried = RouteAnswer<typeof routes.retryDeadLetters>;

/** Buttons for what is chosen, and what became of the last retry where it needs words. */
function Actions({ choice, count, chosen, onDone }: ActionsProps) {
  const { t } = useI18n();
  const client = useQueryClient();
  const notify = useNotify();
  const ask = useConfirm();
  const refresh = () => {
    onDone();
    return client.invalidateQueries({ queryKey: ['executions', 'list'] });
  };
  const retry = useMutation({
    mutationFn: () => callRoute(routes.retryDeadLetters, { body: choice }),
    onSuccess({ retried }) {
      if (retried.length > 0) notify.success(t('dead.retried', { count: retried.length }));
      return refresh();
    },
    onError: notify.failure,
  });
  const dismiss = useMutation({
    mutationFn: () => callRoute(routes.dismissDeadLetters, { body: choice }),
    onSuccess({ dismissed }) {
      notify.success(t('dead.dismissed', { count: dismissed.length }));
      return refresh();
    },
    onError: notify.failure,
  });
  const confirmRetry = async () => {
    const question = {
      title: t('dead.retryTitle', { count }),
      text: t('dead.retryText'),
      confirmLabel: t('dead.retry'),
    };
    if (await ask(question)) retry.mutate();
  };
  const confirmDismiss = async () => {
    const question = {
      title: t('dead.dismissTitle', { count }),
      text: t('dead.dismissText'),
      confirmLabel: t('dead.dismiss'),
    };
    if (await ask(question)) dismiss.mutate();
  };
  return (
    <>
      <Group gap="xs" ml="auto">
        {chosen && (
          <Text size="sm" c="dimmed" aria-live="polite">
            {t('dead.chosen', { count })}
          </Text>
        )}
        <Button
          variant="default"
          leftSection={<IconX size={16} />}
          loading={dismiss.isPending}
          onClick={() => void confirmDismiss()}
        >
          {t(chosen ? 'dead.dismiss' : 'dead.dismissAll')}
        </Button>
        <Button
          leftSection={<IconRefresh size={16} />}
          loading={retry.isPending}
          onClick={() => void confirmRetry()}
        >
          {t(chosen ? 'dead.retry' : 'dead.retryAll')}
        </Button>
      </Group>
      {retry.data && <Aftermath answer={retry.data} />}
    </>
  );
}

/** What a bulk retry left: letters that were refused, and those beyond the limit of one call. */
function Aftermath({ answer }: { answer: Retried }) {
  const { t, errorWords } = useI18n();
  const { refused, remaining } = answer;
  if (refused.length === 0 && remaining === 0) return null;
  const reasons = new Set(refused.map(({ code, message }) => errorWords(code)?.message ?? message));
  return (
    <Alert
      color="yellow"
      variant="light"
      w="100%"
      {...(refused.length > 0 ? { title: t('dead.refused', { count: refused.length }) } : {})}
    >
      {[...reasons].map((reason) => (
        <Text key={reason} size="sm">
          {reason}
        </Text>
      ))}
      {remaining > 0 && <Text size="sm">{t('dead.remaining', { count: remaining })}</Text>}
    </Alert>
  );
}
