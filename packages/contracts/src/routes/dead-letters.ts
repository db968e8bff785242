import { z } from 'zod';
import { executionModes, executionSummarySchema } from '../execution.ts';
import { idSchema, timeSchema } from '../id-schema.ts';
import { pageQuery, pageSchema } from '../resources.ts';
import { defineRoute } from '../route.ts';

const tag = 'Dead letters';
const base = '/api/v1/dead-letters';
const read = { scope: 'executions:read' } as const;
const run = { scope: 'executions:run' } as const;

const filterShape = {
  workflowId: idSchema('workflow').optional(),
  /** Of the error: EXECUTION_POISONED. */
  code: z.string().max(64).optional(),
  mode: z.enum(executionModes).optional(),
  failedAfter: timeSchema.optional(),
  failedBefore: timeSchema.optional(),
};
const filterSchema = z.strictObject(filterShape);
export type DeadLetterQuery = z.infer<typeof filterSchema>;

/** The named ones, or the oldest 500 that the filter finds; an empty filter finds all. */
const choiceSchema = z
  .strictObject({
    executionIds: z.array(idSchema('execution')).min(1).max(500).optional(),
    filter: filterSchema.optional(),
  })
  .refine(({ executionIds, filter }) => (executionIds === undefined) !== (filter === undefined), {
    message: 'needs either executionIds or a filter',
  });
export type DeadLetterChoice = z.infer<typeof choiceSchema>;

export const listDeadLetters = defineRoute({
  id: 'listDeadLetters',
  method: 'GET',
  path: base,
  tag,
  summary: 'Failed executions that somebody has to look at, the last that failed first',
  description:
    'An execution is a dead letter from its failure until it is retried, rerun, dismissed or deleted, when nobody watches it (it was not started by hand) and no parent waits for it. A poisoned one always is.',
  access: read,
  query: z.strictObject({ ...pageQuery, ...filterShape }),
  status: 200,
  responseKind: 'json',
  response: pageSchema(executionSummarySchema),
});

export const countDeadLetters = defineRoute({
  id: 'countDeadLetters',
  method: 'GET',
  path: `${base}/counts`,
  tag,
  summary: 'How many dead letters there are, by workflow and error',
  access: read,
  status: 200,
  responseKind: 'json',
  response: z.strictObject({
    total: z.int(),
    groups: z.array(
      z.strictObject({
        workflowId: idSchema('workflow'),
        workflowName: z.string(),
        code: z.string().nullable(),
        count: z.int(),
      }),
    ),
  }),
});

export const retryDeadLetters = defineRoute({
  id: 'retryDeadLetters',
  method: 'POST',
  path: `${base}/retry`,
  tag,
  summary: 'Retry many dead letters; each becomes a new execution that keeps the finished steps',
  description:
    'Asked for again, a letter that was retried is not retried twice. `remaining` letters fit the filter still.',
  access: run,
  body: choiceSchema,
  status: 200,
  responseKind: 'json',
  response: z.strictObject({
    retried: z.array(
      z.strictObject({ executionId: idSchema('execution'), newExecutionId: idSchema('execution') }),
    ),
    refused: z.array(
      z.strictObject({ executionId: idSchema('execution'), code: z.string(), message: z.string() }),
    ),
    remaining: z.int(),
  }),
});

export const dismissDeadLetters = defineRoute({
  id: 'dismissDeadLetters',
  method: 'POST',
  path: `${base}/dismiss`,
  tag,
  summary: 'Take dead letters off the list; the executions stay as they are',
  access: run,
  body: choiceSchema,
  status: 200,
  responseKind: 'json',
  response: z.strictObject({ dismissed: z.array(idSchema('execution')), remaining: z.int() }),
});
