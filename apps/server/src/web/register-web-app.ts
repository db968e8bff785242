import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fastifyStatic, { type FastifyStaticOptions } from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

const missing = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Navette</title>
<p>The web app has not been built yet. Stop the server and start it with <code>npm start</code>, which builds it;
or look at the <a href="/api/docs">documentation of the API</a>.</p></html>`;

/**
 * Serves the files of the built web app. Its pages are `sendIndex`.
 *
 * The page of a new build names assets that did not exist when the server started, so `assets` is looked up on the disk at
 * each request; its names carry a hash, and one name never changes its content. Nothing else is: the few files beside it
 * are listed at the start, so that no request can reach what else may lie there.
 */
export async function registerWebApp(app: FastifyInstance, root: string): Promise<void> {
  app.get('/', (_request, reply) => sendIndex(reply, root));
  if (!existsSync(join(root, 'index.html'))) return;
  const common: FastifyStaticOptions = { root, index: false, cacheControl: false, dotfiles: 'ignore' };
  await app.register(fastifyStatic, {
    ...common,
    wildcard: false,
    globIgnore: ['index.html', 'assets/**'],
    setHeaders: (reply) => void reply.header('cache-control', 'no-cache'),
  });
  await app.register(fastifyStatic, {
    ...common,
    root: join(root, 'assets'),
    prefix: '/assets/',
    decorateReply: false,
    setHeaders: (reply) => void reply.header('cache-control', 'public, max-age=31536000, immutable'),
  });
}

/** Whether a request that found nothing is for a page of the app, and not for a file or the API. */
export function isPageRequest(request: FastifyRequest): boolean {
  const path = request.url.split('?', 1)[0]!;
  return (
    (request.method === 'GET' || request.method === 'HEAD') &&
    !/^\/(?:api|webhook|health)(?:\/|$)/.test(path) &&
    !/\.[a-z0-9]{1,8}$/i.test(path) &&
    (request.headers.accept ?? '').includes('text/html')
  );
}

/** The one page of the app: it finds by the address what to show. */
export async function sendIndex(reply: FastifyReply, root: string): Promise<FastifyReply> {
  const page = await readFile(join(root, 'index.html'), 'utf8').catch(() => missing);
  return reply
    .code(200)
    .header('content-type', 'text/html; charset=utf-8')
    .header('cache-control', 'no-cache')
    .send(page);
}
