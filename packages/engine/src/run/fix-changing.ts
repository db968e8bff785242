import { deriveUuid } from '@navette/kit';
import type { Attempt } from './attempts.ts';
import type { StepHost } from './step-host.ts';
import type { StepSurroundings } from './step-scope.ts';

const hexDigits = 12;

/**
 * What an attempt of an effect sees of the time and of chance: the same when it is begun again after a crash, so that its
 * key never carries two requests. The time is that at which it began for the first time, which the journal has; chance
 * follows from what it is an attempt of.
 */
export function fixChanging(options: {
  host: StepHost;
  around: StepSurroundings;
  itemIndex: number | undefined;
  attempt: Attempt;
}): StepSurroundings {
  const { around, attempt, host, itemIndex } = options;
  const { begunAt } = attempt;
  if (begunAt === undefined) return around;
  const { rootId } = host.execution;
  const seed = [rootId, around.step.path, String(itemIndex ?? ''), String(attempt.number), 'chance'];
  let drawn = 0;
  return {
    ...around,
    now: () => begunAt,
    random: () => {
      const digits = deriveUuid(...seed, String(drawn++)).replaceAll('-', '');
      return Number.parseInt(digits.slice(0, hexDigits), 16) / 16 ** hexDigits;
    },
  };
}
