/** Where in the output of a step a difference is: "/main/0/json/total/net" is item 1 of the port "main", field total.net. */
export interface DifferencePlace {
  port: string | undefined;
  /** Counted from 1, as people do. */
  item: number | undefined;
  /** Empty when the item as a whole differs. */
  field: string;
}

/** Reads the pointer of a difference; one of another form is all field. */
export function parseDifferencePlace(pointer: string): DifferencePlace {
  const parts = pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  const [port, index, kind, ...rest] = parts;
  const isItem = index !== undefined && /^\d+$/.test(index);
  if (!isItem || (kind !== undefined && kind !== 'json' && kind !== 'binary')) {
    return { port: undefined, item: undefined, field: parts.join('.') };
  }
  return { port, item: Number(index) + 1, field: rest.join('.') };
}
