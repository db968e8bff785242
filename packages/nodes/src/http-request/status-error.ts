import type { HttpResponse } from '@navette/contracts';
import type { NavetteError } from '@navette/kit';
import { decodeCharset, mediaTypeOf } from './decode-body.ts';
import { httpRequestErrors } from './errors.ts';
import type { Redactor } from './redactor.ts';
import { retryHintOf } from './retry-hint.ts';

const excerptLength = 300;
/** More than this is not looked at for an excerpt. */
const excerptSource = 20_000;

interface Asked {
  method: string;
  /** Origin and path. */
  url: string;
  redactor: Redactor;
}

export function createStatusError(response: HttpResponse, asked: Asked, nowMs: number): NavetteError {
  const { status, statusText, headers } = response;
  return httpRequestErrors.create('HTTP_REQUEST_STATUS', {
    params: {
      method: asked.method,
      url: asked.url,
      status,
      statusText: statusText === '' ? '' : ` ${statusText.replace(/[^\x20-\x7e]/g, '?').slice(0, 60)}`,
      excerpt: excerptOf(response, asked.redactor),
      advice: adviceFor(status),
    },
    retry: retryHintOf(status, headers['retry-after'], nowMs),
  });
}

/** ": …" with the beginning of a text response, one line, secrets taken out; nothing for other responses. */
export function excerptOf({ headers, body }: HttpResponse, redactor: Redactor): string {
  const { type, charset } = mediaTypeOf(headers['content-type']);
  if (body.byteLength === 0 || !/^text\/|json|xml|urlencoded/.test(type)) return '';
  // Redacted before it is cut, so that no half of a secret is left at the end.
  const text = redactor.redact(decodeCharset(body.subarray(0, excerptSource), charset));
  const line = text?.replace(/[\s\x00-\x1f\x7f-\x9f]+/g, ' ').trim() ?? '';
  if (line === '') return '';
  return `: ${line.length > excerptLength ? `${line.slice(0, excerptLength).toWellFormed()}…` : line}`;
}

function adviceFor(status: number): string {
  if (status === 401)
    return 'The service does not know who asks: choose a credential, or check that it is still valid.';
  if (status === 403) return 'The service refuses this: check what the account of the credential may do.';
  if (status === 404 || status === 410)
    return 'There is nothing at this URL: check its path and the values put into it.';
  if (status === 429)
    return 'Too many requests: slow down with a pause between pages or retries with a longer delay.';
  if (status >= 500) return 'The service itself has a problem: retries of this step usually help.';
  if (status >= 300 && status < 400)
    return 'The service answered with a redirect that was not followed: call the final URL.';
  return 'The service did not accept the request: compare what is sent with its documentation.';
}
