import type { ArtifactRow } from '@navette/store';

/**
 * A file may hold anything that a workflow was fed. It is shown without scripts, forms, plug-ins or an origin, and its
 * type is never guessed.
 */
const sandbox = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:";

export function createDownloadHeaders(row: ArtifactRow, inline: boolean): Record<string, string> {
  return {
    'content-type': withCharset(row.mediaType),
    'content-length': String(row.sizeBytes),
    'content-disposition': encodeDisposition(inline ? 'inline' : 'attachment', row.fileName),
    'content-security-policy': sandbox,
    'x-content-type-options': 'nosniff',
    'cross-origin-resource-policy': 'same-origin',
    // The content of an id never changes.
    'cache-control': 'private, max-age=31536000, immutable',
    etag: `"${row.sha256}"`,
  };
}

/** A name without folders and control characters, at most 255 characters. */
export function toFileName(name: string | undefined): string {
  const base = (name ?? '').split(/[/\\]/).at(-1) ?? '';
  const clean = base.replace(/[\x00-\x1f\x7f]/g, '').trim();
  return (clean === '' || clean === '.' || clean === '..' ? 'file' : clean).slice(0, 255);
}

/** A media type that is safe to send back; anything else is bytes. */
export function toMediaType(type: string | undefined): string {
  const clean = (type ?? '').trim().toLowerCase();
  return clean.length <= 255 &&
    /^[a-z0-9!#$&^_.+-]+\/[a-z0-9!#$&^_.+-]+(?:; ?[a-z0-9-]+=[a-z0-9"._-]+)*$/.test(clean)
    ? clean
    : 'application/octet-stream';
}

function withCharset(mediaType: string): string {
  return /^text\/[^;]+$/.test(mediaType) ? `${mediaType}; charset=utf-8` : mediaType;
}

/** RFC 6266: plain ASCII for old readers, UTF-8 for the rest. */
function encodeDisposition(kind: 'inline' | 'attachment', fileName: string): string {
  const ascii = fileName.replace(/[^\x20-\x7e]|["\\%]/g, '_');
  const utf8 = encodeURIComponent(fileName).replace(
    /['()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16)}`,
  );
  return `${kind}; filename="${ascii}"; filename*=UTF-8''${utf8}`;
}
