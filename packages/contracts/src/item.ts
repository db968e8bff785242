import { z } from 'zod';
import { idSchema, jsonObjectSchema } from './id-schema.ts';

/** A file that an item carries. The bytes are an artifact; only this reference travels through the journal. */
export const binaryRefSchema = z.strictObject({
  artifactId: idSchema('artifact'),
  fileName: z.string().max(255),
  mediaType: z.string().max(255),
  sizeBytes: z.int().min(0),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});
export type BinaryRef = z.infer<typeof binaryRefSchema>;

/** Which input item an output item came from: `item` is an index into the list of input port `input` (default "main"). */
export const pairedItemSchema = z.strictObject({
  item: z.int().min(0),
  input: z.string().max(32).optional(),
});
export type PairedItem = z.infer<typeof pairedItemSchema>;

/** One record on its way through a workflow. */
export const itemSchema = z.strictObject({
  json: jsonObjectSchema,
  binary: z.record(z.string().max(64), binaryRefSchema).optional(),
  pairedItem: z.union([pairedItemSchema, z.array(pairedItemSchema).max(10_000)]).optional(),
});
export type Item = z.infer<typeof itemSchema>;

/** What a step gave, per output port. Port names are lower-case kebab and never "constructor". */
export type PortItems = Record<string, Item[]>;
