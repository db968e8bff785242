import { httpErrors } from './errors.ts';

/** The longest URL that is requested, in characters. */
const maxUrlLength = 16_384;

/**
 * Reads the URL of a request or of a redirect (relative to `base`). WHATWG parsing turns every odd spelling of an IPv4
 * address (octal, hex, decimal, short, full-width) into the dotted one, so that later checks see what is connected to.
 * The result has no fragment.
 * @throws HTTP_INVALID_URL
 */
export function parseTargetUrl(input: string | URL, base?: URL): URL {
  const text = String(input).trim();
  if (text.length > maxUrlLength) throw invalid(`it is longer than ${maxUrlLength} characters`);
  if (/[\x00-\x1f\x7f]/.test(text)) throw invalid('it holds a control character or line break');
  const url = URL.parse(text, base?.href);
  if (!url) throw invalid('it is not an absolute URL');
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw invalid('only http and https are supported');
  if (url.username !== '' || url.password !== '') throw invalid('it holds a user name or password');
  if (url.port === '0') throw invalid('port 0 does not exist');
  if (url.href.length > maxUrlLength) throw invalid(`it is longer than ${maxUrlLength} characters`);
  url.hash = '';
  return url;
}

/** The port that is connected to, the default of the scheme included. */
export function portOf(url: URL): number {
  return url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port);
}

/** The host without the brackets of an IPv6 address. */
export function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '');
}

function invalid(reason: string) {
  return httpErrors.create('HTTP_INVALID_URL', { params: { reason } });
}
