import { z } from 'zod';

/** "text/html" or "text/html; charset=utf-8". */
export const mediaTypeSchema = z
  .string()
  .max(255)
  .regex(/^[\w!#$&^.+-]+\/[\w!#$&^.+-]+(?:\s*;[\t\x20-\x7e]*)?$/, 'must be a media type such as text/html');
