/**
 * Effects in doubt: a crash cut them off, so that nobody knows whether they took place, and their node leaves it to a
 * person to find out. One question is about one step; its one answer is about all of its items in doubt.
 */
import { z } from 'zod';
import type { Decider } from './approval.ts';
import { jsonObjectSchema, timeSchema } from './id-schema.ts';
import type { Item } from './item.ts';

/** retry: run it again, under the same key. done: it took place, run nothing. fail: it failed, and is not tried again. */
export const doubtOutcomes = ['retry', 'done', 'fail'] as const;
export type DoubtOutcome = (typeof doubtOutcomes)[number];

/** What a person is asked about a step. */
export const stepDoubtSchema = z.strictObject({
  /** Which question about this step it is, from 1. The answer names it: it can't be taken for that of a later crash. */
  question: z.int(),
  askedAt: timeSchema,
  /** When what was cut off had begun; of several items, the first of them. */
  begunAt: timeSchema.nullable(),
  /** Positions of the items in doubt; null when it is the step as a whole. */
  items: z.array(z.int()).nullable(),
  /** What the other side was sent as key, where it takes one: of each item in doubt, or of the step. */
  keys: z.array(z.string()),
});
export type StepDoubt = z.infer<typeof stepDoubtSchema>;

const outcomeFields = {
  outcome: z.enum(doubtOutcomes),
  /** What it gave, with "done": one item, or several. What went in goes on when left out. */
  output: z.union([jsonObjectSchema, z.array(jsonObjectSchema).max(10_000)]).optional(),
};

const onlyDoneGives = {
  message: 'is only for the outcome "done"',
  path: ['output'],
};

function isSensible({ outcome, output }: { outcome?: DoubtOutcome | undefined; output?: unknown }): boolean {
  return output === undefined || outcome === 'done';
}

/** What whoever answers sends. */
export const resolveRequestSchema = z
  .strictObject({
    question: z.int().min(1),
    /** Of the step, or of every item in doubt that `items` does not list. */
    outcome: outcomeFields.outcome.optional(),
    output: outcomeFields.output,
    items: z
      .array(z.strictObject({ item: z.int().min(0), ...outcomeFields }).refine(isSensible, onlyDoneGives))
      .max(1_000)
      .default([]),
    comment: z.string().trim().max(5_000).default(''),
  })
  .refine(isSensible, onlyDoneGives);
export type ResolveRequest = z.infer<typeof resolveRequestSchema>;

/** An answer, on its way to the step. */
export interface DoubtResolution {
  by: Decider;
  comment: string;
  /** One for each item in doubt; without `item` for a step as a whole. `items`: what it gave, if that was said. */
  outcomes: { item?: number; outcome: DoubtOutcome; items?: Item[] }[];
}
