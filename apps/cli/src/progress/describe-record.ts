import type { LiveRecord } from '../api/live-record.ts';
import { formatCount, formatDuration, formatText } from '../output/format.ts';
import type { Style } from '../output/style.ts';
import { describeLine } from './console-lines.ts';
import type { ExecutionProgress } from './execution-progress.ts';

/** A record in words, one line or several; none when it tells a person nothing. */
export function describeRecord(record: LiveRecord, progress: ExecutionProgress, style: Style): string[] {
  const text = describe(record, progress, style);
  if (text === undefined) return [];
  const time = new Date(record.at).toISOString().slice(11, 19);
  const logs = 'logs' in record ? (record.logs ?? []) : [];
  return [`${style.dim(time)}  ${text}`, ...logs.flatMap((log) => describeLine(log, style))];
}

function describe(record: LiveRecord, progress: ExecutionProgress, style: Style): string | undefined {
  switch (record.type) {
    case 'execution-started':
      return style.dim('a worker took it up');
    case 'execution-recovered':
      return style.yellow('recovered: the worker before stopped in the middle, another one goes on');
    case 'execution-waiting':
      return `waiting: ${formatText(record.reason)}`;
    case 'execution-prepared':
      return undefined;
    case 'execution-cleared':
      return style.dim('it was at work alone for a while: something else had stopped the workers');
    case 'execution-finished':
      return describeEnd(record, progress, style);
    default:
      return describeStep(record, progress, style);
  }
}

function describeEnd(
  record: Extract<LiveRecord, { type: 'execution-finished' }>,
  progress: ExecutionProgress,
  style: Style,
): string {
  const { startedAt } = progress;
  const took = startedAt === undefined ? '' : ` in ${formatDuration(record.at - startedAt)}`;
  const status = paintStatus(record.status, style);
  return `${status}${took}${record.error ? `: ${formatText(record.error.message)}` : ''}`;
}

function describeStep(
  record: Extract<LiveRecord, { path: string }>,
  progress: ExecutionProgress,
  style: Style,
): string | undefined {
  const step = progress.step(record.path);
  const name = style.bold(formatText(step?.name ?? record.path));
  const item = 'item' in record && record.item !== undefined ? `, item ${record.item}` : '';
  switch (record.type) {
    case 'step-started':
      return `${name}  started${record.attempt > 1 ? `, attempt ${record.attempt}` : ''}${item}`;
    case 'attempt-failed': {
      const wait = formatDuration(record.retryAt - record.at);
      const failed = style.yellow(`attempt ${record.attempt} failed`);
      return `${name}  ${failed}${item}: ${formatText(record.error.message)}; the next one in ${wait}`;
    }
    case 'item-completed':
    case 'call-made':
    case 'step-wrote':
      return undefined;
    case 'item-failed':
      return `${name}  ${style.yellow('failed')}${item}: ${formatText(record.error.message)}`;
    case 'step-waiting':
      return `${name}  ${describeWait(record)}`;
    case 'step-resolved':
      return `${name}  ${describeAnswer(record)}`;
    case 'step-skipped':
      return style.dim(`${formatText(step?.name ?? record.path)}  skipped`);
    case 'step-failed':
      return `${name}  ${style.red('failed')}: ${formatText(record.error.message)} (${record.error.code})`;
    case 'step-completed':
      return `${name}  ${describeCompleted(record, style)}`;
  }
}

function describeWait({ awaits, limitAt, wakeAt }: Extract<LiveRecord, { type: 'step-waiting' }>): string {
  if (awaits?.kind === 'doubt') return 'a crash cut it off: waiting for somebody to say what became of it';
  const until = limitAt ?? wakeAt;
  return `waiting${until === null ? '' : ` until ${new Date(until).toISOString()}`}`;
}

const answers = { retry: 'run it again', done: 'it was done', fail: 'it failed' } as const;

function describeAnswer({ by, outcomes }: Extract<LiveRecord, { type: 'step-resolved' }>): string {
  const said = outcomes.map(
    ({ item, outcome }) => `${item === undefined ? '' : `item ${item}: `}${answers[outcome]}`,
  );
  return `${formatText(by.name)} said: ${said.join(', ')}`;
}

function describeCompleted(record: Extract<LiveRecord, { type: 'step-completed' }>, style: Style): string {
  const count = Object.values(record.outputCounts).reduce((sum, one) => sum + one, 0);
  const took = formatDuration(record.at - record.startedAt);
  const how = record.reused
    ? style.dim('kept from the execution before')
    : record.pinned
      ? style.dim('replaced by pinned data')
      : style.green('done');
  const passed = record.error ? `; its error goes on: ${formatText(record.error.message)}` : '';
  const tries = record.attempts > 1 ? `, ${record.attempts} attempts` : '';
  return `${how}  ${formatCount(count, 'item')}, ${took}${tries}${passed}`;
}

/** The name of a status in its colour. */
export function paintStatus(status: string, style: Style, text: string = status): string {
  if (status === 'succeeded') return style.green(text);
  if (status === 'failed') return style.red(text);
  if (status === 'running' || status === 'waiting' || status === 'retrying') return style.cyan(text);
  if (status === 'cancelled') return style.yellow(text);
  return style.dim(text);
}
