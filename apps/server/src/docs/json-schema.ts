import type { Json } from '@navette/kit';
import { z } from 'zod';

export type JsonSchema = Record<string, Json>;

/** JSON Schema (2020-12) of what a schema takes (`input`) or gives (`output`). What has no JSON form is left open. */
export function encodeJsonSchema(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
  const encoded = z.toJSONSchema(schema, { io, unrepresentable: 'any', reused: 'inline' });
  const { $schema: _version, ...rest } = JSON.parse(JSON.stringify(encoded)) as JsonSchema;
  return rest;
}
