import { isSameSecret } from './same-secret.ts';

/** Whether a request carries the token of the scraper. Without a token nothing does. */
export function isScraper(authorization: string | undefined, metricsToken: string | undefined): boolean {
  const given = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
  return given !== undefined && metricsToken !== undefined && isSameSecret(given, metricsToken);
}
