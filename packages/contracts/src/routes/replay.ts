import { z } from 'zod';
import { executionSummarySchema } from '../execution.ts';
import { idSchema, jsonObjectSchema } from '../id-schema.ts';
import { executionReplaySchema, replayOutcomes, replaySchema } from '../replay.ts';
import { pageQuery, pageSchema } from '../resources.ts';
import { defineRoute } from '../route.ts';

const executionParams = z.strictObject({ executionId: idSchema('execution') });
const workflowParams = z.strictObject({ workflowId: idSchema('workflow') });
const replayParams = z.strictObject({ replayId: idSchema('replay') });
const read = { scope: 'executions:read' } as const;
const run = { scope: 'executions:run' } as const;
const started = z.strictObject({ executionId: idSchema('execution') });
const stepPath = z
  .string()
  .max(500)
  .regex(/^[\w#/~@:-]+$/, 'must be the path of a step');
/** same: that of the execution. draft, published: of its workflow, as they are now. */
const versionChoice = z.enum(['same', 'draft', 'published']).default('same');
const derivedErrors = [
  'EXECUTION_NOT_FINISHED',
  'EXECUTION_DATA_GONE',
  'EXECUTION_COMPENSATING',
  'STEP_UNKNOWN',
  'PROGRAM_CALL_INPUT',
];

export const rerunExecution = defineRoute({
  id: 'rerunExecution',
  method: 'POST',
  path: '/api/v1/executions/:executionId/rerun',
  tag: 'Executions',
  summary: 'Run an execution that has ended again from one of its steps',
  description:
    'A new execution. Steps that do not build on the chosen one are reused; it and what follows run again, as new effects under new keys. With `input` the step gets these items on its first input in place of what it got; for a trigger they are what it gives.',
  access: run,
  params: executionParams,
  body: z.strictObject({
    /** Path of the step: its node id, or "each#3/charge" in pass 3 of a loop. */
    from: stepPath,
    input: z.union([jsonObjectSchema, z.array(jsonObjectSchema).max(10_000)]).optional(),
    version: versionChoice,
  }),
  status: 202,
  responseKind: 'json',
  response: started,
  idempotent: true,
  errors: [...derivedErrors, 'WORKFLOW_NOT_PUBLISHED'],
});

export const forkExecution = defineRoute({
  id: 'forkExecution',
  method: 'POST',
  path: '/api/v1/executions/:executionId/fork',
  tag: 'Executions',
  summary: 'Go on from any point of an execution that has ended, as a new execution',
  description:
    'Everything that was done at that point is reused, the rest runs, as new effects under new keys. Without `after` and `at` the point is the end.',
  access: run,
  params: executionParams,
  body: z.strictObject({
    /** The point at which this step was complete. */
    after: stepPath.optional(),
    /** The point right after this event of the journal. */
    at: z
      .string()
      .regex(/^\d{1,9}\.\d{1,9}$/, 'must be an event id such as "12.3"')
      .optional(),
    version: versionChoice,
  }),
  status: 202,
  responseKind: 'json',
  response: started,
  idempotent: true,
  errors: [...derivedErrors, 'EVENT_UNKNOWN', 'WORKFLOW_NOT_PUBLISHED'],
});

export const listDerivedExecutions = defineRoute({
  id: 'listDerivedExecutions',
  method: 'GET',
  path: '/api/v1/executions/:executionId/derived',
  tag: 'Executions',
  summary: 'Executions that were made from one: retries, reruns, forks, its error workflow, its compensation',
  access: read,
  params: executionParams,
  status: 200,
  responseKind: 'json',
  response: z.strictObject({ items: z.array(executionSummarySchema) }),
});

export const createReplay = defineRoute({
  id: 'createReplay',
  method: 'POST',
  path: '/api/v1/workflows/:workflowId/replays',
  tag: 'Replays',
  summary: 'Replay recorded executions of a workflow against another version of it',
  description:
    'Nothing is executed and nothing leaves: effects are answered from the journal, and one that has no recording is reported. Answers at once; read the replay to follow it.',
  access: run,
  params: workflowParams,
  body: z.strictObject({
    against: z.union([z.enum(['draft', 'published']), idSchema('version')]).default('draft'),
    /** How many of the last executions that have ended. */
    last: z.int().min(1).max(500).default(50),
    /** These in place of the last ones. */
    executionIds: z.array(idSchema('execution')).min(1).max(500).optional(),
  }),
  status: 202,
  responseKind: 'json',
  response: replaySchema,
  errors: ['WORKFLOW_NOT_PUBLISHED', 'REPLAY_EMPTY', 'REPLAY_BUSY'],
});

export const listReplays = defineRoute({
  id: 'listReplays',
  method: 'GET',
  path: '/api/v1/workflows/:workflowId/replays',
  tag: 'Replays',
  summary: 'List the replays of a workflow, newest first',
  description: 'The last 20 of each workflow are kept.',
  access: read,
  params: workflowParams,
  query: z.strictObject(pageQuery),
  status: 200,
  responseKind: 'json',
  response: pageSchema(replaySchema),
});

export const getReplay = defineRoute({
  id: 'getReplay',
  method: 'GET',
  path: '/api/v1/replays/:replayId',
  tag: 'Replays',
  summary: 'Read a replay: how far it is, and how many executions came to which outcome',
  access: read,
  params: replayParams,
  status: 200,
  responseKind: 'json',
  response: replaySchema,
});

export const listReplayResults = defineRoute({
  id: 'listReplayResults',
  method: 'GET',
  path: '/api/v1/replays/:replayId/results',
  tag: 'Replays',
  summary: 'What would be different, execution by execution',
  access: read,
  params: replayParams,
  query: z.strictObject({ ...pageQuery, outcome: z.enum(replayOutcomes).optional() }),
  status: 200,
  responseKind: 'json',
  response: pageSchema(executionReplaySchema),
});

export const stopReplay = defineRoute({
  id: 'stopReplay',
  method: 'POST',
  path: '/api/v1/replays/:replayId/stop',
  tag: 'Replays',
  summary: 'Stop a replay; what it found so far stays',
  access: run,
  params: replayParams,
  status: 200,
  responseKind: 'json',
  response: replaySchema,
});
