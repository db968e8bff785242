import type { LookupFunction } from 'node:net';
import { buildConnector } from 'undici';
import type { AddressPolicy } from './address-policy.ts';
import { httpErrors } from './errors.ts';
import { reasonOf, toConnectError } from './http-failure.ts';
import { parseIp } from './ip-address.ts';
import { portOf } from './target-url.ts';

export interface ResolvedAddress {
  address: string;
  family: 4 | 6;
}

/** Resolves a host name to all of its addresses. */
export type ResolveHost = (hostname: string) => Promise<readonly ResolvedAddress[]>;

/**
 * Opens the connections of one origin. The address check sits inside the lookup of the socket itself: the socket
 * connects to the very list that was checked, so a name that changes its answer in between gains nothing.
 */
export function createGuardedConnector(options: {
  origin: URL;
  policy: AddressPolicy;
  resolveHost: ResolveHost;
  connectTimeoutMs: number;
  /** Trusted authorities in PEM; undefined means those of Node. */
  ca: string[] | undefined;
}): buildConnector.connector {
  const { origin, policy, resolveHost, connectTimeoutMs, ca } = options;
  const connect = buildConnector({
    allowH2: false,
    timeout: connectTimeoutMs,
    lookup: createGuardedLookup({ port: portOf(origin), policy, resolveHost }),
    ...(ca && { ca }),
  });
  return (target, callback) => {
    try {
      // A socket asks no lookup about a literal address.
      if (parseIp(target.hostname)) policy.assertAllowed(target.hostname, portOf(origin), [target.hostname]);
    } catch (error) {
      queueMicrotask(() => callback(error as Error, null));
      return;
    }
    connect(target, (error, socket) => {
      if (error) callback(toConnectError(error, origin.origin), null);
      else callback(null, socket);
    });
  };
}

/** A `lookup` for sockets that answers with checked addresses only. */
export function createGuardedLookup(options: {
  port: number;
  policy: AddressPolicy;
  resolveHost: ResolveHost;
}): LookupFunction {
  const { port, policy, resolveHost } = options;
  return (hostname, lookupOptions, callback) => {
    resolveChecked().then(
      (addresses) => {
        if (lookupOptions.all) callback(null, addresses);
        else callback(null, addresses[0]!.address, addresses[0]!.family);
      },
      (error) => callback(error, [], 0),
    );

    async function resolveChecked(): Promise<ResolvedAddress[]> {
      const found = await resolveHost(hostname).catch((error: unknown) => {
        throw unresolved(hostname, reasonOf(error));
      });
      if (found.length === 0) throw unresolved(hostname, 'no address');
      policy.assertAllowed(
        hostname,
        port,
        found.map(({ address }) => address),
      );
      return [...found];
    }
  };
}

function unresolved(host: string, reason: string) {
  return httpErrors.create('HTTP_DNS', { params: { host, reason } });
}
