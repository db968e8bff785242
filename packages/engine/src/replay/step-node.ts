/** The node of a step: "charge" of "charge" and of "each#1/charge". */
export function nodeIdOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
