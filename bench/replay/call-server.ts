import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the calls of the program reach. It outlives the killed server and counts. */
export interface CallServer {
  url: string;
  /** "127.0.0.1:PORT". */
  host: string;
  /** Every call so far, `atMs` on the clock of `Date.now`. */
  calls: { call: number; key: string; atMs: number }[];
  /** Answers of this call and of later ones are held until `release`. */
  holdFrom(call: number): void;
  release(): void;
  /** Resolves with the time at which the call came first, once it has. @throws Error when no call comes for two minutes */
  waitFor(call: number): Promise<number>;
  close(): Promise<void>;
}

const silenceMs = 120_000;

export async function startCallServer(): Promise<CallServer> {
  const calls: CallServer['calls'] = [];
  const held = new Set<ServerResponse>();
  let heldFrom = Number.POSITIVE_INFINITY;
  let arrived = () => {};
  const server = createServer((request, response) => {
    const call = Number(request.url!.slice(1));
    calls.push({ call, key: String(request.headers['idempotency-key']), atMs: Date.now() });
    request.resume();
    response.setHeader('content-type', 'application/json');
    const answer = () =>
      response.end(JSON.stringify({ call, receipt: `receipt of call ${call}`, paid: true }));
    if (call < heldFrom) answer();
    else {
      held.add(response);
      response.once('close', () => held.delete(response));
    }
    arrived();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    host: `127.0.0.1:${port}`,
    calls,
    holdFrom(call) {
      heldFrom = call;
    },
    release() {
      heldFrom = Number.POSITIVE_INFINITY;
      for (const response of held) response.destroy();
    },
    async waitFor(call) {
      for (;;) {
        const came = calls.find((one) => one.call === call);
        if (came) return came.atMs;
        await new Promise<void>((resolve, reject) => {
          const timer = setTimeout(() => {
            reject(new Error(`No call for ${silenceMs} ms; call ${call} has not come`));
          }, silenceMs);
          arrived = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
    },
    async close() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
