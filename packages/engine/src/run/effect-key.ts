import { deriveUuid } from '@navette/kit';
import type { NewExecution } from '../ports.ts';

/** The key of an effect (invariant 6): the same in every attempt, crash and retry. `item`: of nodes that work item by item. */
export function deriveEffectKey({ rootId }: NewExecution, path: string, item: number | undefined): string {
  return deriveUuid(rootId, path, item === undefined ? '' : String(item));
}
