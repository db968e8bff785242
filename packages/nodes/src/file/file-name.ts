import { z } from 'zod';

/** The name of a file without folders. */
export const fileNameSchema = z
  .string()
  .trim()
  .min(1)
  .max(255)
  .regex(/^[^/\\\x00-\x1f\x7f]+$/, 'must be a file name without slashes or control characters')
  .refine((name) => !/^\.+$/.test(name), 'must be more than dots');

/** The key of a file in `binary` of an item. */
export const binaryFieldSchema = z
  .string()
  .min(1)
  .max(64)
  .regex(/^(?!__proto__$|constructor$|prototype$)[A-Za-z0-9_-]+$/, 'must be letters, digits, "_" or "-"');
