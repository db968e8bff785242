import { createHash, timingSafeEqual } from 'node:crypto';

/** Takes as long whatever the difference is; hashed first, since what is compared must have one length. */
export function isSameSecret(given: string, expected: string): boolean {
  return timingSafeEqual(digest(given), digest(expected));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
