import type { CodeStepLimits } from '@navette/contracts';
import type { JsonObject } from '@navette/kit';
import { parameters, toStepLimits } from './parameters.ts';

/** What a Code node asks its policies for. Parameters that are templates count as left out. */
export function readCodeAsk(given: JsonObject): {
  policy?: string | undefined;
  allowedHosts: string[];
  limits: CodeStepLimits;
} {
  const { allowedHosts, limits, policy } = parameters.shape;
  return {
    policy: policy.safeParse(given['policy']).data,
    allowedHosts: allowedHosts.safeParse(given['allowedHosts']).data ?? [],
    limits: toStepLimits(limits.safeParse(given['limits']).data ?? {}),
  };
}
