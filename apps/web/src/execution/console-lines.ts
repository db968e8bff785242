/** Lines that a step at work has written, as the live stream sends them between the records. */
import { type LogLevel, logLevels, type StepLog } from '@navette/contracts';
import { isRecord } from '@navette/kit/portable';

export interface ConsolePart {
  path: string;
  /** Position of the first line; what is known beyond it is of another try, and over. */
  from: number;
  lines: readonly StepLog[];
}

/** Undefined when it is none of ours. */
export function parseConsolePart(data: unknown): ConsolePart | undefined {
  if (!isRecord(data) || typeof data['path'] !== 'string' || typeof data['from'] !== 'number')
    return undefined;
  if (!Array.isArray(data['lines'])) return undefined;
  const lines = data['lines'].flatMap((line: unknown): StepLog[] => {
    if (!isRecord(line) || typeof line['at'] !== 'number' || typeof line['message'] !== 'string') return [];
    const { at, attempt, level, message } = line;
    return [
      {
        at,
        message,
        ...(isLevel(level) ? { level } : {}),
        ...(typeof attempt === 'number' ? { attempt } : {}),
      },
    ];
  });
  return { path: data['path'], from: data['from'], lines };
}

function isLevel(value: unknown): value is LogLevel {
  return logLevels.some((level) => level === value);
}

/** What is known of a step's lines when a part has come. */
export function joinLines(known: readonly StepLog[], { from, lines }: ConsolePart): StepLog[] {
  return [...known.slice(0, from), ...lines];
}
