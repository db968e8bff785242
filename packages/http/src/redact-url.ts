const longestShown = 300;

/**
 * A URL as it may be logged or shown: origin and path. User name, password, query and fragment are left out, since
 * they often hold secrets. Text that is no http(s) URL gives "[invalid URL]", never itself.
 */
export function redactUrl(url: string | URL): string {
  const parsed = typeof url === 'string' ? URL.parse(url) : url;
  if (!parsed || (parsed.protocol !== 'http:' && parsed.protocol !== 'https:')) return '[invalid URL]';
  const shown = parsed.origin + parsed.pathname;
  return shown.length > longestShown ? `${shown.slice(0, longestShown)}…` : shown;
}
