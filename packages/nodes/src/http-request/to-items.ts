import type { Item } from '@navette/contracts';
import { isRecord, type Json, type JsonObject, readPath } from '@navette/kit';
import { httpRequestErrors } from './errors.ts';
import type { Exchange, Page } from './exchange.ts';
import { bodyAsJson } from './fetch-pages.ts';
import type { HttpRequestParameters } from './parameters.ts';

/** Items of one page. @throws HTTP_REQUEST_NO_LIST when there is nothing at the path */
export function toItems(page: Page, parameters: HttpRequestParameters, exchange: Exchange): Item[] {
  const { body } = page;
  if (parameters.fullResponse) return [withFile({ json: describeResponse(page) }, page, parameters)];
  if (body.kind === 'file') {
    const { fileName, mediaType, sizeBytes } = body.ref;
    return [withFile({ json: { fileName, mediaType, sizeBytes } }, page, parameters)];
  }
  if (body.kind === 'empty') return [{ json: {} }];
  if (body.kind !== 'json') return [{ json: { body: body.value } }];
  const usesPath = parameters.itemsPath !== '' && page.isSuccess;
  const value = usesPath ? readPath(body.value, parameters.itemsPath) : body.value;
  if (value === undefined) {
    const params = {
      method: parameters.method,
      url: exchange.describe(page.url),
      path: parameters.itemsPath,
    };
    throw httpRequestErrors.create('HTTP_REQUEST_NO_LIST', { params });
  }
  if (Array.isArray(value) && parameters.splitList)
    return value.map((element) => ({ json: toObject(element, 'value') }));
  return [{ json: toObject(value, 'body') }];
}

function describeResponse({ response, body, url }: Page): JsonObject {
  const { status, statusText, headers } = response;
  return { status, statusText, headers: { ...headers }, url, body: bodyAsJson(body) };
}

function withFile(item: Item, { body }: Page, { binaryField }: HttpRequestParameters): Item {
  return body.kind === 'file' ? { ...item, binary: { [binaryField]: body.ref } } : item;
}

/** Items are objects; anything else goes under a name. */
function toObject(value: Json, name: string): JsonObject {
  return isRecord(value) ? (value as JsonObject) : { [name]: value };
}
