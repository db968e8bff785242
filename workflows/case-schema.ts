import { executionStatuses, itemSchema, nodeIdSchema } from '@navette/contracts';
import { z } from 'zod';

/** An HTTP server on this machine that a case calls; "$SERVER" in the case stands for its URL. */
const serverRouteSchema = z.strictObject({
  path: z.string().startsWith('/'),
  /** One per request in turn; the last one repeats. */
  statuses: z.array(z.int().min(200).max(599)).min(1),
});

/** Objects are matched in part: what is named must be equal, what is not named may be anything. */
const partialSchema = z.record(z.string(), z.json());

const expectedSchema = z.strictObject({
  /** How the execution ends; "refused" when the start itself is. */
  status: z.enum([...executionStatuses, 'refused']),
  errorCode: z.string().optional(),
  /** By node, or "node:port" for another port than the first. */
  outputs: z
    .record(
      z.string(),
      z.strictObject({
        count: z.int().min(0),
        first: partialSchema.optional(),
        last: partialSchema.optional(),
      }),
    )
    .default({}),
  /** Nodes that must not have run. */
  skipped: z.array(nodeIdSchema).default([]),
  artifacts: z
    .array(
      z.strictObject({
        fileName: z.string(),
        mediaType: z.string(),
        contains: z.array(z.string()).min(1),
        excludes: z.array(z.string()).default([]),
      }),
    )
    .default([]),
  response: z
    .strictObject({
      status: z.int(),
      headers: z.record(z.string(), z.string()).optional(),
      json: partialSchema.optional(),
    })
    .optional(),
});

/** What goes into a template and what must come out: `cases.json` of each template holds a list of these. */
export const templateCaseSchema = z.strictObject({
  name: z.string().min(1),
  /** Node id of the trigger to start at. */
  trigger: nodeIdSchema,
  items: z.array(itemSchema).default([{ json: {} }]),
  server: z.array(serverRouteSchema).optional(),
  expected: expectedSchema,
});
export type TemplateCase = z.output<typeof templateCaseSchema>;

export const templateCasesSchema = z.array(templateCaseSchema).min(1);
