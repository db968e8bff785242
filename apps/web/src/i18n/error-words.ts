/** What an error code means, in the reader's language. */
export interface ErrorWords {
  /** Left out where the words of whoever built the workflow are the message. */
  message?: string;
  help?: string;
  /** The server's message with its holes, where `message` has some of them: "The code failed, line {line}: {detail}". */
  from?: string;
  /** The same for the help. */
  helpFrom?: string;
  /** Says in the reader's language what the server put into a hole. Default: as it is. */
  say?(value: string): string;
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

export function fillHoles(
  template: string,
  values: ReadonlyMap<string, string>,
  say = (value: string) => value,
): string {
  return template.replace(hole, (whole, name: string) => {
    const value = values.get(name);
    return value === undefined ? whole : say(value);
  });
}
