/** Lines that a step at work has written, as the live stream sends them between the records. */
import { type LogLevel, logLevels, type StepLog, stepNotices } from '@navette/contracts';
import { isRecord } from '@navette/kit/portable';

export interface ConsolePart {
  path: string;
  /** Position of the first line; what is known beyond it is of another try, and over. */
  from: number;
  lines: readonly StepLog[];
  /** Lines right before `from` that come with the end of the step only. */
  skipped?: number;
}

/** A line, or that lines were left out in this place. */
export interface ShownLine extends StepLog {
  leftOut?: number;
}

/** Undefined when it is none of ours. */
export function parseConsolePart(data: unknown): ConsolePart | undefined {
  if (!isRecord(data) || !Array.isArray(data['lines'])) return undefined;
  const { from, path, skipped } = data;
  if (typeof path !== 'string' || typeof from !== 'number') return undefined;
  const lines = data['lines'].flatMap((line: unknown): StepLog[] => {
    if (!isRecord(line) || typeof line['at'] !== 'number' || typeof line['message'] !== 'string') return [];
    const { at, attempt, level, message } = line;
    const notice = stepNotices.find((known) => known === line['notice']);
    return [
      {
        at,
        message,
        ...(isLevel(level) ? { level } : {}),
        ...(typeof attempt === 'number' ? { attempt } : {}),
        ...(notice ? { notice } : {}),
      },
    ];
  });
  return { path, from, lines, ...(typeof skipped === 'number' ? { skipped } : {}) };
}

function isLevel(value: unknown): value is LogLevel {
  return logLevels.some((level) => level === value);
}

/** What is known of a step's lines when a part has come. The first `written` lines are on record, and stay as they are. */
export function joinLines(known: readonly ShownLine[], part: ConsolePart, written = 0): ShownLine[] {
  const from = Math.max(part.from, written);
  const lines = part.lines.slice(from - part.from);
  if (lines.length === 0 && written > part.from) return [...known];
  const skipped = Math.min(part.skipped ?? 0, from - written);
  const before = takeLines(known, from - skipped);
  if (skipped <= 0) return [...before, ...lines];
  const { at = 0, attempt } = lines[0] ?? before.at(-1) ?? {};
  const gap = { at, message: '', leftOut: skipped, ...(attempt === undefined ? {} : { attempt }) };
  return [...before, gap, ...lines];
}

/** What is known of a step's lines when some of them have come on record. What was shown beyond them stays. */
export function recordLines(
  known: readonly ShownLine[],
  first: number,
  lines: readonly StepLog[],
): ShownLine[] {
  return [...takeLines(known, first), ...lines, ...dropLines(known, first + lines.length)];
}

/** How many lines the step has written. */
export function countLines(lines: readonly { leftOut?: number }[]): number {
  return lines.reduce((sum, { leftOut = 1 }) => sum + leftOut, 0);
}

/** The first lines, those that were left out among them. */
function takeLines(lines: readonly ShownLine[], count: number): ShownLine[] {
  const taken: ShownLine[] = [];
  let left = count;
  for (const line of lines) {
    if (left <= 0) break;
    taken.push(line.leftOut === undefined ? line : { ...line, leftOut: Math.min(line.leftOut, left) });
    left -= line.leftOut ?? 1;
  }
  return taken;
}

/** What is left without the first lines. */
function dropLines(lines: readonly ShownLine[], count: number): ShownLine[] {
  const left: ShownLine[] = [];
  let gone = count;
  for (const line of lines) {
    const { leftOut = 1 } = line;
    if (gone <= 0) left.push(line);
    else if (leftOut > gone) left.push({ ...line, leftOut: leftOut - gone });
    gone -= leftOut;
  }
  return left;
}
