/** Text for XML 1.0: escaped, and without what XML cannot hold at all. */
export function escapeXml(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]/g, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

/** A guess on the wide side: there are no font metrics here. Pixels. */
export function estimateWidth(text: string, fontSize: number): number {
  return [...text].length * fontSize * 0.6;
}

export function shorten(text: string, maxLength: number): string {
  const characters = [...text];
  return characters.length <= maxLength ? text : `${characters.slice(0, maxLength - 1).join('')}…`;
}

/** Coordinates to a tenth of a pixel, without "-0". */
export function round(value: number): number {
  return Math.round(value * 10) / 10 || 0;
}
