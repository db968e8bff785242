import { z } from 'zod';
import { itemSchema } from './item.ts';
import { portNameSchema } from './workflow.ts';

/** pure: computed from its input, free to run again. idempotent: safe to repeat. effect: acts on the world. */
export const effectClassSchema = z.enum(['pure', 'idempotent', 'effect']);
export type EffectClass = z.infer<typeof effectClassSchema>;

/** Text in the two languages of the product. */
export const localizedSchema = z.strictObject({ en: z.string(), fr: z.string() });
export type Localized = z.infer<typeof localizedSchema>;

export const nodeGroups = ['trigger', 'flow', 'data', 'files', 'http', 'ai'] as const;
export const nodeGroupSchema = z.enum(nodeGroups);

export const nodeExampleSchema = z.strictObject({
  title: localizedSchema,
  parameters: z.record(z.string(), z.json()),
  inputs: z.record(z.string(), z.array(itemSchema)),
  outputs: z.record(z.string(), z.array(itemSchema)),
});

export const credentialSlotSchema = z.strictObject({
  slot: z.string(),
  types: z.array(z.string()),
  required: z.boolean(),
});

/** What the catalogue tells of a node type: the form, the docs page and the AI tool are drawn from it. */
export const nodeTypeSchema = z.strictObject({
  type: z.string(),
  version: z.int(),
  trigger: z.boolean(),
  group: nodeGroupSchema,
  /** A Tabler icon name. */
  icon: z.string(),
  name: localizedSchema,
  description: localizedSchema,
  /** Markdown. */
  docs: localizedSchema,
  /** Null where the effect depends on the parameters. */
  effect: effectClassSchema.nullable(),
  /** Ports with default parameters. */
  inputs: z.array(portNameSchema),
  outputs: z.array(portNameSchema),
  credentials: z.array(credentialSlotSchema),
  /** JSON Schema (2020-12) of the parameters, with `title`, `description` and the French ones under "x-fr". */
  parametersSchema: z.record(z.string(), z.json()),
  examples: z.array(nodeExampleSchema),
});
export type NodeType = z.infer<typeof nodeTypeSchema>;
