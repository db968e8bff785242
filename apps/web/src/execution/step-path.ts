/** The node that a step belongs to: paths are "node", "loop#1/node" and, nested, "outer#1/inner#0/node". */
export function nodeIdOfPath(path: string): string {
  const last = path.slice(path.lastIndexOf('/') + 1);
  const mark = last.indexOf('#');
  return mark < 0 ? last : last.slice(0, mark);
}

/** Whether the step is a call of a program: "program/@call". */
export function isCallPath(path: string): boolean {
  return path.includes('/@');
}

/** The passes that a step is in, as people count them, outermost first: "outer#1/inner#0/node" gives [2, 1]. */
export function passesOfPath(path: string): number[] {
  return path
    .split('/')
    .slice(0, -1)
    .filter((part) => part.includes('#'))
    .map((part) => Number(part.slice(part.lastIndexOf('#') + 1)) + 1);
}
