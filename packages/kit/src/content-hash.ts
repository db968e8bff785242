import { createHash } from 'node:crypto';
import { encodeCanonical } from './json.ts';

/** Lower-case hex SHA-256 of the canonical text of a JSON value. */
export function hashContent(value: unknown): string {
  return createHash('sha256').update(encodeCanonical(value)).digest('hex');
}
