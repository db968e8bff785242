import type { HttpRequest, ItemContext, MultipartPart } from '@navette/contracts';
import { fileOf } from '../file/read-source.ts';
import { httpRequestErrors } from './errors.ts';
import { encodeText, listPairs } from './name-value.ts';
import type { HttpRequestParameters } from './parameters.ts';

interface RequestBody {
  body?: NonNullable<HttpRequest['body']>;
  /** When the kind of body says so and the client does not do it itself. */
  contentType?: string;
}

/** @throws HTTP_REQUEST_BODY_NOT_JSON, NODE_INPUT_INVALID when the item has no such file */
export async function createBody(ctx: ItemContext<HttpRequestParameters>): Promise<RequestBody> {
  const { parameters, item, artifacts } = ctx;
  switch (parameters.bodyKind) {
    case 'none':
      return {};
    case 'json':
      return { body: encodeJsonBody(parameters.jsonBody), contentType: 'application/json' };
    case 'form':
      return { body: new URLSearchParams(listPairs(parameters.formFields)) };
    case 'multipart':
      return { body: await createParts(ctx) };
    case 'text':
      return { body: encodeText(parameters.textBody), contentType: parameters.textMediaType };
    case 'binary': {
      const ref = fileOf(item, parameters.bodyFile);
      return { body: await artifacts.read(ref), contentType: ref.mediaType };
    }
  }
}

async function createParts({
  parameters,
  item,
  artifacts,
}: ItemContext<HttpRequestParameters>): Promise<MultipartPart[]> {
  const parts: MultipartPart[] = listPairs(parameters.formFields).map(([name, value]) => ({ name, value }));
  for (const { name, binaryField, fileName } of parameters.formFiles) {
    const ref = fileOf(item, binaryField);
    const data = await artifacts.read(ref);
    parts.push({ name, fileName: fileName ?? ref.fileName, mediaType: ref.mediaType, data });
  }
  return parts;
}

/** Text is taken for JSON that was written by hand, and sent as it is. */
function encodeJsonBody(value: HttpRequestParameters['jsonBody']): string {
  if (typeof value !== 'string') return JSON.stringify(value);
  try {
    JSON.parse(value);
    return value;
  } catch {
    throw httpRequestErrors.create('HTTP_REQUEST_BODY_NOT_JSON');
  }
}
