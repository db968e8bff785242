import { z } from 'zod';

const fixedSegment = /^(?!\.{1,2}$)[A-Za-z0-9._~-]+$/;
const parameterSegment = /^:[A-Za-z][A-Za-z0-9_]{0,31}$/;

/**
 * "orders/:id/lines": fixed segments and named parameters. Leading and closing slashes are dropped when the
 * specification is built, so "/orders/" and "orders" are the same path.
 */
export const webhookPathSchema = z
  .string()
  .max(200)
  .refine((path) => listSegments(path).length > 0, 'must have at least one segment')
  .refine(
    (path) => listSegments(path).every((each) => fixedSegment.test(each) || parameterSegment.test(each)),
    'must be segments of letters, digits and . _ ~ -, or ":name" for a parameter, with "/" between them',
  )
  .refine((path) => {
    const names = listSegments(path).filter((each) => each.startsWith(':'));
    return new Set(names).size === names.length;
  }, 'must not name a parameter twice');

/** The path as the server routes it: no leading or closing slash. */
export function normalizePath(path: string): string {
  return listSegments(path).join('/');
}

function listSegments(path: string): string[] {
  const inner = path.replace(/^\//, '').replace(/\/$/, '');
  return inner === '' ? [] : inner.split('/');
}
