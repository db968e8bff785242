import { Anchor, Group, Text, VisuallyHidden } from '@mantine/core';
import type { ExecutionReplay, JsonDifference, StepChange } from '@navette/contracts';
import { Link } from '@tanstack/react-router';
import { isNamedPort, portLabels } from '../../canvas/port-label.ts';
import { passesOfPath } from '../../execution/step-path.ts';
import { useI18n } from '../../i18n/i18n.tsx';
import { toProblemText } from '../../ui/problem-text.ts';
import { executionLooks } from '../../ui/status.ts';
import { StatusBadge } from '../../ui/status-badge.tsx';
import { parseDifferencePlace } from './difference-place.ts';
import { changeLabels, outcomeLooks } from './outcome-looks.ts';
import classes from './replay-report.module.css';

interface ExecutionDifferenceProps {
  result: ExecutionReplay;
  showLink: boolean;
}

/** What would be different in one execution. */
export function ExecutionDifference({ result, showLink }: ExecutionDifferenceProps) {
  const { t } = useI18n();
  const { outcome, reason, reasonCode, recordedStatus, replayedStatus, error, changes } = result;
  const look = outcomeLooks[outcome];
  return (
    <li className={classes['result']}>
      <Group gap="sm">
        <StatusBadge look={look} />
        <Text size="sm" c="dimmed" flex="1 1 200px">
          {t(look.help)}
        </Text>
        {showLink && (
          <Anchor
            ff="monospace"
            fz="xs"
            renderRoot={(props) => (
              <Link
                to="/executions/$executionId"
                params={{ executionId: result.executionId }}
                search={{}}
                {...props}
              />
            )}
          >
            {result.executionId.slice(0, 16)}…
          </Anchor>
        )}
      </Group>
      {reason !== null && <Reason reason={reason} code={reasonCode} />}
      {recordedStatus !== null && replayedStatus !== null && recordedStatus !== replayedStatus && (
        <Text size="sm" fw={550}>
          {t('replay.statusChanged', {
            before: t(executionLooks[recordedStatus].label),
            after: t(executionLooks[replayedStatus].label),
          })}
        </Text>
      )}
      {error && outcome !== 'same' && (
        <Text size="sm" className={classes['value']}>
          {t('replay.error', { message: error.message })}{' '}
          <Text span inherit ff="monospace" fz="xs" c="dimmed">
            {error.code}
          </Text>
        </Text>
      )}
      {changes.length > 0 && (
        <ul className={classes['changes']}>
          {changes.map((change) => (
            <StepDifference key={`${change.path} ${change.kind}`} change={change} />
          ))}
        </ul>
      )}
      <Rest result={result} />
    </li>
  );
}

/** Why it was not replayed, in the reader's language where the error is known. */
function Reason({ reason, code }: { reason: string; code: string | undefined }) {
  const i18n = useI18n();
  const { title, help } = toProblemText({ code: code ?? '', message: reason }, i18n);
  return (
    <div>
      <Text size="sm">{title}</Text>
      {help && (
        <Text size="sm" c="dimmed">
          {help}
        </Text>
      )}
      {code && (
        <Text size="xs" c="dimmed" ff="monospace">
          {code}
        </Text>
      )}
    </div>
  );
}

/** What is the same, what is not known, and what was left out of the comparison. */
function Rest({ result }: { result: ExecutionReplay }) {
  const { t } = useI18n();
  const { sameSteps, unknownSteps, drifted } = result;
  const lines = [
    sameSteps > 0 ? t('replay.sameSteps', { count: sameSteps }) : undefined,
    unknownSteps > 0 ? t('replay.unknownSteps', { count: unknownSteps }) : undefined,
    drifted.length > 0 ? t('replay.drifted', { steps: drifted.join(', ') }) : undefined,
  ];
  return lines
    .filter((line) => line !== undefined)
    .map((line) => (
      <Text key={line} size="xs" c="dimmed">
        {line}
      </Text>
    ));
}

function StepDifference({ change }: { change: StepChange }) {
  const { t } = useI18n();
  const passes = passesOfPath(change.path);
  return (
    <li>
      <Text size="sm">
        <Text span inherit fw={600}>
          {passes.length === 0
            ? change.nodeName
            : t('again.stepPass', { name: change.nodeName, pass: passes.join('.') })}
        </Text>
        {' · '}
        {t(changeLabels[change.kind])}
      </Text>
      {change.differences.length > 0 && (
        <dl className={classes['differences']}>
          {change.differences.map((difference) => (
            <Difference key={difference.path} difference={difference} />
          ))}
        </dl>
      )}
      {change.cut && (
        <Text size="xs" c="dimmed">
          {t('replay.cut')}
        </Text>
      )}
    </li>
  );
}

function Difference({ difference }: { difference: JsonDifference }) {
  const { t } = useI18n();
  const { port, item, field } = parseDifferencePlace(difference.path);
  const label = port === undefined ? undefined : portLabels.get(port);
  const place = [
    port !== undefined && isNamedPort(port) ? (label ? t(label) : port) : undefined,
    item === undefined ? undefined : t('replay.item', { number: item }),
    field === '' ? undefined : field,
  ];
  return (
    <div>
      <dt>{place.filter(Boolean).join(' · ')}</dt>
      {difference.before !== null && (
        <dd data-side="before">
          <VisuallyHidden>{t('replay.before')} </VisuallyHidden>
          <del>{difference.before}</del>
        </dd>
      )}
      {difference.after !== null && (
        <dd data-side="after">
          <VisuallyHidden>{t('replay.after')} </VisuallyHidden>
          <ins>{difference.after}</ins>
        </dd>
      )}
    </div>
  );
}
