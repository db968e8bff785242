import { isIPv4, isIPv6 } from 'node:net';

/** An IP address as a number, so that ranges are compared by value and never by spelling. */
export interface IpAddress {
  version: 4 | 6;
  value: bigint;
}

/** The addresses whose first `prefixLength` bits equal those of `base`. */
export interface IpRange {
  version: 4 | 6;
  base: bigint;
  prefixLength: number;
}

/** Reads dotted IPv4 or any RFC 4291 spelling of IPv6 (a zone id is dropped); undefined for anything else. */
export function parseIp(text: string): IpAddress | undefined {
  if (isIPv4(text)) return { version: 4, value: parseDotted(text) };
  if (isIPv6(text)) return { version: 6, value: parseColons(text.split('%', 1)[0]!) };
  return undefined;
}

/** Reads "10.0.0.0/8" or "fc00::/7"; bits past the prefix are ignored. Undefined when it is not a range. */
export function parseIpRange(text: string): IpRange | undefined {
  const match = /^([^/]+)\/(\d{1,3})$/.exec(text);
  const address = match && parseIp(match[1]!);
  if (!match || !address) return undefined;
  const prefixLength = Number(match[2]);
  if (prefixLength > bitsOf(address.version)) return undefined;
  const hostBits = BigInt(bitsOf(address.version) - prefixLength);
  return { version: address.version, base: (address.value >> hostBits) << hostBits, prefixLength };
}

export function isInRange(address: IpAddress, range: IpRange): boolean {
  if (address.version !== range.version) return false;
  const hostBits = BigInt(bitsOf(range.version) - range.prefixLength);
  return address.value >> hostBits === range.base >> hostBits;
}

/** IPv4-mapped IPv6 (::ffff:a.b.c.d) is the same destination as a.b.c.d, so it is judged as that. */
export function parseUnmappedIp(text: string): IpAddress | undefined {
  const address = parseIp(text);
  if (address?.version === 6 && address.value >> 32n === 0xffffn) return embeddedIpv4(address);
  return address;
}

/** The IPv4 address in the last 32 bits of an IPv6 address. */
export function embeddedIpv4(address: IpAddress): IpAddress {
  return { version: 4, value: address.value & 0xffff_ffffn };
}

function bitsOf(version: 4 | 6): number {
  return version === 4 ? 32 : 128;
}

function parseDotted(text: string): bigint {
  return text.split('.').reduce((value, part) => (value << 8n) | BigInt(part), 0n);
}

function parseColons(text: string): bigint {
  const [head = '', tail] = text.split('::');
  const left = parseGroups(head);
  const right = tail === undefined ? [] : parseGroups(tail);
  const zeros = new Array<bigint>(8 - left.length - right.length).fill(0n);
  return [...left, ...zeros, ...right].reduce((value, group) => (value << 16n) | group, 0n);
}

function parseGroups(text: string): bigint[] {
  if (text === '') return [];
  return text.split(':').flatMap((group) => {
    if (!group.includes('.')) return [BigInt(`0x${group}`)];
    const dotted = parseDotted(group);
    return [dotted >> 16n, dotted & 0xffffn];
  });
}
