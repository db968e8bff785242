/**
 * JavaScript with every comment, and the inside of every text, replaced by blanks of the same length: what a search for
 * words may look at. A regular expression literal is not told from a division; a quote inside one only hides what
 * follows on its line.
 *
 * The source is what anybody wrote, and this runs in the server: each character is looked at a fixed number of times. So
 * an end that was looked for once and is not there is not looked for again.
 */
export function maskText(source: string): string {
  const parts: string[] = [];
  let done = 0;
  const blank = (from: number, to: number) => {
    parts.push(source.slice(done, from), source.slice(from, to).replace(/[^\n]+/g, toBlanks));
    done = to;
  };
  const findEnd = createEndFinder(source);
  let at = 0;
  while (at < source.length) {
    const start = findStart(source, at);
    if (start < 0) break;
    const isText = source[start] !== '/';
    const end = isText ? findEnd(start) : findCommentEnd(source, start, findEnd);
    if (end === undefined) {
      at = start + 1;
      continue;
    }
    if (isText) blank(start + 1, end - 1);
    else blank(start, end);
    at = end;
  }
  parts.push(source.slice(done));
  return parts.join('');
}

const toBlanks = (text: string) => ' '.repeat(text.length);

function findStart(source: string, from: number): number {
  starts.lastIndex = from;
  return starts.exec(source)?.index ?? -1;
}

const starts = /['"`]|\/[/*]/g;

function findCommentEnd(
  source: string,
  start: number,
  findEnd: (start: number) => number | undefined,
): number | undefined {
  if (source[start + 1] === '*') return findEnd(start);
  const end = source.indexOf('\n', start);
  return end < 0 ? source.length : end;
}

/** Where a text or a comment that begins at a place ends; undefined when it has no end. */
function createEndFinder(source: string): (start: number) => number | undefined {
  // Of each kind: from the first start without an end on, up to here, every other start is inside of it, escaped.
  const endless = new Map<string, number>();
  return (start) => {
    const kind = source[start]!;
    if (start < (endless.get(kind) ?? 0)) return undefined;
    if (kind === '/') {
      const end = source.indexOf('*/', start + 2);
      if (end >= 0) return end + 2;
      endless.set(kind, source.length);
      return undefined;
    }
    let at = start + 1;
    for (; at < source.length; at += 1) {
      const character = source[at];
      if (character === kind) return at + 1;
      if (character === '\n' && kind !== '`') break;
      if (character === '\\' && (kind === '`' || source[at + 1] !== '\n')) at += 1;
    }
    endless.set(kind, at);
    return undefined;
  };
}
