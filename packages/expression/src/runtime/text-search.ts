/**
 * Looking for a text in a text. The host is fast, except that its worst case grows with the product of both lengths
 * (17 s were measured for 100 kB in 1 MB); beyond a limit the search is done with a failure table, in linear time
 * (Knuth, Morris and Pratt 1977).
 */
const maxProduct = 2_000_000_000;

export function isHostSearchSafe(text: string, part: string): boolean {
  return text.length * part.length <= maxProduct;
}

/** As `text.indexOf(part, from)`. */
export function findText(text: string, part: string, from = 0): number {
  if (isHostSearchSafe(text, part)) return text.indexOf(part, from);
  return search(text, part, { from, last: text.length, isLast: false });
}

/** As `text.lastIndexOf(part, from)`. */
export function findLastText(text: string, part: string, from: number): number {
  // The host goes backwards without any table, so its limit is lower.
  if (text.length * part.length <= maxProduct / 20) return text.lastIndexOf(part, from);
  const last = Number.isNaN(from) ? text.length : Math.min(from + part.length, text.length);
  return search(text, part, { from: 0, last, isLast: true });
}

interface Bounds {
  from: number;
  /** Where a match must have ended. */
  last: number;
  /** Whether the last match is wanted, not the first. */
  isLast: boolean;
}

function search(text: string, part: string, { from, last, isLast }: Bounds): number {
  const table = createFailureTable(part);
  let matched = 0;
  let found = -1;
  for (let at = Math.max(0, from); at < last; at++) {
    const code = text.charCodeAt(at);
    while (matched > 0 && part.charCodeAt(matched) !== code) matched = table[matched - 1]!;
    if (part.charCodeAt(matched) === code) matched += 1;
    if (matched < part.length) continue;
    found = at - part.length + 1;
    if (!isLast) return found;
    matched = table[matched - 1]!;
  }
  return found;
}

/** For each prefix, the length of the longest shorter prefix that it ends with. */
function createFailureTable(part: string): Int32Array {
  const table = new Int32Array(part.length);
  let matched = 0;
  for (let at = 1; at < part.length; at++) {
    while (matched > 0 && part.charCodeAt(matched) !== part.charCodeAt(at)) matched = table[matched - 1]!;
    if (part.charCodeAt(matched) === part.charCodeAt(at)) matched += 1;
    table[at] = matched;
  }
  return table;
}
