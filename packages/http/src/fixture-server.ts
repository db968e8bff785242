import { createServer, type IncomingHttpHeaders, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { silentLogger } from '@navette/kit';
import { createGuardedClient, type GuardedClientOptions, type GuardedHttpClient } from './guarded-client.ts';

interface ReceivedRequest {
  method: string;
  url: string;
  headers: IncomingHttpHeaders;
  rawHeaders: string[];
  body: Buffer;
}

export interface FixtureServer extends AsyncDisposable {
  origin: string;
  /** "127.0.0.1:port", the host rule that opens this server and no other. */
  host: string;
  port: number;
  server: Server;
  /** Every request whose body was received to the end. */
  received: ReceivedRequest[];
}

/** For tests: a real server on loopback that records what it gets and answers with `respond`. */
export async function startFixtureServer(
  respond: RequestListener,
  options: { tls?: { key: string; cert: string }; address?: string } = {},
): Promise<FixtureServer> {
  const received: ReceivedRequest[] = [];
  const listener: RequestListener = (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url = '', headers, rawHeaders } = request;
      received.push({ method, url, headers, rawHeaders, body: Buffer.concat(chunks) });
      respond(request, response);
    });
  };
  const server = options.tls ? createTlsServer(options.tls, listener) : createServer(listener);
  const address = options.address ?? '127.0.0.1';
  await new Promise<void>((resolve) => server.listen(0, address, resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `${options.tls ? 'https' : 'http'}://${address}:${port}`,
    host: `${address}:${port}`,
    port,
    server,
    received,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** For tests: a client with small limits, as an `await using` resource. */
export function createTestClient(
  options: Partial<GuardedClientOptions> = {},
): GuardedHttpClient & AsyncDisposable {
  const client = createGuardedClient({
    allowPrivateHosts: [],
    maxResponseBytes: 1_000_000,
    defaultTimeoutMs: 10_000,
    maxRedirects: 5,
    logger: silentLogger,
    ...options,
  });
  return {
    request: (request) => client.request(request),
    close: () => client.close(),
    [Symbol.asyncDispose]: () => client.close(),
  };
}
