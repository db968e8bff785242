import { Alert, Anchor, Button, Group, Stack, Text, Title } from '@mantine/core';
import { type ExecutionDetail, isTerminal, routes } from '@navette/contracts';
import {
  IconAlertTriangle,
  IconBan,
  IconGitFork,
  IconHourglass,
  IconPlayerTrackNext,
  IconRefresh,
  IconVersions,
} from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useMemo } from 'react';
import { callRoute } from '../../api/call-route.ts';
import { executionQuery } from '../../api/queries.ts';
import { type PaletteAction, usePaletteActions } from '../../app/palette-actions.tsx';
import { toReasonText } from '../../execution/reason-text.ts';
import type { LiveExecution } from '../../execution/use-live-execution.ts';
import { type I18n, useI18n } from '../../i18n/i18n.tsx';
import { useNotify } from '../../ui/notify.ts';
import { ProblemDetails } from '../../ui/problem-alert.tsx';
import { toProblemText } from '../../ui/problem-text.ts';
import { ExecutionStatusBadge } from '../../ui/status-badge.tsx';
import { canBuildOn, type ExecutionAction } from './execution-action.ts';
import { ExecutionFacts } from './execution-facts.tsx';
import { ExecutionMenu } from './execution-menu.tsx';
import classes from './execution-view.module.css';

interface ExecutionHeaderProps {
  detail: ExecutionDetail;
  live: LiveExecution;
  /** The path of the step that is open. */
  chosen: string | undefined;
  onChooseStep(path: string): void;
  onAction(action: ExecutionAction): void;
}

export function ExecutionHeader({ detail, live, chosen, onChooseStep, onAction }: ExecutionHeaderProps) {
  const { t } = useI18n();
  const { cancel, retry, busy } = useExecutionActions(detail);
  const running = !isTerminal(detail.status);
  const unsuccessful = detail.status === 'failed' || detail.status === 'cancelled';
  const retryable = unsuccessful && detail.dataDeletedAt === undefined;
  const buildable = canBuildOn(detail);
  const retryLabel = detail.status === 'cancelled' ? t('execution.retryCancelled') : t('execution.retry');
  usePaletteActions(
    'execution',
    useMemo<PaletteAction[]>(() => {
      if (running) return [{ id: 'cancel', label: t('execution.cancel'), icon: IconBan, run: cancel }];
      return [
        ...(retryable ? [{ id: 'retry', label: retryLabel, icon: IconRefresh, run: retry }] : []),
        ...(buildable ? listBuildActions(t, onAction) : []),
      ];
    }, [running, retryable, retryLabel, buildable, t, cancel, retry, onAction]),
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
        {!running && (
          <Group gap="xs" wrap="nowrap">
            {retryable && (
              <Button leftSection={<IconRefresh size={16} />} loading={busy} onClick={retry}>
                {retryLabel}
              </Button>
            )}
            {buildable && <ExecutionMenu step={chosen} onAction={onAction} />}
          </Group>
        )}
      </Group>
      <ExecutionFacts detail={detail} live={live} />
      {running && <Reason detail={detail} />}
      {detail.error && <Failure detail={detail} onChooseStep={onChooseStep} />}
    </Stack>
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
  const isCancelled = detail.status === 'cancelled';
  return (
    <Alert
      variant="light"
      color={isCancelled ? 'gray' : 'red'}
      icon={isCancelled ? <IconBan size={18} /> : <IconAlertTriangle size={18} />}
      title={text.title}
      py={10}
    >
      {error.nodeName && (
        <Text size="sm" mb={4}>
          {t('execution.where')}{' '}
          <Anchor
            component="button"
            type="button"
            inherit
            c="inherit"
            underline="always"
            onClick={() => step && onChooseStep(step.path)}
          >
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

function listBuildActions(t: I18n['t'], onAction: (action: ExecutionAction) => void): PaletteAction[] {
  const open = (kind: ExecutionAction['kind']) => () => onAction({ kind, step: undefined });
  return [
    { id: 'rerun', label: t('again.rerun'), icon: IconPlayerTrackNext, run: open('rerun') },
    { id: 'fork', label: t('again.fork'), icon: IconGitFork, run: open('fork') },
    { id: 'replay', label: t('replay.action'), icon: IconVersions, run: open('replay') },
  ];
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
