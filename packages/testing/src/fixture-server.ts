import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface FixtureRequest {
  method: string;
  /** Path and query: "/orders?page=2". */
  url: string;
  /** The path alone. */
  path: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  body: Buffer;
  /** Which request of this server it is, from 1. */
  number: number;
}

/** Answers through `response`, or returns a value: text as it is, anything else as JSON. */
export type FixtureHandler = (request: FixtureRequest, response: ServerResponse) => unknown;

export interface FixtureServer extends AsyncDisposable {
  /** "http://127.0.0.1:PORT", without a slash at the end. */
  url: string;
  port: number;
  /** "127.0.0.1:PORT", the form of allow-lists. */
  host: string;
  /** Every request so far, in order of arrival. */
  requests: FixtureRequest[];
  /** How many requests arrived, at that path when one is given. */
  count(path?: string): number;
  close(): Promise<void>;
}

/** A real HTTP server on a free port of 127.0.0.1 that remembers what it was asked. */
export async function startFixtureServer(handler: FixtureHandler): Promise<FixtureServer> {
  const requests: FixtureRequest[] = [];
  const server = createServer(async (message, response) => {
    try {
      const request = await readRequest(message, requests.length + 1);
      request.number = requests.push(request);
      sendResult(response, await handler(request, response));
    } catch (error) {
      if (!response.headersSent) response.writeHead(500);
      response.end(String(error));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    host: `127.0.0.1:${port}`,
    requests,
    count: (path) =>
      path === undefined ? requests.length : requests.filter((one) => one.path === path).length,
    close,
    [Symbol.asyncDispose]: close,
  };
}

async function readRequest(message: IncomingMessage, number: number): Promise<FixtureRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  const url = message.url ?? '/';
  const { pathname, searchParams } = new URL(url, 'http://fixture');
  return {
    method: message.method ?? 'GET',
    url,
    path: pathname,
    query: searchParams,
    headers: message.headers,
    body: Buffer.concat(chunks),
    number,
  };
}

function sendResult(response: ServerResponse, result: unknown): void {
  if (response.headersSent || response.writableEnded || result === undefined || result === response) return;
  if (typeof result === 'string' || Buffer.isBuffer(result)) {
    response.end(result);
    return;
  }
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify(result));
}
