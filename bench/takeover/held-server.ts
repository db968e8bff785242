import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Something that steps call: it holds its answers until it is told to give them. */
export interface HeldServer {
  url: string;
  /** "127.0.0.1:PORT". */
  host: string;
  /** When each call came, in milliseconds of `performance.now`, and what for. */
  calls: { atMs: number; path: string }[];
  release(): void;
  hold(): void;
  close(): Promise<void>;
}

export async function startHeldServer(): Promise<HeldServer> {
  const calls: HeldServer['calls'] = [];
  const held = new Set<ServerResponse>();
  let holds = true;
  const server = createServer((request, response) => {
    calls.push({ atMs: performance.now(), path: request.url! });
    request.resume();
    if (!holds) return response.end('{}');
    held.add(response);
    response.once('close', () => held.delete(response));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    host: `127.0.0.1:${port}`,
    calls,
    release() {
      holds = false;
      for (const response of held) response.end('{}');
    },
    hold() {
      holds = true;
    },
    async close() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
