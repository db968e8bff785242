/** What an error code means, in the reader's language. */
export interface ErrorWords {
  /** Left out where the words of whoever built the workflow are the message. */
  message?: string;
  help?: string;
  /** The server's message with its holes, where `message` has some of them: "The code failed, line {line}: {detail}". */
  from?: string;
}

const hole = /\{(\w+)\}/g;

/** What stands in the holes of a template in a text that was made with it; undefined for any other text. */
export function readHoles(template: string, text: string): ReadonlyMap<string, string> | undefined {
  const names: string[] = [];
  const pattern = template
    .split(hole)
    .map((part, index) => {
      if (index % 2 === 0) return part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
      names.push(part);
      return '([^]*?)';
    })
    .join('');
  const found = new RegExp(`^${pattern}$`).exec(text);
  return found ? new Map(names.map((name, index) => [name, found[index + 1]!])) : undefined;
}

export function fillHoles(template: string, values: ReadonlyMap<string, string>): string {
  return template.replace(hole, (whole, name: string) => values.get(name) ?? whole);
}
