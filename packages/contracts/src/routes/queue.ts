import { z } from 'zod';
import { executionStatuses, executionSummarySchema, runRequestSchema } from '../execution.ts';
import { idSchema, timeSchema } from '../id-schema.ts';
import { defineRoute } from '../route.ts';

const tag = 'Queue';
const base = '/api/v1/queue';
const jobParams = z.strictObject({ executionId: idSchema('execution') });
const read = { scope: 'executions:read' } as const;
const run = { scope: 'executions:run' } as const;

/** How many executions of the project are where. `completed` and `failed` are those that ended in the last 24 hours. */
export const queueMetricsSchema = z.strictObject({
  /** Ready for a worker; 0 while the queue is paused. */
  waiting: z.int(),
  /** Held back by a limit of their workflow. */
  held: z.int(),
  active: z.int(),
  completed: z.int(),
  /** Cancelled ones included. */
  failed: z.int(),
  /** Parked until a time, a message, a decision or a called workflow. */
  delayed: z.int(),
  /** Ready for a worker and held back, since the queue is paused. */
  paused: z.int(),
  total: z.int(),
});
export type QueueMetrics = z.infer<typeof queueMetricsSchema>;

export const queueHealthSchema = z.strictObject({
  ok: z.boolean(),
  /** in-process: this process or Postgres hands out executions. bullmq: Redis does. */
  kind: z.string(),
  /** queue: as it should be. direct: the queue is out of reach and Postgres is asked. refusing: nothing is accepted. */
  mode: z.string(),
  detail: z.string(),
  workers: z.int(),
});

/** A process that runs executions. */
export const workerSchema = z.strictObject({
  id: z.string(),
  host: z.string(),
  pid: z.int(),
  version: z.string(),
  role: z.string(),
  state: z.enum(['alive', 'dead']),
  /** Executions at work, of all projects. */
  active: z.int(),
  /** How many it takes at once; 0 when it did not say. */
  maxActive: z.int(),
  startedAt: timeSchema,
  stoppedAt: timeSchema.nullable(),
  /** Milliseconds since its last heartbeat, by the clock of the database. */
  silenceMs: z.int(),
});
export type Worker = z.infer<typeof workerSchema>;

export const queueJobSchema = z.strictObject({
  executionId: idSchema('execution'),
  status: z.enum(executionStatuses),
  reason: z.string().nullable(),
  progress: z.strictObject({ completedSteps: z.int(), knownSteps: z.int() }),
  /** What a succeeded execution gave. */
  result: z.array(z.json()).nullable(),
  error: executionSummarySchema.shape.error,
});

export const enqueueExecution = defineRoute({
  id: 'enqueueExecution',
  method: 'POST',
  path: `${base}/execute`,
  tag,
  summary: 'Queue an execution of a workflow',
  description:
    'Answers 202 once the execution is stored. There is one id: the job of the queue is the execution. Who calls is known from the session or key, never from the body.',
  access: run,
  body: runRequestSchema.extend({ workflowId: idSchema('workflow') }),
  status: 202,
  responseKind: 'json',
  response: z.strictObject({
    executionId: idSchema('execution'),
    jobId: idSchema('execution'),
    status: z.literal('queued'),
    message: z.string(),
  }),
  idempotent: true,
});

export const getQueue = defineRoute({
  id: 'getQueue',
  method: 'GET',
  path: `${base}/status`,
  tag,
  summary: 'The state of the queue: counts of the project, paused or not, its health',
  access: read,
  status: 200,
  responseKind: 'json',
  response: z.strictObject({
    paused: z.boolean(),
    metrics: queueMetricsSchema,
    health: queueHealthSchema,
    /** Whether the caller may pause, resume and clean. */
    manageable: z.boolean(),
  }),
});

export const getQueueJob = defineRoute({
  id: 'getQueueJob',
  method: 'GET',
  path: `${base}/status/:executionId`,
  tag,
  summary: 'Where one execution is, and what it gave',
  access: read,
  params: jobParams,
  status: 200,
  responseKind: 'json',
  response: queueJobSchema,
});

export const cancelQueueJob = defineRoute({
  id: 'cancelQueueJob',
  method: 'DELETE',
  path: `${base}/jobs/:executionId`,
  tag,
  summary: 'Cancel an execution in any state',
  access: run,
  params: jobParams,
  status: 200,
  responseKind: 'json',
  response: executionSummarySchema,
  errors: ['EXECUTION_FINISHED'],
});

export const retryQueueJob = defineRoute({
  id: 'retryQueueJob',
  method: 'POST',
  path: `${base}/jobs/:executionId/retry`,
  tag,
  summary: 'Retry a failed or cancelled execution; finished steps are kept',
  access: run,
  params: jobParams,
  status: 202,
  responseKind: 'json',
  response: z.strictObject({ executionId: idSchema('execution') }),
  idempotent: true,
  errors: ['EXECUTION_NOT_RETRYABLE'],
});

export const getQueueMetrics = defineRoute({
  id: 'getQueueMetrics',
  method: 'GET',
  path: `${base}/metrics`,
  tag,
  summary: 'How many executions of the project are where',
  access: read,
  status: 200,
  responseKind: 'json',
  response: queueMetricsSchema,
});

const pausedSchema = z.strictObject({ paused: z.boolean() });

export const pauseQueue = defineRoute({
  id: 'pauseQueue',
  method: 'POST',
  path: `${base}/pause`,
  tag,
  summary: 'Start no more executions, of any project; what runs goes on',
  description:
    'New executions are accepted and queued; who waits for the answer of one waits. Other processes hear of it within about a second.',
  access: 'owner',
  status: 200,
  responseKind: 'json',
  response: pausedSchema,
});

export const resumeQueue = defineRoute({
  id: 'resumeQueue',
  method: 'POST',
  path: `${base}/resume`,
  tag,
  summary: 'Hand out executions again',
  access: 'owner',
  status: 200,
  responseKind: 'json',
  response: pausedSchema,
});

export const cleanQueue = defineRoute({
  id: 'cleanQueue',
  method: 'POST',
  path: `${base}/clean`,
  tag,
  summary: 'Remove entries of the queue that no queued execution stands behind',
  access: 'owner',
  status: 200,
  responseKind: 'json',
  response: z.strictObject({ removed: z.int() }),
});

export const getQueueHealth = defineRoute({
  id: 'getQueueHealth',
  method: 'GET',
  path: `${base}/health`,
  tag,
  summary: 'Whether executions are handed out, and how',
  access: read,
  status: 200,
  responseKind: 'json',
  response: queueHealthSchema,
});

export const listWorkers = defineRoute({
  id: 'listWorkers',
  method: 'GET',
  path: '/api/v1/workers',
  tag,
  summary: 'The workers of the server: those alive, and those that stopped in the last hour',
  access: read,
  status: 200,
  responseKind: 'json',
  response: z.strictObject({ items: z.array(workerSchema) }),
});
