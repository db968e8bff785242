import { Alert, Anchor, Badge, Button, Group, Stack, Text, Title } from '@mantine/core';
import { type ExecutionDetail, isTerminal, routes } from '@navette/contracts';
import { IconAlertTriangle, IconBan, IconHourglass, IconLifebuoy, IconRefresh } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useMemo } from 'react';
import { callRoute } from '../../api/call-route.ts';
import { executionQuery } from '../../api/queries.ts';
import { type PaletteAction, usePaletteActions } from '../../app/palette-actions.tsx';
import { toReasonText } from '../../execution/reason-text.ts';
import type { LiveExecution } from '../../execution/use-live-execution.ts';
import { useI18n } from '../../i18n/i18n.tsx';
import { CopyAction } from '../../ui/copy-value.tsx';
import { LiveDuration } from '../../ui/live-duration.tsx';
import { useNotify } from '../../ui/notify.ts';
import { ProblemDetails } from '../../ui/problem-alert.tsx';
import { toProblemText } from '../../ui/problem-text.ts';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { modeLabels } from '../../ui/status.ts';
import { ExecutionStatusBadge } from '../../ui/status-badge.tsx';
import classes from './execution-view.module.css';

interface ExecutionHeaderProps {
  detail: ExecutionDetail;
  live: LiveExecution;
  onChooseStep(path: string): void;
}

export function ExecutionHeader({ detail, live, onChooseStep }: ExecutionHeaderProps) {
  const { t, format } = useI18n();
  const { cancel, retry, busy } = useExecutionActions(detail);
  const running = !isTerminal(detail.status);
  const unsuccessful = detail.status === 'failed' || detail.status === 'cancelled';
  const retryable = unsuccessful && detail.dataDeletedAt === undefined;
  usePaletteActions(
    'execution',
    useMemo<PaletteAction[]>(() => {
      if (running) return [{ id: 'cancel', label: t('execution.cancel'), icon: IconBan, run: cancel }];
      return retryable ? [{ id: 'retry', label: t('execution.retry'), icon: IconRefresh, run: retry }] : [];
    }, [running, retryable, t, cancel, retry]),
  );
  return (
    <Stack className={classes['head']} gap={10}>
      <Group justify="space-between" gap="sm">
        <Group gap="sm" miw={0} flex="1 1 300px" wrap="nowrap">
          <Title order={1} size="h2" lineClamp={1}>
            <Anchor
              inherit
              c="inherit"
              renderRoot={(props) => (
                <Link
                  to="/workflows/$workflowId"
                  params={{ workflowId: detail.workflowId }}
                  search={{}}
                  {...props}
                />
              )}
            >
              {detail.workflowName}
            </Anchor>
          </Title>
          <span aria-live="polite">
            <ExecutionStatusBadge status={detail.status} />
          </span>
        </Group>
        {running && (
          <Button variant="default" leftSection={<IconBan size={16} />} loading={busy} onClick={cancel}>
            {t('execution.cancel')}
          </Button>
        )}
        {retryable && (
          <Button leftSection={<IconRefresh size={16} />} loading={busy} onClick={retry}>
            {t('execution.retry')}
          </Button>
        )}
      </Group>
      <dl className={classes['facts']}>
        <Fact name={t('executions.started')}>
          <RelativeTime iso={detail.startedAt ?? detail.createdAt} />
        </Fact>
        <Fact name={t('executions.duration')}>
          <LiveDuration startedAt={detail.startedAt} finishedAt={detail.finishedAt} />
        </Fact>
        <Fact name={t('executions.mode')}>{t(modeLabels[detail.mode])}</Fact>
        {detail.retryOf && (
          <Fact name={t('execution.retryOf')}>
            <ExecutionLink id={detail.retryOf} />
          </Fact>
        )}
        {detail.parentId && (
          <Fact name={t('execution.parent')}>
            <ExecutionLink id={detail.parentId} />
          </Fact>
        )}
        <Fact name={t('execution.id')}>
          <Text span ff="monospace" size="xs" c="dimmed">
            {detail.id.slice(0, 16)}…
          </Text>
          <CopyAction value={detail.id} label={t('execution.copyId')} />
        </Fact>
        {detail.recoveries > 0 && (
          <Badge
            variant="light"
            color="weft"
            leftSection={<IconLifebuoy size={13} />}
            title={live.history.recoveries.map((recovery) => format.time(recovery.at)).join(', ')}
          >
            {t('executions.recovered', { count: detail.recoveries })}
          </Badge>
        )}
      </dl>
      {running && <Reason detail={detail} />}
      {detail.error && <Failure detail={detail} onChooseStep={onChooseStep} />}
    </Stack>
  );
}

function Fact({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd style={{ display: 'flex', alignItems: 'center', gap: 4 }}>{children}</dd>
    </div>
  );
}

function ExecutionLink({ id }: { id: string }) {
  return (
    <Anchor
      inherit
      ff="monospace"
      fz="xs"
      renderRoot={(props) => (
        <Link to="/executions/$executionId" params={{ executionId: id }} search={{}} {...props} />
      )}
    >
      {id.slice(0, 16)}…
    </Anchor>
  );
}

/** Why it does not run right now: every execution that is not over says so. */
function Reason({ detail }: { detail: ExecutionDetail }) {
  const text = toReasonText(detail, useI18n());
  if (text === undefined) return null;
  return (
    <Alert variant="light" color="yellow" icon={<IconHourglass size={18} />} py={8}>
      {text}
    </Alert>
  );
}

function Failure({ detail, onChooseStep }: { detail: ExecutionDetail; onChooseStep(path: string): void }) {
  const i18n = useI18n();
  const { t } = i18n;
  const error = detail.error!;
  const text = toProblemText(error, i18n);
  const step = detail.steps.find((one) => one.nodeId === error.nodeId);
  return (
    <Alert variant="light" color="red" icon={<IconAlertTriangle size={18} />} title={text.title} py={10}>
      {error.nodeName && (
        <Text size="sm" mb={4}>
          {t('execution.where')}{' '}
          <Anchor component="button" type="button" inherit onClick={() => step && onChooseStep(step.path)}>
            {error.nodeName}
          </Anchor>
          {error.itemIndex !== undefined &&
            ` · ${t('execution.itemNumber', { number: error.itemIndex + 1 })}`}
        </Text>
      )}
      <ProblemDetails text={text} />
    </Alert>
  );
}

function useExecutionActions(detail: ExecutionDetail) {
  const { t } = useI18n();
  const client = useQueryClient();
  const navigate = useNavigate();
  const notify = useNotify();
  const params = { executionId: detail.id };
  const canceling = useMutation({
    mutationFn: () => callRoute(routes.cancelExecution, { params }),
    onSuccess() {
      notify.success(t('execution.cancelNotice'));
      void client.invalidateQueries({ queryKey: executionQuery(detail.id).queryKey });
    },
    onError: (error) => notify.failure(error),
  });
  const retrying = useMutation({
    mutationFn: () => callRoute(routes.retryExecution, { params }, { idempotencyKey: crypto.randomUUID() }),
    async onSuccess({ executionId }) {
      notify.success(t('execution.retryNotice'));
      void client.invalidateQueries({ queryKey: ['executions', 'list'] });
      await navigate({ to: '/executions/$executionId', params: { executionId }, search: {} });
    },
    onError: (error) => notify.failure(error),
  });
  return {
    cancel: () => canceling.mutate(),
    retry: () => retrying.mutate(),
    busy: canceling.isPending || retrying.isPending,
  };
}
