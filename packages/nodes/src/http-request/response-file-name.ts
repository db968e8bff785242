const fallback = 'response';

/** A safe file name from Content-Disposition (RFC 6266, `filename*` first), or from the end of the URL's path. */
export function fileNameFrom(disposition: string | undefined, url: string): string {
  const named = disposition === undefined ? undefined : readDisposition(disposition);
  if (named !== undefined) return named;
  const segment = URL.parse(url)?.pathname.split('/').at(-1) ?? '';
  return cleanName(decodePercent(segment) ?? segment) ?? fallback;
}

function readDisposition(disposition: string): string | undefined {
  const extended = /(?:^|;)\s*filename\*\s*=\s*utf-8''([^;\s]+)/i.exec(disposition)?.[1];
  const decoded = extended === undefined ? undefined : decodePercent(extended);
  if (decoded !== undefined) return cleanName(decoded);
  const quoted = /(?:^|;)\s*filename\s*=\s*"((?:[^"\\]|\\.)*)"/i.exec(disposition)?.[1];
  const plain =
    quoted?.replace(/\\(.)/g, '$1') ?? /(?:^|;)\s*filename\s*=\s*([^;\s"]+)/i.exec(disposition)?.[1];
  return plain === undefined ? undefined : cleanName(plain);
}

/** Folders and control characters go; undefined when nothing is left. */
function cleanName(name: string): string | undefined {
  const last = name
    .toWellFormed()
    .replace(/[\x00-\x1f\x7f]/g, '')
    .split(/[\\/]/)
    .at(-1)!
    .trim()
    .slice(-255);
  return /^\.*$/.test(last) ? undefined : last;
}

function decodePercent(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
