/**
 * The URL with query parameters added; those in `replaced` are taken out first, whatever their spelling. The rest of
 * the query stays as it was written, byte for byte, and the fragment goes.
 */
export function withQuery(
  url: string,
  pairs: readonly (readonly [string, string])[],
  replaced: ReadonlySet<string> = new Set(),
): string {
  const [address = ''] = url.split('#', 1);
  const at = address.indexOf('?');
  const base = at < 0 ? address : address.slice(0, at);
  const written = at < 0 ? [] : address.slice(at + 1).split('&');
  const kept = written.filter((part) => part !== '' && !replaced.has(decodeName(part)));
  const added = pairs.map(
    ([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value.toWellFormed())}`,
  );
  const query = [...kept, ...added].join('&');
  return query === '' ? base : `${base}?${query}`;
}

function decodeName(part: string): string {
  const [name = ''] = part.split('=', 1);
  try {
    return decodeURIComponent(name.replaceAll('+', ' '));
  } catch {
    return name;
  }
}
