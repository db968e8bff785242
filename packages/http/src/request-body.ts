import { httpErrors } from './errors.ts';
import { encodeMultipart, type MultipartPart } from './multipart.ts';

/** What a request may carry. A list is multipart/form-data. JSON is text that the caller has already encoded. */
export type RequestBody = string | Uint8Array | URLSearchParams | readonly MultipartPart[];

export interface EncodedBody {
  bytes: Uint8Array;
  /** The media type that belongs to this kind of body; the caller's own header wins, except for multipart. */
  contentType: string | undefined;
  isMultipart: boolean;
}

export function encodeRequestBody(body: RequestBody): EncodedBody {
  if (typeof body === 'string')
    return { bytes: Buffer.from(body), contentType: 'text/plain;charset=UTF-8', isMultipart: false };
  if (body instanceof Uint8Array) return { bytes: body, contentType: undefined, isMultipart: false };
  if (body instanceof URLSearchParams)
    return {
      bytes: Buffer.from(body.toString()),
      contentType: 'application/x-www-form-urlencoded;charset=UTF-8',
      isMultipart: false,
    };
  if (!Array.isArray(body))
    throw httpErrors.create('HTTP_INVALID_REQUEST', {
      params: { reason: 'the body is not text, bytes, form fields or a list of parts' },
    });
  return { ...encodeMultipart(body), isMultipart: true };
}
