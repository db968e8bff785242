const codes = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, cyan: 36 } as const;

export type Style = Record<keyof typeof codes, (text: string) => string>;

const identity = (text: string) => text;
const paint = (code: number) => (text: string) => `\u001b[${code}m${text}\u001b[0m`;

export function createStyle(colour: boolean): Style {
  const entries = Object.entries(codes).map(([name, code]) => [name, colour ? paint(code) : identity]);
  return Object.fromEntries(entries) as Style;
}

/** Colour only on a terminal, and never where the user said no (https://no-color.org). */
export function hasColour(
  stream: { isTTY?: boolean | undefined },
  env: Readonly<Record<string, string | undefined>>,
): boolean {
  return stream.isTTY === true && !env['NO_COLOR'] && env['TERM'] !== 'dumb';
}
