import { Alert, Anchor, Button, Group, Stack, Tabs, Text } from '@mantine/core';
import type { ExecutionDetail, NodeType, WorkflowDefinition } from '@navette/contracts';
import { IconAlertTriangle, IconGitFork, IconHourglass, IconPlayerTrackNext } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { CodeLines } from '../../code/code-lines.tsx';
import { lineOfError } from '../../code/code-place.ts';
import { readCode } from '../../code/code-source.ts';
import { WithoutJailAlert } from '../../code/without-jail-alert.tsx';
import { countLines } from '../../execution/console-lines.ts';
import { findFailedCall } from '../../execution/failed-call.ts';
import { passesOfPath } from '../../execution/step-path.ts';
import type { StepView } from '../../execution/step-view.ts';
import { useI18n } from '../../i18n/i18n.tsx';
import { CopyAction } from '../../ui/copy-value.tsx';
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
  /** What the execution runs; undefined while it is read, and when it was deleted. */
  definition: WorkflowDefinition | undefined;
  /** All of the execution. */
  steps: readonly StepView[];
  onChooseStep(path: string): void;
  onClose(): void;
  /** Undefined where nothing can be built on the execution. */
  onAction?: ((action: ExecutionAction) => void) | undefined;
}

/** The line at fault and some around it. */
const linesAround = 5;

/** What one step did: the error first, then what came out, what went in, its attempts and its logs. */
export function StepPanel(props: StepPanelProps) {
  const { className, detail, step, nodeType, definition, onClose, onAction } = props;
  const i18n = useI18n();
  const { t, pick, format } = i18n;
  const passes = passesOfPath(step.path);
  const node = definition?.nodes.find(({ id }) => id === step.nodeId);
  const code = node && readCode(node);
  const line = step.error ? lineOfError(step.error) : undefined;
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
        {step.logs.some(({ notice }) => notice === 'without-jail') && (
          <WithoutJailAlert title={t('jail.step')} />
        )}
        <StepError {...props} />
        {code !== undefined && line !== undefined && (
          <CodeLines text={code} marked={[line]} limit={linesAround} />
        )}
      </Stack>
      <Tabs defaultValue={step.status === 'failed' ? 'input' : 'output'} keepMounted={false}>
        <SideTabs>
          <Tabs.Tab value="output">{t('step.output')}</Tabs.Tab>
          <Tabs.Tab value="input">{t('step.input')}</Tabs.Tab>
          {code !== undefined && <Tabs.Tab value="code">{t('step.code')}</Tabs.Tab>}
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
        {code !== undefined && (
          <Tabs.Panel value="code" p="md">
            <Group justify="flex-end" mb={3}>
              <CopyAction value={code} label={t('code.copy')} />
            </Group>
            <CodeLines text={code} marked={line === undefined ? [] : [line]} reveal />
          </Tabs.Panel>
        )}
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

function StepError({ step, steps, onChooseStep }: StepPanelProps) {
  const i18n = useI18n();
  const { t } = i18n;
  if (!step.error) return null;
  const text = toProblemText(step.error, i18n);
  const call = findFailedCall(step, steps);
  return (
    <Alert
      variant="light"
      color={step.status === 'failed' ? 'red' : 'orange'}
      icon={<IconAlertTriangle size={18} />}
      title={text.title}
      style={{ overflowWrap: 'anywhere' }}
    >
      {step.error.itemIndex !== undefined && (
        <Text size="sm">{t('execution.itemNumber', { number: step.error.itemIndex + 1 })}</Text>
      )}
      {step.status === 'succeeded' && <Text size="sm">{t('step.errorPassed')}</Text>}
      {call && (
        <Text size="sm" mb={4}>
          {t('step.failedCall')}{' '}
          <Anchor
            component="button"
            type="button"
            inherit
            c="inherit"
            underline="always"
            onClick={() => onChooseStep(call.path)}
          >
            {call.nodeName}
          </Anchor>
        </Text>
      )}
      <ProblemDetails text={text} />
    </Alert>
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
