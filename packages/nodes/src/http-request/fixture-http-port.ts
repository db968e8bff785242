import type { HttpPort, HttpRequest } from '@navette/contracts';
import { createGuardedClient, type RequestBody, readHeader } from '@navette/http';
import { silentLogger } from '@navette/kit';

/** For tests: the product's own guarded client, with fixture servers on this machine allowed. */
export function createFixtureHttpPort(signal?: AbortSignal): HttpPort & AsyncDisposable {
  const client = createGuardedClient({
    allowPrivateHosts: ['127.0.0.1', 'localhost'],
    maxResponseBytes: 50_000_000,
    defaultTimeoutMs: 10_000,
    maxRedirects: 10,
    logger: silentLogger,
  });
  return {
    async request(request) {
      const { body, ...rest } = request;
      const response = await client.request({ ...rest, signal, body: toClientBody(body) });
      const names = Object.keys(response.headers);
      return {
        ...response,
        headers: Object.fromEntries(names.map((name) => [name, readHeader(response.headers, name) ?? ''])),
      };
    },
    [Symbol.asyncDispose]: () => client.close(),
  };
}

function toClientBody(body: HttpRequest['body']): RequestBody | undefined {
  if (!Array.isArray(body)) return body;
  return body.map((part) =>
    'value' in part
      ? part
      : { name: part.name, filename: part.fileName, contentType: part.mediaType, data: part.data },
  );
}
