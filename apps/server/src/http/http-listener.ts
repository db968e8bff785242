/**
 * The socket of the server. It is opened first, so that a taken port shows before anything else is started, and answers
 * 503 until the app is there.
 */
import { once } from 'node:events';
import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { defineErrors, type NavetteError } from '@navette/kit';
import { apiErrors } from './api-error.ts';
import { encodeProblem, problemMediaType } from './problem.ts';

export const listenErrors = defineErrors({
  SERVER_PORT_TAKEN: {
    kind: 'user',
    status: 500,
    retry: 'never',
    message: 'Port {port} on {host} is taken by another program',
    help: 'Stop that program, or choose another port: npm start -- --port {next} (or NAVETTE_PORT).',
  },
  SERVER_LISTEN_FAILED: {
    kind: 'user',
    status: 500,
    retry: 'never',
    message: 'Cannot listen on {host}:{port}: {reason}',
    help: 'NAVETTE_HOST must be an address of this machine, and ports below 1024 need special rights.',
  },
});

/** Longer than the 60 s of usual proxies, so that it is the proxy that closes an idle connection. */
const keepAliveMs = 72_000;

export class HttpListener {
  readonly server: Server;
  #handler: RequestListener = (_request, response) => sendRaw(response, apiErrors.create('SERVER_STARTING'));

  constructor() {
    this.server = createServer({ keepAliveTimeout: keepAliveMs, noDelay: true }, (request, response) =>
      this.#handler(request, response),
    );
  }

  /** Throws SERVER_PORT_TAKEN or SERVER_LISTEN_FAILED. Gives the port, which is another one for port 0. */
  async listen(host: string, port: number): Promise<number> {
    this.server.listen({ host, port });
    try {
      await once(this.server, 'listening');
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      if (code === 'EADDRINUSE') {
        const params = { host, port, next: port + 1 };
        throw listenErrors.create('SERVER_PORT_TAKEN', { params, cause: error });
      }
      const params = { host, port, reason: code ?? message };
      throw listenErrors.create('SERVER_LISTEN_FAILED', { params, cause: error });
    }
    return (this.server.address() as AddressInfo).port;
  }

  handleWith(handler: RequestListener): void {
    this.#handler = handler;
  }

  /** Takes no new connections; those that are idle end at once, the others with their request. */
  stopAccepting(): void {
    this.server.closeIdleConnections();
    if (!this.server.listening) return;
    this.server.close();
    const handler = this.#handler;
    this.#handler = (request, response) => {
      response.setHeader('connection', 'close');
      handler(request, response);
    };
  }

  /** Waits for requests under way, at most so long, then cuts what is left. */
  async close(graceMs: number): Promise<void> {
    this.stopAccepting();
    const cut = setTimeout(() => this.server.closeAllConnections(), graceMs);
    await new Promise<void>((resolve) => {
      this.server.getConnections((_error, count) => {
        if (count === 0) resolve();
        else this.server.once('close', () => resolve());
      });
    });
    clearTimeout(cut);
  }
}

/** Answers what is no HTTP at all. */
export function answerClientError(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const status =
    error.code === 'HPE_HEADER_OVERFLOW' ? 431 : error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : 400;
  const { problem } = encodeProblem(
    apiErrors.create('REQUEST_MALFORMED', { params: { reason: reasons.get(status)! } }),
  );
  const body = JSON.stringify({ ...problem, status, title: titles.get(status) });
  socket.end(
    `HTTP/1.1 ${status} ${titles.get(status)}\r\ncontent-type: ${problemMediaType}\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  );
}

const titles = new Map([
  [400, 'Bad Request'],
  [408, 'Request Timeout'],
  [431, 'Request Header Fields Too Large'],
]);
const reasons = new Map([
  [400, 'it is not valid HTTP'],
  [408, 'it did not come in time'],
  [431, 'its headers are too large'],
]);

function sendRaw(response: ServerResponse, error: NavetteError): void {
  const { problem, headers } = encodeProblem(error);
  response.writeHead(problem.status, {
    ...headers,
    'content-type': problemMediaType,
    'cache-control': 'no-store',
  });
  response.end(JSON.stringify(problem));
}
