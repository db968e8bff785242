import { Group, Stack, Text } from '@mantine/core';
import type { LogLevel } from '@navette/contracts';
import { Fragment } from 'react';
import { countLines } from '../../execution/console-lines.ts';
import type { ShownLogLine as Line, StepView } from '../../execution/step-view.ts';
import { useI18n } from '../../i18n/i18n.tsx';
import { CopyAction } from '../../ui/copy-value.tsx';
import classes from './step-logs.module.css';

const levelNames = {
  debug: 'step.level.debug',
  warn: 'step.level.warn',
  error: 'step.level.error',
} as const;

/** What the step wrote, as it comes while the step runs: a line each, by attempt when there were several. */
export function StepLogs({ step }: { step: StepView }) {
  const { t } = useI18n();
  const isOpen = step.finishedAt === null && step.startedAt !== null;
  if (step.logs.length === 0) {
    return (
      <Text size="sm" c="dimmed" role="status">
        {isOpen ? t('step.noLogsYet') : t('step.noLogs')}
      </Text>
    );
  }
  const hasAttempts = step.logs.some((line) => attemptOf(line) > 1);
  return (
    <Stack gap={6}>
      <Group justify="space-between" gap="xs">
        <Text size="sm" c="dimmed">
          {isOpen
            ? t('step.logsLive', { count: countLines(step.logs) })
            : t('step.logLines', { count: step.logs.length })}
        </Text>
        <CopyAction value={toText(step.logs)} label={t('step.copyLogs')} />
      </Group>
      <Stack gap={2} className={classes['lines']} role="log" aria-label={t('step.logs')}>
        {step.logs.map((line, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: logs only grow at the end
          <Fragment key={index}>
            {hasAttempts && attemptOf(line) !== attemptOf(step.logs[index - 1]) && (
              <Text className={classes['attempt']}>
                {t('step.attemptNumber', { number: attemptOf(line) })}
              </Text>
            )}
            <LogLine line={line} />
          </Fragment>
        ))}
      </Stack>
    </Stack>
  );
}

function LogLine({ line }: { line: Line }) {
  const { t, format } = useI18n();
  const { leftOut, level = 'info' } = line;
  if (leftOut !== undefined)
    return <Text className={classes['attempt']}>{t('step.linesLeftOut', { count: leftOut })}</Text>;
  return (
    <div className={classes['line']} data-level={level}>
      <span className={classes['time']}>{format.time(Date.parse(line.at))}</span>
      <span className={classes['message']}>
        {level !== 'info' && <span className={classes['level']}>{t(levelNames[level])}</span>}
        {line.message}
      </span>
    </div>
  );
}

/** Of no line: that of none. */
function attemptOf(line: Line | undefined): number {
  return line === undefined ? 0 : (line.attempt ?? 1);
}

function toText(lines: readonly Line[]): string {
  const name = (level: LogLevel = 'info') => (level === 'info' ? '' : `${level.toUpperCase()} `);
  return lines
    .map(({ at, leftOut, level, message }) =>
      leftOut === undefined ? `${at} ${name(level)}${message}` : `${at} … (${leftOut})`,
    )
    .join('\n');
}
