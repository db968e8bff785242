import { nodeIdOf } from '@navette/engine';

/** The node behind a step: "charge" of "charge", of "each#1/charge", and of "charge~2", its second compensation. */
export function stepNodeIdOf(path: string): string {
  const nodeId = nodeIdOf(path);
  const mark = nodeId.search(/[~#]/);
  return mark < 0 ? nodeId : nodeId.slice(0, mark);
}
