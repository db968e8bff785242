import { Alert, Anchor, Button, Group, Stack, Tabs, Text } from '@mantine/core';
import type { ExecutionDetail, NodeType } from '@navette/contracts';
import { IconAlertTriangle, IconGitFork, IconHourglass, IconPlayerTrackNext } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { countLines } from '../../execution/console-lines.ts';
import { passesOfPath } from '../../execution/step-path.ts';
import type { StepView } from '../../execution/step-view.ts';
import { useI18n } from '../../i18n/i18n.tsx';
import { LiveDuration } from '../../ui/live-duration.tsx';
import { ProblemDetails } from '../../ui/problem-alert.tsx';
import { toProblemText } from '../../ui/problem-text.ts';
import { SidePanel } from '../../ui/side-panel.tsx';
import { SideTabs } from '../../ui/side-tabs.tsx';
import { StepStatusBadge } from '../../ui/status-badge.tsx';
import type { ExecutionAction } from './execution-action.ts';
import { StepAttempts } from './step-attempts.tsx';
import { listForkSteps, listRerunSteps } from './step-choice.ts';
import { StepDataView } from './step-data-view.tsx';
import { StepLogs } from './step-logs.tsx';

interface StepPanelProps {
  className: string | undefined;
  detail: ExecutionDetail;
  step: StepView;
  nodeType: NodeType | undefined;
  onClose(): void;
  /** Undefined where nothing can be built on the execution. */
  onAction?: ((action: ExecutionAction) => void) | undefined;
}

/** What one step did: the error first, then what came out, what went in, its attempts and its logs. */
export function StepPanel({ className, detail, step, nodeType, onClose, onAction }: StepPanelProps) {
  const i18n = useI18n();
  const { t, pick, format } = i18n;
  const passes = passesOfPath(step.path);
  const error = step.error ? toProblemText(step.error, i18n) : undefined;
  return (
    <SidePanel
      key={step.path}
      className={className}
      nodeType={nodeType}
      title={step.nodeName}
      subtitle={nodeType ? pick(nodeType.name) : step.nodeType}
      badge={<StepStatusBadge status={step.status} />}
      onClose={onClose}
    >
      <Stack px="md" pb="sm" gap="sm">
        <Group gap="lg" fz="sm" c="dimmed">
          {step.startedAt && !step.reused && (
            <span>
              {t('executions.duration')}{' '}
              <LiveDuration startedAt={step.startedAt} finishedAt={step.finishedAt} />
            </span>
          )}
          {passes.length > 0 && <span>{t('step.pass', { number: passes.join('.') })}</span>}
          {step.attempts > 1 && <span>{t('canvas.attempts', { count: step.attempts })}</span>}
          {step.reused && <span>{t('step.reusedHelp')}</span>}
          {step.pinned && <span>{t('step.pinnedHelp')}</span>}
          {step.childExecutionId && (
            <Anchor
              inherit
              renderRoot={(props) => (
                <Link
                  to="/executions/$executionId"
                  params={{ executionId: step.childExecutionId ?? '' }}
                  search={{}}
                  {...props}
                />
              )}
            >
              {t('step.child')}
            </Anchor>
          )}
        </Group>
        {onAction && <StepActions step={step} onAction={onAction} />}
        {step.wakeAt && step.finishedAt === null && (
          <Alert variant="light" color="yellow" icon={<IconHourglass size={18} />} py={8}>
            {step.status === 'retrying'
              ? t('step.nextAttempt', { time: format.dateTime(step.wakeAt) })
              : t('execution.until', { time: format.dateTime(step.wakeAt) })}
          </Alert>
        )}
        {error && (
          <Alert
            variant="light"
            color={step.status === 'failed' ? 'red' : 'orange'}
            icon={<IconAlertTriangle size={18} />}
            title={error.title}
          >
            {step.error?.itemIndex !== undefined && (
              <Text size="sm">{t('execution.itemNumber', { number: step.error.itemIndex + 1 })}</Text>
            )}
            {step.status === 'succeeded' && <Text size="sm">{t('step.errorPassed')}</Text>}
            <ProblemDetails text={error} />
          </Alert>
        )}
      </Stack>
      <Tabs defaultValue={step.status === 'failed' ? 'input' : 'output'} keepMounted={false}>
        <SideTabs>
          <Tabs.Tab value="output">{t('step.output')}</Tabs.Tab>
          <Tabs.Tab value="input">{t('step.input')}</Tabs.Tab>
          <Tabs.Tab value="attempts">{t('step.attempts')}</Tabs.Tab>
          <Tabs.Tab value="logs">
            {step.logs.length === 0
              ? t('step.logs')
              : `${t('step.logs')} (${format.number(countLines(step.logs))})`}
          </Tabs.Tab>
        </SideTabs>
        <Tabs.Panel value="output" p="md">
          <StepDataView detail={detail} step={step} side="outputs" />
        </Tabs.Panel>
        <Tabs.Panel value="input" p="md">
          <StepDataView detail={detail} step={step} side="inputs" />
        </Tabs.Panel>
        <Tabs.Panel value="attempts" p="md">
          <StepAttempts step={step} />
        </Tabs.Panel>
        <Tabs.Panel value="logs" p="md">
          <StepLogs step={step} />
        </Tabs.Panel>
      </Tabs>
    </SidePanel>
  );
}

interface StepActionsProps {
  step: StepView;
  onAction(action: ExecutionAction): void;
}

function StepActions({ step, onAction }: StepActionsProps) {
  const { t } = useI18n();
  const mayRerun = listRerunSteps([step]).length > 0;
  const mayFork = listForkSteps([step]).length > 0;
  if (!mayRerun && !mayFork) return null;
  return (
    <Group gap="xs">
      {mayRerun && (
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<IconPlayerTrackNext size={14} />}
          onClick={() => onAction({ kind: 'rerun', step: step.path })}
        >
          {t('again.rerunFrom')}
        </Button>
      )}
      {mayFork && (
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<IconGitFork size={14} />}
          onClick={() => onAction({ kind: 'fork', step: step.path })}
        >
          {t('again.forkAfter')}
        </Button>
      )}
    </Group>
  );
}
