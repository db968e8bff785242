/**
 * Hosts as people name them in policies and steps: "api.example.com", "*.example.com" (any name below it, not itself), an
 * address ("192.0.2.7", "[2001:db8::1]"), each with an optional ":port", or "*". Read once into the form in which a URL has
 * its host, so that case, a dot at the end or another spelling of a name changes nothing.
 */
import { z } from 'zod';

export interface HostPattern {
  kind: 'any' | 'suffix' | 'host';
  /** As in a URL, without a dot at the end; of a suffix with the dot before it: ".example.com". */
  name: string;
  /** Undefined: every port. */
  port: number | undefined;
}

/** Undefined when it is none. */
export function parseHostPattern(text: string): HostPattern | undefined {
  if (text === '*') return { kind: 'any', name: '', port: undefined };
  const match = /^(\*\.)?(\[[0-9a-f:.]+\]|[^\s:/?#@\\%*[\]]+)(?::([1-9]\d{0,4}))?$/i.exec(text);
  if (!match) return undefined;
  const [, wildcard, written, digits] = match;
  const port = digits === undefined ? undefined : Number(digits);
  if (port !== undefined && port > 65_535) return undefined;
  const name = normalizeHost(written!);
  if (name === undefined) return undefined;
  if (!isAddress(name)) {
    return wildcard ? { kind: 'suffix', name: `.${name}`, port } : { kind: 'host', name, port };
  }
  // An address has nothing below it, and one in another spelling ("127.1", "0x7f.1") is more likely a trick than meant.
  if (wildcard || (!name.startsWith('[') && name !== written)) return undefined;
  return { kind: 'host', name, port };
}

export function formatHostPattern({ kind, name, port }: HostPattern): string {
  const host = kind === 'any' ? '*' : kind === 'suffix' ? `*${name}` : name;
  return port === undefined ? host : `${host}:${port}`;
}

export const hostPatternSchema = z
  .string()
  .max(300)
  .refine(
    (text) => parseHostPattern(text) !== undefined,
    'must be a host, "*.host" for its subdomains, an address, each with an optional ":port", or "*"',
  );

/** @param host as a URL has it, or as it is written in one. */
export function matchesHost({ kind, name, port }: HostPattern, host: string, hostPort: number): boolean {
  if (kind === 'any') return true;
  if (port !== undefined && port !== hostPort) return false;
  const known = normalizeHost(host);
  if (known === undefined) return false;
  return kind === 'host' ? known === name : !isAddress(known) && known.endsWith(name);
}

/** What both of them match; undefined when that is nothing. */
export function narrowHost(left: HostPattern, right: HostPattern): HostPattern | undefined {
  const wider = coversName(left, right) ? left : coversName(right, left) ? right : undefined;
  if (!wider) return undefined;
  const inner = wider === left ? right : left;
  const port = inner.port ?? wider.port;
  if (wider.port !== undefined && inner.port !== undefined && wider.port !== inner.port) return undefined;
  return { ...inner, port };
}

function coversName(outer: HostPattern, inner: HostPattern): boolean {
  if (outer.kind === 'any') return true;
  if (outer.kind === 'host') return inner.kind === 'host' && inner.name === outer.name;
  if (inner.kind === 'any' || isAddress(inner.name)) return false;
  return inner.name.endsWith(outer.name);
}

/** Lower case, punycode, without the dot that may close a full name. Undefined for what no URL could have. */
function normalizeHost(text: string): string | undefined {
  const bracketed = text.includes(':') && !text.startsWith('[') ? `[${text}]` : text;
  const url = URL.parse(`http://${bracketed}/`);
  if (url?.port !== '' || url.username !== '' || url.pathname !== '/') return undefined;
  const name = url.hostname.replace(/\.$/, '');
  if (name.startsWith('[')) return name;
  return /^[a-z0-9_-]+(\.[a-z0-9_-]+)*$/.test(name) ? name : undefined;
}

function isAddress(name: string): boolean {
  return name.startsWith('[') || /(^|\.)\d+$/.test(name);
}
