import { formatCount, formatDuration, formatText } from '../output/format.ts';
import type { Style } from '../output/style.ts';
import { measureText, padText, truncateText } from '../output/text-width.ts';
import { paintStatus } from './describe-record.ts';
import type { ExecutionProgress, StepProgress } from './execution-progress.ts';

export interface Frame {
  columns: number;
  rows: number;
  now: number;
  /** Counts up with every frame, for what turns. */
  tick: number;
  style: Style;
  /** About the connection, in place of the status. */
  notice: string | undefined;
}

const spinner = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const marks = new Map([
  ['succeeded', '✓'],
  ['failed', '✗'],
  ['skipped', '–'],
  ['cancelled', '■'],
  ['waiting', '◷'],
  ['retrying', '↻'],
  ['pending', '·'],
]);
const barWidth = 24;
const longestName = 40;

/** The lines of a live view: a line per step, then the bar. Never more than fit on the screen. */
export function renderProgress(progress: ExecutionProgress, frame: Frame): string[] {
  const steps = progress.steps();
  const shown = chooseSteps(steps, frame.rows - 3);
  const nameWidth = Math.min(
    longestName,
    Math.max(0, ...shown.map((step) => measureText(formatText(step.name)))),
  );
  const lines = shown.map((step) => renderStep(step, nameWidth, frame));
  const hidden = progress.stepCount - shown.length;
  if (hidden > 0) lines.push(frame.style.dim(`  and ${formatCount(hidden, 'more step')}`));
  return [...lines, renderBar(progress, progress.stepCount, frame)];
}

/** All of them; when they do not fit, those at work and around them, in their order. */
function chooseSteps(steps: readonly StepProgress[], room: number): readonly StepProgress[] {
  const most = Math.max(1, room);
  if (steps.length <= most) return steps;
  const weight = (step: StepProgress) =>
    step.status === 'running' || step.status === 'retrying' || step.status === 'waiting'
      ? 0
      : step.status === 'failed'
        ? 1
        : step.status === 'pending'
          ? 3
          : 2;
  const ranked = [...steps].sort((a, b) => weight(a) - weight(b) || (b.endedAt ?? 0) - (a.endedAt ?? 0));
  const chosen = new Set(ranked.slice(0, most));
  return steps.filter((step) => chosen.has(step));
}

function renderStep(step: StepProgress, nameWidth: number, { columns, now, tick, style }: Frame): string {
  const mark = step.status === 'running' ? spinner[tick % spinner.length]! : (marks.get(step.status) ?? '?');
  const name = padText(truncateText(formatText(step.name), nameWidth), nameWidth);
  const detail = truncateText(describeStep(step, now), Math.max(0, columns - nameWidth - 5));
  const quiet = step.status === 'pending' || step.status === 'skipped';
  return `${paintStatus(step.status, style, mark)} ${quiet ? style.dim(name) : name}  ${style.dim(detail)}`;
}

function describeStep(step: StepProgress, now: number): string {
  const parts: string[] = [];
  if (step.reused) parts.push('kept');
  if (step.pinned) parts.push('pinned data');
  if (step.itemCount !== undefined) parts.push(formatCount(step.itemCount, 'item'));
  else if (step.itemsDone > 0) parts.push(`${formatCount(step.itemsDone, 'item')} done`);
  if (step.attempt > 1) parts.push(`attempt ${step.attempt}`);
  if (step.status === 'retrying') parts.push(`again in ${formatDuration((step.wakeAt ?? now) - now)}`);
  if (step.status === 'waiting' && step.wakeAt !== undefined)
    parts.push(`until ${new Date(step.wakeAt).toISOString()}`);
  if (step.startedAt !== undefined && !step.reused)
    parts.push(formatDuration((step.endedAt ?? now) - step.startedAt));
  if (step.error) parts.push(formatText(step.error.message));
  return parts.join(' · ');
}

function renderBar(progress: ExecutionProgress, total: number, frame: Frame): string {
  const { style, now, columns } = frame;
  const done = progress.doneCount;
  const filled = total === 0 ? 0 : Math.round((done / total) * barWidth);
  const bar = style.cyan('█'.repeat(filled)) + style.dim('░'.repeat(barWidth - filled));
  const took =
    progress.startedAt === undefined
      ? ''
      : ` · ${formatDuration((progress.endedAt ?? now) - progress.startedAt)}`;
  const recovered = progress.recoveries > 0 ? ` · ${formatCount(progress.recoveries, 'take-over')}` : '';
  const reason = progress.status === 'waiting' && progress.reason ? ` · ${formatText(progress.reason)}` : '';
  const state = frame.notice ?? progress.status;
  const text = truncateText(
    ` ${done}/${total} · ${state}${took}${recovered}${reason}`,
    Math.max(0, columns - barWidth - 1),
  );
  return bar + (frame.notice ? style.yellow(text) : text);
}
