import { NavetteError } from '@navette/kit';
import { sandboxErrors } from '../errors.ts';
import type { CodeLimits } from '../port.ts';
import type { LimitOrigin, StepPolicy } from './policy-layers.ts';

type LimitCode = Extract<keyof typeof sandboxErrors.specs, `SANDBOX_${string}_LIMIT`>;

/** Limits that a step can ask for itself. */
const askable: ReadonlySet<string> = new Set(['wallMs', 'cpuMs', 'memoryBytes']);

/** The error of a limit, with the place where this limit comes from; any other error as it is. */
export function placeLimitError(error: unknown, policy: StepPolicy, canAsk: boolean): unknown {
  if (!NavetteError.is(error) || !/^SANDBOX_[A-Z]+_LIMIT$/.test(error.code)) return error;
  const limit = error.params['limit'] as keyof CodeLimits;
  const origin = policy.originOf(limit);
  const where = describeOrigin(limit, origin, canAsk && askable.has(limit));
  const { mostPlace, most, place } = origin;
  return sandboxErrors.create(error.code as LimitCode, {
    params: { ...error.params, where, place, most, mostPlace },
    cause: error.cause,
  });
}

function describeOrigin(limit: string, origin: LimitOrigin, canAsk: boolean): string {
  const { isDefault, isStep, most, mostPlace, place, value } = origin;
  const room = most > value ? `up to ${most} (${mostPlace})` : `and ${mostPlace}`;
  if (isStep) return `Raise ${limit} in the settings of the step, ${room}`;
  if (isDefault && canAsk)
    return `Ask for more ${limit} in the settings of the step, or change ${place}, ${room}`;
  return mostPlace === place ? `Raise ${place}` : `Raise ${place}, ${room}`;
}
