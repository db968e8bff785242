import { decodeId, type IdKind } from '@navette/kit';

/** The bare UUID of an id that its schema has accepted. */
export function toBareId(kind: IdKind, id: string): string {
  const bare = decodeId(kind, id);
  if (bare === undefined) throw new Error(`Not an id of a ${kind}`);
  return bare;
}
