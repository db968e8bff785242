import { embeddedIpv4, type IpAddress, type IpRange, isInRange, parseIpRange } from './ip-address.ts';

/**
 * Where an address leads, after the special-purpose registries of IANA (RFC 6890 and its updates). Only `global` is
 * open to workflows. `metadata` is the credential service of a cloud host, the usual prize of a forged request.
 */
export type AddressScope =
  | 'global'
  | 'loopback'
  | 'private'
  | 'shared'
  | 'link-local'
  | 'metadata'
  | 'multicast'
  | 'unspecified'
  | 'documentation'
  | 'benchmarking'
  | 'tunnel'
  | 'reserved';

/** First match wins, so narrower ranges stand before the ones that hold them. What matches nothing is global. */
const ipv4Scopes = parseScopes([
  ['169.254.169.254/32', 'metadata'], // AWS, Google Cloud, Azure, DigitalOcean, Oracle
  ['169.254.170.0/23', 'metadata'], // AWS container credentials (170.2, 170.23)
  ['168.63.129.16/32', 'metadata'], // Azure host agent, inside public space
  ['100.100.100.200/32', 'metadata'], // Alibaba Cloud
  ['192.0.0.192/32', 'metadata'], // Oracle Cloud, older
  ['0.0.0.0/8', 'unspecified'], // "this network"; Linux connects 0.0.0.0 to itself
  ['10.0.0.0/8', 'private'],
  ['100.64.0.0/10', 'shared'], // carrier-grade NAT
  ['127.0.0.0/8', 'loopback'],
  ['169.254.0.0/16', 'link-local'],
  ['172.16.0.0/12', 'private'],
  ['192.0.0.0/24', 'reserved'], // IETF protocol assignments
  ['192.0.2.0/24', 'documentation'],
  ['192.88.99.0/24', 'tunnel'], // 6to4 relays, retired
  ['192.168.0.0/16', 'private'],
  ['198.18.0.0/15', 'benchmarking'],
  ['198.51.100.0/24', 'documentation'],
  ['203.0.113.0/24', 'documentation'],
  ['224.0.0.0/4', 'multicast'],
  ['240.0.0.0/4', 'reserved'], // future use, and the broadcast address
]);

/** As above, but what matches nothing is reserved: IANA gives out global unicast from 2000::/3 only. */
const ipv6Scopes = parseScopes([
  ['::/128', 'unspecified'],
  ['::1/128', 'loopback'],
  ['fd00:ec2::254/128', 'metadata'], // AWS
  ['fd00:ec2::23/128', 'metadata'], // AWS container credentials
  ['fd20:ce::254/128', 'metadata'], // Google Cloud
  ['fc00::/7', 'private'],
  ['fe80::/10', 'link-local'],
  ['ff00::/8', 'multicast'],
  ['2001::/32', 'tunnel'], // Teredo: carries an IPv4 destination
  ['2001:db8::/32', 'documentation'],
  ['2001::/23', 'reserved'], // IETF protocol assignments
  ['2002::/16', 'tunnel'], // 6to4: carries an IPv4 destination
  ['3fff::/20', 'documentation'],
  ['2000::/3', 'global'],
]);

const mapped = parseIpRange('::ffff:0:0/96')!;
const nat64 = parseIpRange('64:ff9b::/96')!;

/** The scope of an address. IPv4-mapped and NAT64 addresses have the scope of the IPv4 address they carry. */
export function scopeOf(address: IpAddress): AddressScope {
  if (address.version === 4) return findScope(ipv4Scopes, address) ?? 'global';
  if (isInRange(address, mapped) || isInRange(address, nat64)) return scopeOf(embeddedIpv4(address));
  return findScope(ipv6Scopes, address) ?? 'reserved';
}

function findScope(scopes: readonly [IpRange, AddressScope][], address: IpAddress): AddressScope | undefined {
  return scopes.find(([range]) => isInRange(address, range))?.[1];
}

function parseScopes(rows: readonly [string, AddressScope][]): [IpRange, AddressScope][] {
  return rows.map(([cidr, scope]) => [parseIpRange(cidr)!, scope]);
}
