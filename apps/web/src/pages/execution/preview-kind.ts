export type PreviewKind = 'html' | 'image' | 'text' | 'none';

const textTypes = new Set([
  'application/json',
  'application/xml',
  'application/yaml',
  'application/javascript',
  'application/x-ndjson',
]);

/** How a file can be shown without running anything of it. */
export function toPreviewKind(mediaType: string): PreviewKind {
  const type = mediaType.split(';')[0]!.trim().toLowerCase();
  if (type === 'text/html') return 'html';
  if (type.startsWith('image/')) return 'image';
  if (type.startsWith('text/') || textTypes.has(type) || type.endsWith('+json')) return 'text';
  return 'none';
}
