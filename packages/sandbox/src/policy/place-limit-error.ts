import { NavetteError } from '@navette/kit';
import { sandboxErrors } from '../errors.ts';
import type { CodeLimits, EngineName } from '../port.ts';
import type { LimitOrigin, StepPolicy } from './policy-layers.ts';

type LimitCode = Extract<keyof typeof sandboxErrors.specs, `SANDBOX_${string}_LIMIT`>;

/** Limits that a step can ask for itself: their names among its parameters, and how much one of those is. */
const askable: ReadonlyMap<string, { name: string; unit: number }> = new Map([
  ['wallMs', { name: 'limits.seconds', unit: 1_000 }],
  ['cpuMs', { name: 'limits.cpuSeconds', unit: 1_000 }],
  ['memoryBytes', { name: 'limits.memoryMiB', unit: 1_048_576 }],
]);

/** The error of a limit, with the place where this limit comes from; any other error as it is. */
export function placeLimitError(
  error: unknown,
  policy: StepPolicy,
  { canAsk, engine }: { canAsk: boolean; engine: EngineName },
): unknown {
  if (!NavetteError.is(error) || !/^SANDBOX_[A-Z]+_LIMIT$/.test(error.code)) return error;
  if (error.code === 'SANDBOX_STACK_LIMIT' && engine === 'v8') return createDepthError(error);
  const limit = error.params['limit'] as keyof CodeLimits;
  const origin = policy.originOf(limit);
  const where = describeOrigin(limit, origin, canAsk);
  const { mostPlace, most, place } = origin;
  return sandboxErrors.create(error.code as LimitCode, {
    params: { ...error.params, where, place, most, mostPlace },
    cause: error.cause,
  });
}

/** V8 has one stack for all code, which no policy divides: to raise a limit would change nothing. */
function createDepthError(error: NavetteError): NavetteError {
  const where = 'Use the engine QuickJS, whose depth policies set,';
  return sandboxErrors.create('SANDBOX_STACK_LIMIT', {
    message: 'The code calls functions too deeply for V8, which has about a megabyte of stack for all code',
    params: { limit: 'stackBytes', where },
    cause: error.cause,
  });
}

function describeOrigin(limit: string, origin: LimitOrigin, canAsk: boolean): string {
  const { isDefault, isStep, most, mostPlace, place, value } = origin;
  const room = (unit: number) =>
    most > value ? `up to ${Math.floor(most / unit)} (${mostPlace})` : `and ${mostPlace}`;
  const asked = askable.get(limit);
  if (isStep && asked) return `Raise ${asked.name} in the settings of the step, ${room(asked.unit)}`;
  if (isDefault && canAsk && asked)
    return `Set ${asked.name} in the settings of the step, or raise ${place}, ${room(1)}`;
  return mostPlace === place ? `Raise ${place}` : `Raise ${place}, ${room(1)}`;
}
