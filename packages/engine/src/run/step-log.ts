/**
 * The lines that a step writes. They are kept with its end, and shown while it runs, so there is a bound to them: a
 * program may write for as long as it runs.
 */
import type { StepLog } from '@navette/contracts';

const maxLines = 500;
const maxLineLength = 2_000;
/** Over all lines: they stay in the journal. */
const maxCharacters = 128_000;

/** Lists that take no more. */
const full = new WeakSet<readonly StepLog[]>();

/** A list to go on with, from the lines of one that was kept: what was full stays full. */
export function restoreLines(kept: readonly StepLog[]): StepLog[] {
  const lines = [...kept];
  if (!hasRoom(lines)) full.add(lines);
  return lines;
}

/** Whether the line was kept. The last one of a full list says that there were more. */
export function appendLine(lines: StepLog[], line: StepLog): boolean {
  if (full.has(lines)) return false;
  lines.push({ ...line, message: line.message.slice(0, maxLineLength) });
  if (hasRoom(lines)) return true;
  full.add(lines);
  lines.push({
    at: line.at,
    message: `These are the first ${lines.length} lines; no more are kept.`,
    level: 'warn',
  });
  return true;
}

function hasRoom(lines: readonly StepLog[]): boolean {
  const characters = lines.reduce((sum, { message }) => sum + message.length, 0);
  return lines.length < maxLines && characters < maxCharacters;
}
