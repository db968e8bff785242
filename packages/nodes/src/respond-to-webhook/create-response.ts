import type { Item, WebhookResponse } from '@navette/contracts';
import { nodeErrors } from '@navette/node-sdk';
import { encodeText, listPairs } from '../http-request/name-value.ts';
import type { RespondParameters } from './parameters.ts';
import { createResponseHeaders } from './response-headers.ts';

const statusesWithoutBody = new Set([204, 205, 304]);

/** @throws NODE_INPUT_INVALID when the items or parameters can't make an answer */
export function createResponse(parameters: RespondParameters, items: readonly Item[]): WebhookResponse {
  const headers = createResponseHeaders(listPairs(parameters.headers));
  const status = parameters.status ?? defaultStatus(parameters.respondWith);
  const body = createBody(parameters, items, headers);
  if (statusesWithoutBody.has(status) && body.kind !== 'empty')
    throw invalid(
      `an answer with status ${status} cannot have a body; choose another status or answer with nothing`,
    );
  if (parameters.respondWith === 'redirect') {
    if (status < 300 || status > 399)
      throw invalid(`a redirect needs a status from 300 to 399, not ${status}`);
    headers.set('location', parseLocation(parameters.location));
  }
  return { status, headers: Object.fromEntries(headers), body };
}

/** The media type of text and files moves from the headers into the body, where the server looks for it. */
function createBody(
  parameters: RespondParameters,
  items: readonly Item[],
  headers: Map<string, string>,
): WebhookResponse['body'] {
  switch (parameters.respondWith) {
    case 'first-item':
      return { kind: 'json', value: items[0]?.json ?? null };
    case 'all-items':
      return { kind: 'json', value: items.map((item) => item.json) };
    case 'json':
      return { kind: 'json', value: parameters.value };
    case 'text':
      return {
        kind: 'text',
        value: encodeText(parameters.text),
        mediaType: takeContentType(headers) ?? parameters.mediaType,
      };
    case 'binary': {
      const file = items[0]?.binary?.[parameters.binaryField];
      if (!file) throw invalid(`the first item has no file "${parameters.binaryField}"`);
      return {
        kind: 'binary',
        artifactId: file.artifactId,
        mediaType: takeContentType(headers) ?? file.mediaType,
      };
    }
    case 'redirect':
    case 'empty':
      return { kind: 'empty' };
  }
}

function takeContentType(headers: Map<string, string>): string | undefined {
  const value = headers.get('content-type');
  headers.delete('content-type');
  return value;
}

function defaultStatus(respondWith: RespondParameters['respondWith']): number {
  return respondWith === 'redirect' ? 302 : respondWith === 'empty' ? 204 : 200;
}

/** "//host" and "/\host" leave the origin although they look like paths; every other scheme is refused. */
function parseLocation(location: string): string {
  const text = location.trim();
  if (/^\/(?![/\\])/.test(text))
    return new URL(text, 'http://here.invalid').href.slice('http://here.invalid'.length);
  const url = URL.parse(text);
  if (!url || (url.protocol !== 'http:' && url.protocol !== 'https:'))
    throw invalid('a redirect needs an http(s) URL or a path that starts with "/"');
  return url.href;
}

function invalid(detail: string) {
  return nodeErrors.create('NODE_INPUT_INVALID', { params: { detail } });
}
