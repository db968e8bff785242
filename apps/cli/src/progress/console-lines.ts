/**
 * Lines that steps at work write, each shown once: a stream that was connected again brings those of steps that are still
 * at work anew, and the record of a step's end has all of them.
 */
import type { LogLevel, StepLog } from '@navette/contracts';
import type { LiveRecord } from '../api/live-record.ts';
import { formatLines } from '../output/format.ts';
import type { Style } from '../output/style.ts';

export interface ConsolePart {
  path: string;
  /** Position of the first line. */
  from: number;
  lines: readonly StepLog[];
  /** Lines right before `from` that come with the end of the step only. */
  skipped?: number;
}

export class ConsoleLines {
  /** By position. A hole was left out. */
  readonly #shown = new Map<string, (StepLog | undefined)[]>();

  /** Those that were not shown yet. Of another try of the step, all. */
  takeNew({ path, from, lines }: ConsolePart): StepLog[] {
    const shown = this.#shown.get(path) ?? [];
    const isOther = lines.some((line, index) => {
      const known = shown[from + index];
      return known !== undefined && !isSame(known, line);
    });
    const known = isOther ? shown.slice(0, from) : shown;
    const fresh = lines.filter((_, index) => known[from + index] === undefined);
    while (known.length < from) known.push(undefined);
    for (const [index, line] of lines.entries()) known[from + index] = line;
    this.#shown.set(path, known);
    return fresh;
  }

  /** How many lines before the part are left out and were not told of. To be asked before its lines are taken. */
  countLeftOut({ path, from, skipped = 0 }: ConsolePart): number {
    const { length } = this.#shown.get(path) ?? [];
    return Math.max(0, Math.min(skipped, from - length));
  }

  /** The record of a step's end with the lines that were not shown yet; any other one as it is. */
  withoutShown(record: LiveRecord): LiveRecord {
    if (record.type !== 'step-completed' && record.type !== 'step-failed') return record;
    const fresh = this.takeNew({ path: record.path, from: 0, lines: record.logs ?? [] });
    this.#shown.delete(record.path);
    return { ...record, logs: fresh };
  }
}

/** Whenever it was written: a program writes its lines anew each time it goes on. */
function isSame(a: StepLog, b: StepLog): boolean {
  return a.attempt === b.attempt && a.message === b.message;
}

/** A line in words; its further lines are set in as well. */
export function describeLine({ attempt, level = 'info', message }: StepLog, style: Style): string[] {
  const mark = [attempt === undefined ? '' : `attempt ${attempt} `, paintLevel(level, style)].join('');
  return formatLines(message).map(
    (text, index) => `          ${style.dim('|')} ${index === 0 ? mark : ''}${text}`,
  );
}

function paintLevel(level: LogLevel, style: Style): string {
  if (level === 'info') return '';
  if (level === 'warn') return `${style.yellow('warn:')} `;
  return level === 'error' ? `${style.red('error:')} ` : `${style.dim('debug:')} `;
}
