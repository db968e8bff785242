import type { Methods } from './member-table.ts';

/** Texts longer than this hold no address that a person would look for; the patterns below are linear besides. */
const maxLength = 200_000;
const emailPattern =
  /[\p{L}\p{N}.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?\.){1,10}\p{L}{2,63}/u;
const wholeEmail = new RegExp(`^${emailPattern.source}$`, 'u');
const hostPattern = /^(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?\.){1,10}[\p{L}\p{N}-]{2,63}$/u;
const urlPattern = /(?:[a-z][a-z0-9+.-]{1,20}:\/\/|www\.)[^\s"'<>`]{1,4000}/i;
const schemePattern = /^(?:([a-z][a-z0-9+.-]{0,30}):)?\/\//i;

/** What has to do with e-mail addresses, hosts and URLs. */
export const addressExtensions: Methods<string> = {
  isEmail: (_evaluation, self) => self.length <= 320 && wholeEmail.test(self),
  isDomain: (_evaluation, self) => isDomain(self),
  isUrl: (_evaluation, self) => isUrl(self),
  extractEmail: (_evaluation, self) => emailPattern.exec(shorten(self))?.[0],
  extractUrl: (_evaluation, self) => extractUrl(self),
  extractDomain: (_evaluation, self) => extractDomain(shorten(self)),
  extractUrlPath: (_evaluation, self) => (isUrl(self) ? new URL(self).pathname : undefined),
};

function shorten(text: string): string {
  return text.length > maxLength ? text.slice(0, maxLength) : text;
}

function isDomain(text: string): boolean {
  const [host, port, ...more] = text.split(':');
  if (more.length > 0 || (port !== undefined && !/^\d{1,5}$/.test(port))) return false;
  return host !== undefined && host.length <= 253 && hostPattern.test(host);
}

function isUrl(text: string): boolean {
  if (text.length > 10_000 || !/^[a-z][a-z0-9+.-]*:\/\/[^\s/?#]+/i.test(text)) return false;
  return URL.canParse(text);
}

function extractUrl(text: string): string | undefined {
  const found = urlPattern.exec(shorten(text))?.[0];
  // A stop at the end belongs to the sentence around it.
  return found?.replace(/[.,;:!?)\]}]{1,10}$/, '');
}

function extractDomain(text: string): string | undefined {
  return readHost(text) ?? readHost(extractUrl(text) ?? '') ?? emailPattern.exec(text)?.[0].split('@').at(-1);
}

/** The host of a text that is one URL, one address or one host. */
function readHost(text: string): string | undefined {
  const scheme = schemePattern.exec(text);
  const rest = scheme ? text.slice(scheme[0].length) : text.replace(/^mailto:/i, '');
  const authority = rest.split(/[/?#]/, 1)[0]!;
  const host = authority
    .split('@')
    .at(-1)!
    .replace(/:\d{1,5}$/, '');
  if (isDomain(host)) return host;
  return scheme && /^[\p{L}\p{N}.-]{1,253}$/u.test(host) ? host : undefined;
}
