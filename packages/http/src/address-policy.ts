import type { Logger } from '@navette/kit';
import { type AddressScope, scopeOf } from './address-scope.ts';
import { httpErrors } from './errors.ts';
import { isAddressUnderRule, isNameUnderRule, parseHostRule } from './host-rule.ts';
import { type IpAddress, parseUnmappedIp } from './ip-address.ts';

/** What a rule that names a host may open. The rest takes a rule with the address or range itself. */
const scopesOpenByName: ReadonlySet<AddressScope> = new Set(['loopback', 'private', 'shared']);

export interface AddressPolicy {
  /**
   * Passes when every address may be connected to; `host` is the name they were resolved from, or the address itself.
   * @throws HTTP_BLOCKED_ADDRESS when one may not
   */
  assertAllowed(host: string, port: number, addresses: readonly string[]): void;
}

/**
 * Deny by default: an address passes when it is global, when a rule holds it, or when a rule names its host and its
 * scope is one that inner services live in. A name can be pointed anywhere by whoever runs its zone, so naming a host
 * never opens metadata, link-local or multicast addresses.
 */
export function createAddressPolicy(allowPrivateHosts: readonly string[], logger: Logger): AddressPolicy {
  const rules = allowPrivateHosts.map(parseHostRule);

  function isAllowed(host: string, port: number, address: IpAddress, scope: AddressScope): boolean {
    if (scope === 'global') return true;
    if (rules.some((rule) => isAddressUnderRule(address, port, rule))) return true;
    return scopesOpenByName.has(scope) && rules.some((rule) => isNameUnderRule(host, port, rule));
  }

  return {
    assertAllowed(host, port, addresses) {
      for (const text of addresses) {
        const address = parseUnmappedIp(text);
        const scope = address ? scopeOf(address) : 'reserved';
        if (address && isAllowed(host, port, address, scope)) continue;
        logger.warn({ host, port, address: text, scope }, 'Refused an outbound request to a closed address');
        throw httpErrors.create('HTTP_BLOCKED_ADDRESS', { params: { host, scope } });
      }
    },
  };
}
