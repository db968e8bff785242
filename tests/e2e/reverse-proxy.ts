/** What stands between callers and several API processes: it takes turns, and passes on what it gets as it comes. */
import { once } from 'node:events';
import { createServer, request as forward, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

export interface ReverseProxy {
  url: string;
  /** How many requests each process has answered, by its port. */
  readonly answered: ReadonlyMap<number, number>;
  /** The processes that it knows, by their ports. */
  serve(ports: readonly number[]): void;
  /** The next request goes to this one. */
  next(port: number): void;
  close(): Promise<void>;
}

export async function startReverseProxy(): Promise<ReverseProxy> {
  const answered = new Map<number, number>();
  const sockets = new Set<Socket>();
  let ports: readonly number[] = [];
  let turn = 0;
  const server = createServer((request, reply) => pass(request, reply, listInTurn()));
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address() as AddressInfo;
  const host = `localhost:${address.port}`;

  function listInTurn(): number[] {
    const first = turn++ % Math.max(1, ports.length);
    return [...ports.slice(first), ...ports.slice(0, first)];
  }

  /** To the first that takes the connection. Whoever took it and went away is a 502: the request may have been done. */
  function pass(request: IncomingMessage, reply: ServerResponse, [port, ...others]: number[]): void {
    if (port === undefined) return void reply.writeHead(502).end();
    let connected = false;
    const headers = { ...request.headers, 'x-forwarded-for': '203.0.113.7', 'x-forwarded-host': host };
    const { method, url: path } = request;
    // A connection of its own: one that is used again says nothing of whether its process lives.
    const onward = forward({ port, host: '127.0.0.1', method, path, headers, agent: false });
    onward.once('socket', (socket) =>
      socket.once('connect', () => {
        connected = true;
        request.pipe(onward);
      }),
    );
    onward.once('response', (answer) => {
      answered.set(port, (answered.get(port) ?? 0) + 1);
      reply.writeHead(answer.statusCode!, answer.headers);
      reply.flushHeaders();
      answer.pipe(reply);
      answer.once('error', () => reply.destroy());
    });
    onward.once('error', () => {
      if (!connected) return pass(request, reply, others);
      if (reply.headersSent) reply.destroy();
      else reply.writeHead(502).end();
    });
    reply.once('close', () => onward.destroy());
  }

  return {
    url: `http://${host}`,
    answered,
    serve(given) {
      ports = given;
    },
    next(port) {
      turn = ports.indexOf(port);
    },
    async close() {
      server.close();
      for (const socket of sockets) socket.destroy();
      if (server.listening) await once(server, 'close');
    },
  };
}
