const linkSchemes = new Set(['http', 'https', 'mailto', 'tel']);
const imageSchemes = new Set(['http', 'https', 'cid']);

/**
 * The address of a link as it may stand in an href, or undefined when it could run something. Relative addresses and
 * anchors pass; of the others only http, https, mailto and tel.
 */
export function toLinkUrl(href: string): string | undefined {
  const { url, scheme } = readUrl(href);
  return scheme === undefined || linkSchemes.has(scheme) ? url : undefined;
}

/** The address of an image: http, https, cid (mail attachments), relative, or image data. */
export function toImageUrl(href: string): string | undefined {
  const { url, scheme } = readUrl(href);
  if (scheme === undefined || imageSchemes.has(scheme)) return url;
  return /^data:image\/(png|jpeg|gif|webp|avif|svg\+xml)[;,]/i.test(url) ? url : undefined;
}

/** White space and control characters go first: browsers skip them when they look for the scheme. */
function readUrl(href: string): { url: string; scheme: string | undefined } {
  const url = href
    .replaceAll('&amp;', '&')
    .replace(/[\u0000-\u0020\u007f-\u009f\u2028\u2029]/g, (char) => (char === ' ' ? '%20' : ''));
  return { url, scheme: /^([a-z][a-z0-9+.-]*):/i.exec(url)?.[1]?.toLowerCase() };
}
