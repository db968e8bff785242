import { formatHostPattern, narrowHost, parseHostPattern } from '@navette/contracts';

/** The patterns that match what a pattern of both lists matches. What is no host pattern matches nothing. */
export function intersectHosts(left: readonly string[], right: readonly string[]): string[] {
  const patterns = (list: readonly string[]) => list.flatMap((text) => parseHostPattern(text) ?? []);
  const others = patterns(right);
  const both = patterns(left).flatMap((one) => others.flatMap((other) => narrowHost(one, other) ?? []));
  return [...new Set(both.map(formatHostPattern))];
}
