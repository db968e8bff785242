import type { IncomingHttpHeaders } from 'node:http';

/**
 * Whether a request that a browser may have been tricked into comes from our own pages. `Sec-Fetch-Site` is set by the
 * browser and cannot be forged by a page; older browsers send `Origin` with everything that changes something.
 * @param required whether to refuse when neither is there (no browser of today leaves both out)
 */
export function isSameOrigin(
  headers: IncomingHttpHeaders,
  { publicOrigins, required }: { publicOrigins: readonly string[]; required: boolean },
): boolean {
  const { origin, host } = headers;
  const site = headers['sec-fetch-site'];
  if (origin !== undefined && publicOrigins.includes(origin)) return true;
  if (site !== undefined) return site === 'same-origin' || site === 'none';
  if (origin === undefined) return !required;
  const parsed = URL.parse(origin);
  return parsed !== null && host !== undefined && parsed.host === host;
}
