import { domainToASCII } from 'node:url';
import { httpErrors } from './errors.ts';
import { type IpAddress, type IpRange, isInRange, parseIpRange, parseUnmappedIp } from './ip-address.ts';

/**
 * One entry of an allow-list: "api.example.com", "*.example.com" (any name below it, not itself), "10.1.2.3", "[::1]",
 * each with an optional ":port", or a range such as "10.0.0.0/8". Without a port every port matches.
 */
export type HostRule =
  | { kind: 'name'; name: string; port: number | undefined }
  | { kind: 'suffix'; suffix: string; port: number | undefined }
  | { kind: 'range'; range: IpRange; port: number | undefined };

/** @throws HTTP_INVALID_HOST_RULE */
export function parseHostRule(rule: string): HostRule {
  const text = rule.trim();
  const range = parseRange(text);
  if (range) return { kind: 'range', range, port: undefined };
  if (text.includes('/')) throw invalid(rule, 'it holds a "/" but is no CIDR range');

  const { host, port } = splitPort(text, rule);
  const address = parseUnmappedIp(host);
  if (address) return { kind: 'range', range: singleAddress(address), port };

  const wildcard = host.startsWith('*.');
  const name = normalizeName(wildcard ? host.slice(2) : host);
  if (!/^[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?$/.test(name) || name.includes('..'))
    throw invalid(rule, 'it is neither a host name nor an address');
  if (/^(\d+|0x[0-9a-f]*)$/.test(name.split('.').at(-1)!))
    throw invalid(rule, 'it looks like an address, but is not one in the usual spelling');
  return wildcard ? { kind: 'suffix', suffix: `.${name}`, port } : { kind: 'name', name, port };
}

/** Whether the host of a URL, as it is written there, falls under the rule. Addresses match ranges, names match names. */
export function isHostUnderRule(host: string, port: number, rule: HostRule): boolean {
  const address = parseUnmappedIp(host.replace(/^\[|\]$/g, ''));
  return address ? isAddressUnderRule(address, port, rule) : isNameUnderRule(host, port, rule);
}

export function isNameUnderRule(name: string, port: number, rule: HostRule): boolean {
  if (rule.kind === 'range' || !isPortUnderRule(port, rule)) return false;
  const normal = normalizeName(name);
  return rule.kind === 'name' ? normal === rule.name : normal.endsWith(rule.suffix);
}

export function isAddressUnderRule(address: IpAddress, port: number, rule: HostRule): boolean {
  return rule.kind === 'range' && isPortUnderRule(port, rule) && isInRange(address, rule.range);
}

function isPortUnderRule(port: number, rule: HostRule): boolean {
  return rule.port === undefined || rule.port === port;
}

function splitPort(text: string, rule: string): { host: string; port: number | undefined } {
  const bracketed = /^\[([^\]]*)\](?::(\d+))?$/.exec(text);
  if (bracketed && parseUnmappedIp(bracketed[1]!)?.version === undefined)
    throw invalid(rule, 'there is no address between the brackets');
  if (!bracketed && parseUnmappedIp(text)) return { host: text, port: undefined };
  const match = bracketed ?? /^([^:]*)(?::(\d+))?$/.exec(text);
  if (!match) throw invalid(rule, 'the part after ":" is no port');
  const port = match[2] === undefined ? undefined : Number(match[2]);
  if (port !== undefined && (port < 1 || port > 65_535)) throw invalid(rule, 'the port is not in 1 to 65535');
  return { host: match[1]!, port };
}

function parseRange(text: string): IpRange | undefined {
  const range = parseIpRange(text);
  if (range?.version !== 6 || range.prefixLength < 96 || range.base >> 32n !== 0xffffn) return range;
  return { version: 4, base: range.base & 0xffff_ffffn, prefixLength: range.prefixLength - 96 };
}

function singleAddress(address: IpAddress): IpRange {
  return { version: address.version, base: address.value, prefixLength: address.version === 4 ? 32 : 128 };
}

/** Lower case, punycode, without the dot that may close a full name. */
function normalizeName(name: string): string {
  return domainToASCII(name).replace(/\.$/, '');
}

function invalid(rule: string, reason: string) {
  return httpErrors.create('HTTP_INVALID_HOST_RULE', { params: { rule, reason } });
}
