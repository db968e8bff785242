import { Badge, Text } from '@mantine/core';
import { type ExecutionDetail, isTerminal } from '@navette/contracts';
import { IconLifebuoy, IconMailX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { derivedExecutionsQuery } from '../../api/queries.ts';
import type { LiveExecution } from '../../execution/use-live-execution.ts';
import { type I18n, type PlainKey, useI18n } from '../../i18n/i18n.tsx';
import { CopyAction } from '../../ui/copy-value.tsx';
import { LiveDuration } from '../../ui/live-duration.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { executionLooks, modeLabels } from '../../ui/status.ts';
import { ExecutionLink } from './execution-link.tsx';
import classes from './execution-view.module.css';
import { toStepName } from './step-choice.ts';

const originLabels: Readonly<Record<NonNullable<ExecutionDetail['origin']>['kind'], PlainKey>> = {
  retry: 'execution.retryOf',
  rerun: 'origin.rerun',
  fork: 'origin.fork',
  error: 'origin.error',
  compensation: 'origin.compensation',
  child: 'execution.parent',
};

/** When it ran, who started it, what it was made from, and what was made from it. */
export function ExecutionFacts({ detail, live }: { detail: ExecutionDetail; live: LiveExecution }) {
  const i18n = useI18n();
  const { t, format } = i18n;
  return (
    <div className={classes['facts']}>
      <dl>
        <Fact name={t('executions.started')}>
          <RelativeTime iso={detail.startedAt ?? detail.createdAt} />
        </Fact>
        <Fact name={t('executions.duration')}>
          <LiveDuration startedAt={detail.startedAt} finishedAt={detail.finishedAt} />
        </Fact>
        <Fact name={t('executions.mode')}>{t(modeLabels[detail.mode])}</Fact>
        {detail.retryOf && (
          <Fact name={t(detail.origin ? originLabels[detail.origin.kind] : 'execution.retryOf')}>
            <ExecutionLink id={detail.retryOf} />
            {toOriginStep(detail, live, i18n)}
          </Fact>
        )}
        {detail.parentId && detail.parentId !== detail.retryOf && (
          <Fact name={t('execution.parent')}>
            <ExecutionLink id={detail.parentId} />
          </Fact>
        )}
        {isTerminal(detail.status) && <Derived executionId={detail.id} />}
        <Fact name={t('execution.id')}>
          <Text span ff="monospace" size="xs" c="dimmed">
            {detail.id.slice(0, 16)}…
          </Text>
          <CopyAction value={detail.id} label={t('execution.copyId')} />
        </Fact>
      </dl>
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
      {detail.deadLetter === 'open' && (
        <Badge variant="light" color="red" leftSection={<IconMailX size={13} />}>
          {t('dead.mark')}
        </Badge>
      )}
    </div>
  );
}

function Fact({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** "from Charge": where a rerun began, or after which step a fork goes on. */
function toOriginStep({ origin }: ExecutionDetail, live: LiveExecution, i18n: I18n): string | undefined {
  const path = origin?.step;
  if (!origin || !path) return undefined;
  const known = live.steps.find((step) => step.path === path);
  const step = known ? toStepName(known, i18n) : path;
  if (origin.kind === 'rerun') return i18n.t('origin.rerunStep', { step });
  return origin.kind === 'fork' ? i18n.t('origin.forkStep', { step }) : undefined;
}

/** Retries, reruns, forks, its error workflow, its compensation. Nothing when there are none. */
function Derived({ executionId }: { executionId: string }) {
  const { t } = useI18n();
  const { data } = useQuery(derivedExecutionsQuery(executionId));
  if (!data || data.items.length === 0) return null;
  return (
    <Fact name={t('origin.derived')}>
      {data.items.map(({ id, mode, status }) => (
        <ExecutionLink key={id} id={id}>
          {`${t(modeLabels[mode])} (${t(executionLooks[status].label)})`}
        </ExecutionLink>
      ))}
    </Fact>
  );
}
