/**
 * A TCP proxy in front of a database that can lose what a real network loses.
 *
 * `cut` ends every connection at once. `loseAnswers` is the mean one: what clients send still arrives and takes effect,
 * nothing comes back, and then the connection breaks: a COMMIT whose answer nobody hears.
 */
import { once } from 'node:events';
import { connect, createServer, type NetConnectOpts, type Socket } from 'node:net';

export interface FaultProxy {
  port: number;
  /** Connections that were broken so far. */
  readonly broken: number;
  cut(): void;
  loseAnswers(forMs: number): void;
  close(): Promise<void>;
}

interface Pair {
  client: Socket;
  target: Socket;
}

export async function startFaultProxy(target: NetConnectOpts): Promise<FaultProxy> {
  const pairs = new Set<Pair>();
  let broken = 0;
  let losing = false;
  const end = (pair: Pair) => {
    if (!pairs.delete(pair)) return;
    pair.client.destroy();
    pair.target.destroy();
  };
  const server = createServer((client) => {
    const pair = { client, target: connect(target) };
    pairs.add(pair);
    // The answers of a deaf moment are dropped, never kept for later.
    pair.target.on('data', (bytes) => {
      if (!losing) client.write(bytes);
    });
    client.on('data', (bytes) => pair.target.write(bytes));
    for (const socket of [client, pair.target]) {
      socket.on('error', () => end(pair));
      socket.on('close', () => end(pair));
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const cut = () => {
    broken += pairs.size;
    for (const pair of [...pairs]) end(pair);
  };
  return {
    port: (server.address() as { port: number }).port,
    get broken() {
      return broken;
    },
    cut,
    loseAnswers(forMs) {
      losing = true;
      setTimeout(() => {
        cut();
        losing = false;
      }, forMs);
    },
    async close() {
      cut();
      server.close();
      await once(server, 'close');
    },
  };
}
