/** The node of a step: "charge" of "charge", "charge#2" and "each#1/charge#2". */
export function nodeIdOf(path: string): string {
  const last = path.slice(path.lastIndexOf('/') + 1);
  const mark = last.indexOf('#');
  return mark < 0 ? last : last.slice(0, mark);
}
