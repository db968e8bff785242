/** Where things lie on the time axis of an execution. Pure: positions are shares of the width, 0 to 1. */
import type { StepView } from './step-view.ts';

export interface TimeSpan {
  startMs: number;
  endMs: number;
}

export interface Bar {
  kind: 'attempt' | 'failed-attempt' | 'pause' | 'waiting' | 'whole';
  left: number;
  width: number;
  /** Number of the attempt, where the bar is one. */
  attempt?: number;
}

/** From the first start to the last end; what still runs ends now. */
export function toTimeSpan(steps: readonly StepView[], startedAt: string | null, nowMs: number): TimeSpan {
  const starts = steps.flatMap((step) =>
    step.startedAt === null || step.reused ? [] : [Date.parse(step.startedAt)],
  );
  const from = startedAt === null ? Math.min(...starts, nowMs) : Math.min(Date.parse(startedAt), ...starts);
  const ends = steps.flatMap((step) => {
    if (step.startedAt === null || step.reused) return [];
    return [step.finishedAt === null ? nowMs : Date.parse(step.finishedAt)];
  });
  return { startMs: from, endMs: Math.max(from + 1, ...ends) };
}

/** The bars of one step: an attempt each, with the pauses between them; one bar where attempts are not known. */
export function toBars(step: StepView, span: TimeSpan, nowMs: number): Bar[] {
  if (step.startedAt === null || step.status === 'skipped' || step.reused) return [];
  const length = span.endMs - span.startMs;
  const place = (from: number, to: number) => ({
    left: clamp((from - span.startMs) / length),
    width: clamp((Math.max(to, from) - from) / length),
  });
  const start = Date.parse(step.startedAt);
  const end = step.finishedAt === null ? nowMs : Date.parse(step.finishedAt);
  const whole = step.tries.filter((attempt) => attempt.item === undefined);
  if (step.status === 'waiting') return [{ kind: 'waiting', ...place(start, end) }];
  if (whole.length < 2) return [{ kind: 'whole', ...place(start, end) }];
  const bars: Bar[] = [];
  for (const [index, attempt] of whole.entries()) {
    const ended = attempt.endedAt ?? nowMs;
    const failed = attempt.error !== undefined && attempt.endedAt !== undefined;
    bars.push({
      kind: failed ? 'failed-attempt' : 'attempt',
      attempt: attempt.number,
      ...place(attempt.startedAt, ended),
    });
    const next = whole[index + 1];
    const until = next?.startedAt ?? (step.status === 'retrying' ? nowMs : undefined);
    if (attempt.endedAt !== undefined && until !== undefined) {
      bars.push({ kind: 'pause', ...place(attempt.endedAt, until) });
    }
  }
  return bars;
}

const factors = [1, 2, 5] as const;
const clockUnitsMs = [
  60_000, 120_000, 300_000, 600_000, 900_000, 1_800_000, 3_600_000, 7_200_000, 21_600_000, 43_200_000,
  86_400_000,
];

/** Round marks on the axis, as milliseconds from the start; at most `count` and a few. */
export function toTicks(span: TimeSpan, count: number): number[] {
  const length = span.endMs - span.startMs;
  const step = toRoundStep(length / count);
  const ticks: number[] = [];
  for (let at = 0; at <= length; at += step) ticks.push(at);
  return ticks;
}

function toRoundStep(atLeastMs: number): number {
  if (atLeastMs > 20_000) {
    const unit = clockUnitsMs.find((ms) => ms >= atLeastMs);
    if (unit) return unit;
    return Math.ceil(atLeastMs / 86_400_000) * 86_400_000;
  }
  for (let power = 1; ; power *= 10) {
    for (const factor of factors) if (factor * power >= atLeastMs) return factor * power;
  }
}

function clamp(value: number): number {
  return Math.min(1, Math.max(0, value));
}
