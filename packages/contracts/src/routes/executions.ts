import { z } from 'zod';
import { resolveRequestSchema } from '../doubt.ts';
import {
  executionDetailSchema,
  executionModes,
  executionStatuses,
  executionSummarySchema,
  stepDataSchema,
} from '../execution.ts';
import { idSchema, timeSchema } from '../id-schema.ts';
import { artifactSchema, pageQuery, pageSchema } from '../resources.ts';
import { defineRoute } from '../route.ts';

const tag = 'Executions';
const base = '/api/v1/executions';
const executionParams = z.strictObject({ executionId: idSchema('execution') });
const read = { scope: 'executions:read' } as const;
const run = { scope: 'executions:run' } as const;

export const listExecutions = defineRoute({
  id: 'listExecutions',
  method: 'GET',
  path: base,
  tag,
  summary: 'List executions, newest first',
  access: read,
  query: z.strictObject({
    ...pageQuery,
    workflowId: idSchema('workflow').optional(),
    /** Comma-separated statuses. */
    status: z
      .string()
      .transform((text) => text.split(','))
      .pipe(z.array(z.enum(executionStatuses)).max(executionStatuses.length))
      .optional(),
    mode: z.enum(executionModes).optional(),
    createdAfter: timeSchema.optional(),
    createdBefore: timeSchema.optional(),
  }),
  status: 200,
  responseKind: 'json',
  response: pageSchema(executionSummarySchema),
});

export const getExecution = defineRoute({
  id: 'getExecution',
  method: 'GET',
  path: `${base}/:executionId`,
  tag,
  summary: 'Read an execution with the state of its steps',
  access: read,
  params: executionParams,
  status: 200,
  responseKind: 'json',
  response: executionDetailSchema,
});

export const getStepData = defineRoute({
  id: 'getStepData',
  method: 'GET',
  path: `${base}/:executionId/steps/:path/data`,
  tag,
  summary: 'What went into a step and what came out',
  access: read,
  params: executionParams.extend({ path: z.string().min(1).max(500) }),
  status: 200,
  responseKind: 'json',
  response: stepDataSchema,
});

export const cancelExecution = defineRoute({
  id: 'cancelExecution',
  method: 'POST',
  path: `${base}/:executionId/cancel`,
  tag,
  summary: 'Cancel an execution and its children',
  description:
    'Answers at once; the execution is cancelled within 5 seconds. Cancelling a finished one is a 409.',
  access: run,
  params: executionParams,
  status: 202,
  responseKind: 'json',
  response: executionSummarySchema,
  errors: ['EXECUTION_FINISHED'],
});

export const resolveStep = defineRoute({
  id: 'resolveStep',
  method: 'POST',
  path: `${base}/:executionId/steps/:path/resolve`,
  tag,
  summary: 'Say what became of a step that a crash cut off',
  description:
    'For a step with `doubt`: its node has a person say whether the effect took place (`afterCrash` is `ask`). "retry" runs it again with the same key; "done" takes it as done, with `output` as what it gave, or what went in; "fail" counts it as failed, under its `onError`. Every item in doubt needs an outcome: that of the whole, or its own in `items`. The first answer counts; a second one is a 409, and so is one to a question that is not the last.',
  access: run,
  params: executionParams.extend({ path: z.string().min(1).max(500) }),
  body: resolveRequestSchema,
  status: 202,
  responseKind: 'json',
  response: executionSummarySchema,
  errors: ['STEP_NOT_FOUND', 'STEP_NOT_IN_DOUBT', 'STEP_ALREADY_RESOLVED', 'EXECUTION_FINISHED'],
});

export const retryExecution = defineRoute({
  id: 'retryExecution',
  method: 'POST',
  path: `${base}/:executionId/retry`,
  tag,
  summary: 'Run a failed or cancelled execution again from where it failed',
  description: 'A new execution of the same version that keeps the finished steps of the old one.',
  access: run,
  params: executionParams,
  status: 202,
  responseKind: 'json',
  response: z.strictObject({ executionId: idSchema('execution') }),
  idempotent: true,
  errors: ['EXECUTION_NOT_RETRYABLE'],
});

export const listExecutionArtifacts = defineRoute({
  id: 'listExecutionArtifacts',
  method: 'GET',
  path: `${base}/:executionId/artifacts`,
  tag,
  summary: 'The files that an execution made',
  access: read,
  params: executionParams,
  query: z.strictObject(pageQuery),
  status: 200,
  responseKind: 'json',
  response: pageSchema(artifactSchema),
});

export const streamExecution = defineRoute({
  id: 'streamExecution',
  method: 'GET',
  path: `${base}/:executionId/events`,
  tag,
  summary: 'Live events of an execution',
  description:
    'Server-sent events, one for each journal record, with ids "<seq>.<index>". Reconnect with `Last-Event-ID` (or `?after=`) and nothing is lost. Item data is left out. Between them, without an id, come events named `console`: lines that a step at work has written, `{ path, from, lines }`, each `{ at, message, level?, attempt?, notice? }`; `from` is the position of the first one, and what you have beyond it is over. With `skipped`, so many lines right before it are left out: more was written than is sent between processes. The record of the step\'s end has all lines that are kept; leave out lines of the step that come after it. A program that is not over has a record `step-wrote` of its `lines` from position `first` on, so that they are there while it waits; what a `console` event says of positions on record is older or the same. The stream closes after `execution-finished`.',
  access: read,
  params: executionParams,
  query: z.strictObject({ after: z.string().max(30).optional() }),
  status: 200,
  responseKind: 'events',
});

export const streamProject = defineRoute({
  id: 'streamProject',
  method: 'GET',
  path: '/api/v1/events',
  tag,
  summary: 'Live changes of all executions and workflows of the project',
  description:
    'Server-sent events `execution-changed` and `workflow-changed`. After a gap too long to replay comes `resync`: read the lists again.',
  access: read,
  query: z.strictObject({ after: z.string().max(30).optional() }),
  status: 200,
  responseKind: 'events',
});
