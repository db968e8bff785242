import { ActionIcon, Checkbox, Group, Stack, Text, TextInput, Tooltip } from '@mantine/core';
import type { LogLevel, StepNotice } from '@navette/contracts';
import { IconArrowDown, IconFilter } from '@tabler/icons-react';
import { Fragment, useRef, useState } from 'react';
import { countLines } from '../../execution/console-lines.ts';
import type { ShownLogLine as Line, StepView } from '../../execution/step-view.ts';
import { type PlainKey, useI18n } from '../../i18n/i18n.tsx';
import { CopyAction } from '../../ui/copy-value.tsx';
import { filterLines, isTrouble, type LineFilter } from './filter-lines.ts';
import classes from './step-logs.module.css';
import { useFollow } from './use-follow.ts';

const levelNames = {
  debug: 'step.level.debug',
  warn: 'step.level.warn',
  error: 'step.level.error',
} as const;

/** What the server says, in the reader's language. */
const noticeTexts = { 'without-jail': 'jail.line' } as const satisfies Record<StepNotice, PlainKey>;

/** Fewer lines are read faster than filtered. */
const filteredFrom = 8;

/** What the step wrote, as it comes while the step runs: a line each, by attempt when there were several. */
export function StepLogs({ step }: { step: StepView }) {
  const { t } = useI18n();
  const [filter, setFilter] = useState<LineFilter>({ text: '', troubles: false });
  const list = useRef<HTMLDivElement>(null);
  const isOpen = step.finishedAt === null && step.startedAt !== null;
  const lines = filterLines(step.logs, filter);
  const { atEnd, toEnd } = useFollow(list, lines.length, isOpen);
  if (step.logs.length === 0) {
    return (
      <Text size="sm" c="dimmed" role="status">
        {isOpen ? t('step.noLogsYet') : t('step.noLogs')}
      </Text>
    );
  }
  const isFiltered = lines.length < step.logs.length;
  const hasAttempts = step.logs.some((line) => attemptOf(line) > 1);
  return (
    <Stack gap={6} ref={list}>
      <Stack gap={6} className={classes['tools']}>
        <Group justify="space-between" gap="xs" wrap="nowrap">
          <Text size="sm" c="dimmed">
            {isFiltered
              ? t('logs.shown', { count: lines.length, total: step.logs.length })
              : isOpen
                ? t('step.logsLive', { count: countLines(step.logs) })
                : t('step.logLines', { count: step.logs.length })}
          </Text>
          <Group gap={4} wrap="nowrap">
            {isOpen && !atEnd && (
              <Tooltip label={t('logs.follow')}>
                <ActionIcon variant="light" size="sm" onClick={toEnd} aria-label={t('logs.follow')}>
                  <IconArrowDown size={15} />
                </ActionIcon>
              </Tooltip>
            )}
            <CopyAction value={toText(lines)} label={t('step.copyLogs')} />
          </Group>
        </Group>
        {step.logs.length >= filteredFrom && (
          <LogFilter filter={filter} hasTroubles={step.logs.some(isTrouble)} onChange={setFilter} />
        )}
      </Stack>
      {lines.length === 0 && (
        <Text size="sm" c="dimmed" role="status">
          {t('logs.noMatch')}
        </Text>
      )}
      <Stack gap={2} className={classes['lines']} role="log" aria-label={t('step.logs')}>
        {lines.map((line, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: logs only grow at the end
          <Fragment key={index}>
            {hasAttempts && attemptOf(line) !== attemptOf(lines[index - 1]) && (
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

interface LogFilterProps {
  filter: LineFilter;
  hasTroubles: boolean;
  onChange(filter: LineFilter): void;
}

function LogFilter({ filter, hasTroubles, onChange }: LogFilterProps) {
  const { t } = useI18n();
  return (
    <Group gap="xs">
      <TextInput
        size="xs"
        flex="1 1 160px"
        aria-label={t('logs.filter')}
        placeholder={t('logs.filter')}
        leftSection={<IconFilter size={14} />}
        value={filter.text}
        onChange={(event) => onChange({ ...filter, text: event.currentTarget.value })}
      />
      {hasTroubles && (
        <Checkbox
          size="xs"
          label={t('logs.troubles')}
          checked={filter.troubles}
          onChange={(event) => onChange({ ...filter, troubles: event.currentTarget.checked })}
        />
      )}
    </Group>
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
        {line.notice ? t(noticeTexts[line.notice]) : line.message}
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
