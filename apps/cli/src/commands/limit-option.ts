import type { OptionSpec } from '../command/command.ts';
import { createUsageError } from '../command/parse-command-line.ts';

const defaultLimit = 50;
const highestLimit = 10_000;

export const limitOption: OptionSpec = {
  name: 'limit',
  short: 'n',
  value: 'N',
  help: `how many at most (default: ${defaultLimit})`,
};

/** Throws CLI_USAGE. */
export function parseLimit(words: readonly string[], text: string | undefined): number {
  if (text === undefined) return defaultLimit;
  const limit = /^\d{1,6}$/.test(text) ? Number(text) : 0;
  if (limit >= 1 && limit <= highestLimit) return limit;
  throw createUsageError(words, `--limit is a number from 1 to ${highestLimit}, not "${text}"`);
}
