const token =
  /[\t\n\r ]*(?:([{}[\],:])|("(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*")|(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?|true|false|null))/y;

type Awaited = 'value' | 'value-or-end' | 'key' | 'key-or-end' | 'colon' | 'separator' | 'end';

/** The offset of the first character that cannot stand in a JSON text (RFC 8259), its length when it ends too early. */
export function findJsonError(text: string): number {
  const open: ('{' | '[')[] = [];
  let awaited: Awaited = 'value';
  let at = 0;
  const close = (): Awaited => {
    open.pop();
    return open.length === 0 ? 'end' : 'separator';
  };
  for (;;) {
    token.lastIndex = at;
    const match = token.exec(text);
    if (!match) return skipSpace(text, at);
    const start = skipSpace(text, at);
    const [, mark, string] = match;
    const next = step(awaited, mark, string !== undefined, open, close);
    if (next === undefined) return start;
    awaited = next;
    at = token.lastIndex;
  }
}

function step(
  awaited: Awaited,
  mark: string | undefined,
  isText: boolean,
  open: ('{' | '[')[],
  close: () => Awaited,
): Awaited | undefined {
  const inside = open.at(-1);
  switch (awaited) {
    case 'value':
    case 'value-or-end':
      if (mark === '{' || mark === '[') {
        open.push(mark);
        return mark === '{' ? 'key-or-end' : 'value-or-end';
      }
      if (mark === ']' && awaited === 'value-or-end') return close();
      if (mark !== undefined) return undefined;
      return open.length === 0 ? 'end' : 'separator';
    case 'key':
    case 'key-or-end':
      if (isText) return 'colon';
      return mark === '}' && awaited === 'key-or-end' ? close() : undefined;
    case 'colon':
      return mark === ':' ? 'value' : undefined;
    case 'separator':
      if (mark === ',') return inside === '{' ? 'key' : 'value';
      return mark === (inside === '{' ? '}' : ']') ? close() : undefined;
    case 'end':
      return undefined;
  }
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (at < text.length && ' \t\n\r'.includes(text[at]!)) at += 1;
  return at;
}
