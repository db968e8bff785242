/**
 * The name under which a request to another server is counted: a host that somebody configured, never one that came with
 * data. So the names are as few as those that people have written down, and no item can put itself into a metric.
 */
import { type GuardedRequest, isHostUnderRule, parseHostRule } from '@navette/http';
import type { Json, JsonObject } from '@navette/kit';

/** Read once for each node of a version that is in use. */
const knownHosts = new WeakMap<JsonObject, ReadonlySet<string>>();
/** Scheme and host as they are written, when no expression has a part in them. */
const writtenHost = /^=?\s*(https?:\/\/[^/?#\s{}]+)(?=[/?#]|\s*$)/i;

/**
 * The host (with a port that is not the usual one) that the parameters of the node have in writing, or the rule of the
 * credential that lets the request go there; undefined for any other.
 */
export function nameEndpoint(
  { allowedHosts, url }: Pick<GuardedRequest, 'allowedHosts' | 'url'>,
  parameters: JsonObject,
): string | undefined {
  const target = URL.parse(String(url));
  if (!target) return undefined;
  if (listWrittenHosts(parameters).has(target.host)) return target.host;
  const port = Number(target.port || (target.protocol === 'https:' ? 443 : 80));
  return allowedHosts
    ?.find((rule) => isUnder(target.hostname, port, rule))
    ?.trim()
    .toLowerCase();
}

/** A rule that is none fails the request, not its counting. */
function isUnder(host: string, port: number, rule: string): boolean {
  try {
    return isHostUnderRule(host, port, parseHostRule(rule));
  } catch {
    return false;
  }
}

function listWrittenHosts(parameters: JsonObject): ReadonlySet<string> {
  let hosts = knownHosts.get(parameters);
  if (!hosts) {
    const found = new Set<string>();
    collectHosts(parameters, found);
    hosts = found;
    knownHosts.set(parameters, hosts);
  }
  return hosts;
}

function collectHosts(value: Json, found: Set<string>): void {
  if (typeof value === 'string') {
    const host = URL.parse(writtenHost.exec(value)?.[1] ?? '')?.host;
    if (host) found.add(host);
  } else if (typeof value === 'object' && value !== null) {
    for (const part of Object.values(value)) collectHosts(part, found);
  }
}
