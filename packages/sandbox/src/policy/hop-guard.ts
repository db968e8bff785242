import type { HttpRequest } from '@navette/contracts';
import type { StepPolicy } from './policy-layers.ts';

export type HopGuard = NonNullable<HttpRequest['onHop']>;

/** Throws POLICY_HOST_REFUSED for each hop that the policy does not allow. */
export function createHopGuard(policy: StepPolicy): HopGuard {
  return ({ host, port }) => {
    const refusal = policy.refuseHost(host, port);
    if (refusal) throw refusal;
  };
}
