import { Button, Group, Radio, Select, Stack, Text } from '@mantine/core';
import { type ExecutionDetail, type RouteRequest, routes } from '@navette/contracts';
import { IconGitFork } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { callRoute } from '../../api/call-route.ts';
import type { ForkPoint } from '../../execution/fork-points.ts';
import type { StepView } from '../../execution/step-view.ts';
import { useForkPoints } from '../../execution/use-fork-points.ts';
import { type I18n, useI18n } from '../../i18n/i18n.tsx';
import { DialogActions } from '../../ui/dialog-actions.tsx';
import { ProblemAlert } from '../../ui/problem-alert.tsx';
import { listForkSteps, toStepName } from './step-choice.ts';
import { StepSelect } from './step-select.tsx';
import { useRunVersions, type VersionChoice, VersionSelect } from './version-select.tsx';

interface ForkFormProps {
  detail: ExecutionDetail;
  steps: readonly StepView[];
  first: string | undefined;
  onClose(): void;
  onStarted(executionId: string): void;
}

type ForkBody = RouteRequest<typeof routes.forkExecution>['body'];

/** No path of a step is empty: the point after all of them. */
const end = '';

/** From which point to go on, after a step or after a single event, and in which version. */
export function ForkForm({ detail, steps, first, onClose, onStarted }: ForkFormProps) {
  const { t } = useI18n();
  const choices = listForkSteps(steps);
  const [by, setBy] = useState<'step' | 'event'>('step');
  const [after, setAfter] = useState(() => choices.find(({ path }) => path === first)?.path ?? end);
  const [at, setAt] = useState<string>();
  const [version, setVersion] = useState<VersionChoice>('same');
  const fork = useMutation({
    mutationFn: (body: ForkBody) =>
      callRoute(
        routes.forkExecution,
        { params: { executionId: detail.id }, body },
        { idempotencyKey: crypto.randomUUID() },
      ),
    onSuccess: ({ executionId }) => onStarted(executionId),
  });
  const start = () => {
    if (by === 'event') fork.mutate({ version, at });
    else fork.mutate({ version, ...(after === end ? {} : { after }) });
  };
  return (
    <Stack>
      <Text size="sm" c="dimmed">
        {t('again.forkText')}
      </Text>
      <Radio.Group
        label={t('again.forkBy')}
        value={by}
        onChange={(value) => setBy(value === 'event' ? 'event' : 'step')}
      >
        <Group gap="lg" mt={6}>
          <Radio value="step" label={t('again.forkByStep')} />
          <Radio value="event" label={t('again.forkByEvent')} />
        </Group>
      </Radio.Group>
      {by === 'step' ? (
        <StepSelect
          label={t('again.forkPoint')}
          description={t('again.forkPointHelp')}
          steps={choices}
          first={t('again.end')}
          value={after}
          onChange={(path) => setAfter(path ?? end)}
        />
      ) : (
        <EventSelect executionId={detail.id} steps={steps} value={at} onChange={setAt} />
      )}
      <VersionSelect<VersionChoice>
        label={t('again.version')}
        choices={useRunVersions(detail.workflowId)}
        value={version}
        onChange={setVersion}
      />
      <ProblemAlert error={fork.error} />
      <DialogActions onClose={onClose}>
        <Button
          data-autofocus
          leftSection={<IconGitFork size={16} />}
          loading={fork.isPending}
          disabled={by === 'event' && at === undefined}
          onClick={start}
        >
          {t('again.forkStart')}
        </Button>
      </DialogActions>
    </Stack>
  );
}

interface EventSelectProps {
  executionId: string;
  steps: readonly StepView[];
  value: string | undefined;
  onChange(eventId: string | undefined): void;
}

function EventSelect({ executionId, steps, value, onChange }: EventSelectProps) {
  const i18n = useI18n();
  const { t } = i18n;
  const points = useForkPoints(executionId, true);
  const stepOf = new Map(steps.map((step) => [step.path, step]));
  const toName = ({ path }: ForkPoint) => toStepName(stepOf.get(path) ?? { path, nodeName: path }, i18n);
  return (
    <Select
      label={t('again.forkEvent')}
      description={t('again.forkEventHelp')}
      placeholder={points ? t('again.forkEventChoose') : t('common.loading')}
      disabled={!points}
      searchable
      limit={200}
      nothingFoundMessage={t('again.noEvent')}
      value={value ?? null}
      data={(points ?? []).map((point) => ({
        value: point.id,
        label: toPointLabel(point, toName(point), i18n),
      }))}
      onChange={(id) => onChange(id ?? undefined)}
    />
  );
}

/** "Price · item 2 done · 17:45:02 (12.3)". The id makes equal moments distinct, and is what the API takes. */
function toPointLabel(point: ForkPoint, name: string, { t, format }: I18n): string {
  const item = point.item === undefined ? undefined : t('replay.item', { number: point.item + 1 });
  const parts = [name, item, t(point.label), `${format.time(point.at)} (${point.id})`];
  return parts.filter((part) => part !== undefined).join(' · ');
}
