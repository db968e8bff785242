import { lookup } from 'node:dns/promises';
import { getCACertificates } from 'node:tls';
import type { Logger } from '@navette/kit';
import type { Agent } from 'undici';
import { type AddressPolicy, createAddressPolicy } from './address-policy.ts';
import type { ResolveHost } from './guarded-connector.ts';

/** The largest head of a response that is read. */
export const maxResponseHeadBytes = 32_768;

const connectTimeoutMs = 10_000;
/**
 * The places of a worker and the concurrency of its steps bound them long before: a request that waits here spends its time
 * limit, and nobody sees why. This only keeps a mistake from taking all descriptors of the process.
 */
const connectionsPerOrigin = 1_024;

export interface GuardedAgentOptions {
  /** Host rules for addresses that are closed by default: "10.1.2.3", "192.168.0.0/16", "localhost:8080", "*.corp.lan". */
  allowPrivateHosts: readonly string[];
  logger: Logger;
  /** Default: the resolver of the system, all addresses. */
  lookup?: ResolveHost | undefined;
  /** Authorities to trust beside those of Node, in PEM. */
  extraCaCertificates?: readonly string[] | undefined;
}

/** The pools of a client, made when they are needed. */
export interface GuardedAgent {
  open(): Promise<Agent>;
  /** Cuts every connection. */
  destroy(): Promise<void>;
}

/**
 * Pools of HTTP/1.1 connections by origin, each opened by a guarded connector. The policy is the same for all requests
 * of an agent, so a connection that one request opened is right for every other. No proxy is used, whatever the
 * environment says. The HTTP library is loaded by the first request: a server at rest keeps 15 MiB less in memory.
 *
 * @throws HTTP_INVALID_HOST_RULE
 */
export function createGuardedAgent(options: GuardedAgentOptions): GuardedAgent {
  const { allowPrivateHosts, logger } = options;
  const policy = createAddressPolicy(allowPrivateHosts, logger);
  let opened: Promise<Agent> | undefined;
  return {
    open() {
      opened ??= openAgent(options, policy);
      return opened;
    },
    async destroy() {
      await (await opened)?.destroy();
    },
  };
}

async function openAgent(options: GuardedAgentOptions, policy: AddressPolicy): Promise<Agent> {
  const { extraCaCertificates, lookup: resolveHost = resolveBySystem } = options;
  const ca = extraCaCertificates && [...getCACertificates('default'), ...extraCaCertificates];
  const { Agent, Pool } = await import('undici');
  const { createGuardedConnector } = await import('./guarded-connector.ts');
  return new Agent({
    factory: (origin) =>
      new Pool(origin, {
        connect: createGuardedConnector({
          origin: new URL(origin),
          policy,
          resolveHost,
          connectTimeoutMs,
          ca,
        }),
        allowH2: false,
        connections: connectionsPerOrigin,
        pipelining: 1,
        maxHeaderSize: maxResponseHeadBytes,
        keepAliveMaxTimeout: 60_000,
        // The deadline of the request covers both.
        headersTimeout: 0,
        bodyTimeout: 0,
      }),
  });
}

async function resolveBySystem(hostname: string) {
  const found = await lookup(hostname, { all: true });
  return found.map(({ address, family }) => ({
    address,
    family: family === 6 ? (6 as const) : (4 as const),
  }));
}
