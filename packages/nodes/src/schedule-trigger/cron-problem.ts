import { Cron } from 'croner';

/** A leap year starts here, so that "29 February" is found. */
const searchFrom = new Date('2024-01-01T00:00:00Z');

/**
 * What is wrong with a cron expression; undefined when it is fine. Five fields (minute hour day month weekday) or six
 * (seconds first), in Croner's dialect: names, ranges, steps, L, W and #. One that never comes due is refused.
 */
export function findCronProblem(expression: string): string | undefined {
  const fields = expression.trim().split(/\s+/).length;
  if (fields !== 5 && fields !== 6) return 'must have five fields, or six with seconds first';
  try {
    const cron = new Cron(expression, { paused: true, mode: '5-or-6-parts', timezone: 'UTC' });
    return cron.nextRun(searchFrom) === null ? 'never comes due' : undefined;
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace(/^CronPattern: /, '') : 'unknown reason';
    return `is not a cron expression: ${reason}`;
  }
}
