import { encodeCanonical, type Json } from '@navette/kit';

/** A text that two values share exactly when they are deeply equal; key order does not matter, missing differs from null. */
export function keyOf(value: Json | undefined): string {
  switch (typeof value) {
    case 'string':
      return `s${value}`;
    case 'number':
      return `n${value === 0 ? 0 : value}`;
    case 'undefined':
      return 'u';
    default:
      return `j${encodeCanonical(value)}`;
  }
}

/** One key for several values; no combination of values can be mistaken for another. */
export function keyOfAll(values: readonly (Json | undefined)[]): string {
  if (values.length === 1) return keyOf(values[0]);
  let key = '';
  for (const value of values) {
    const part = keyOf(value);
    key += `${part.length}:${part}`;
  }
  return key;
}
