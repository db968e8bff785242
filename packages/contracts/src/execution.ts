import { applyTransition, type TransitionTable } from '@navette/kit/portable';
import { z } from 'zod';
import { stepDoubtSchema } from './doubt.ts';
import { idSchema, jsonObjectSchema, timeSchema } from './id-schema.ts';
import { itemSchema } from './item.ts';
import { logLevels, stepNotices } from './journal.ts';
import { prioritySchema } from './limits.ts';

export const executionStatuses = [
  'queued',
  'running',
  'waiting',
  'succeeded',
  'failed',
  'cancelled',
] as const;
export type ExecutionStatus = (typeof executionStatuses)[number];
export const executionModes = [
  'manual',
  'webhook',
  'schedule',
  'api',
  'child',
  'retry',
  'rerun',
  'fork',
  'error',
  'compensation',
] as const;
export type ExecutionMode = (typeof executionModes)[number];

/** How an execution came into being that no trigger started. From which: `retryOf`, for a child `parentId`. */
export interface ExecutionOrigin {
  kind: 'retry' | 'rerun' | 'fork' | 'error' | 'compensation' | 'child';
  /** Path of the step that a rerun starts with, or after which a fork goes on. */
  step?: string;
  /** It, or what it came from, was started by hand: somebody looks. */
  attended?: true;
  /** A parent waits for its end, and answers for it. */
  awaited?: true;
  /** How many error workflows led to it. */
  errorDepth?: number;
}

export type ExecutionEvent = 'claim' | 'wait' | 'wake' | 'release' | 'succeed' | 'fail' | 'cancel';

/** The lifecycle of an execution. The store repeats it in the WHERE of every update. */
export const executionTransitions: TransitionTable<ExecutionStatus, ExecutionEvent> = {
  queued: { claim: 'running', cancel: 'cancelled' },
  running: {
    wait: 'waiting',
    release: 'queued',
    succeed: 'succeeded',
    fail: 'failed',
    cancel: 'cancelled',
  },
  waiting: { wake: 'queued', cancel: 'cancelled' },
  succeeded: {},
  failed: {},
  cancelled: {},
};

export function moveExecution(from: ExecutionStatus, event: ExecutionEvent): ExecutionStatus {
  return applyTransition(executionTransitions, from, event);
}

export function isTerminal(status: ExecutionStatus): boolean {
  return status === 'succeeded' || status === 'failed' || status === 'cancelled';
}

export const stepStatuses = [
  'pending',
  'running',
  'retrying',
  'waiting',
  'succeeded',
  'failed',
  'skipped',
  'cancelled',
] as const;
export type StepStatus = (typeof stepStatuses)[number];

export const errorRecordSchema = z.strictObject({
  code: z.string(),
  message: z.string(),
  help: z.string().optional(),
  kind: z.enum(['user', 'operational', 'bug']),
  retryable: z.boolean(),
  issues: z.array(z.strictObject({ path: z.string(), message: z.string() })).optional(),
  nodeId: z.string().optional(),
  nodeName: z.string().optional(),
  itemIndex: z.int().optional(),
});

export const stepLogSchema = z.strictObject({
  at: timeSchema,
  message: z.string(),
  /** info when left out. */
  level: z.enum(logLevels).optional(),
  /** That wrote it: the first one when left out. */
  attempt: z.int().optional(),
  /** Of a line of the server itself: without-jail says that this code ran in no jail. */
  notice: z.enum(stepNotices).optional(),
});

/** One node inside an execution, as the API shows it. Data is left out of lists (`hasData`) and read per step. */
export const stepSchema = z.strictObject({
  path: z.string(),
  nodeId: z.string(),
  nodeName: z.string(),
  nodeType: z.string(),
  status: z.enum(stepStatuses),
  attempts: z.int(),
  startedAt: timeSchema.nullable(),
  finishedAt: timeSchema.nullable(),
  /** When the next attempt or the end of a wait is due. */
  wakeAt: timeSchema.nullable(),
  error: errorRecordSchema.nullable(),
  /** Items per output port. */
  outputCounts: z.record(z.string(), z.int()),
  /** Copied from the execution that this one retries: it was not run again. */
  reused: z.boolean(),
  /** The child execution that this step waits for or started. */
  childExecutionId: idSchema('execution').nullable(),
  /** What a person is asked about it; left out when nobody is. */
  doubt: stepDoubtSchema.optional(),
  logs: z.array(stepLogSchema),
});
export type Step = z.infer<typeof stepSchema>;

export const stepDataSchema = z.strictObject({
  path: z.string(),
  inputs: z.record(z.string(), z.array(itemSchema)),
  outputs: z.record(z.string(), z.array(itemSchema)),
});
export type StepData = z.infer<typeof stepDataSchema>;

/** What holds back an execution that is queued. */
const queuedCodes = ['queued-concurrency', 'queued-rate', 'queued-worker'] as const;
export type QueuedCode = (typeof queuedCodes)[number];
/** What an execution waits for that is parked. */
const waitCodes = [
  'doubt',
  'approval',
  'signal',
  'resume',
  'child',
  'time',
  'trigger-debounce',
  'trigger-throttle',
  // It was at work while its workers stopped: others like it have their turn first.
  'suspect',
] as const;
export type WaitCode = (typeof waitCodes)[number];

/** Why a non-terminal execution is where it is, for programs: a stable code and what fills its sentence. */
export const whySchema = z.strictObject({
  code: z.enum([...queuedCodes, ...waitCodes]),
  params: z.record(z.string(), z.union([z.string(), z.number()])),
});
export type Why = z.infer<typeof whySchema>;

export const executionSummarySchema = z.strictObject({
  id: idSchema('execution'),
  workflowId: idSchema('workflow'),
  workflowName: z.string(),
  versionId: idSchema('version'),
  status: z.enum(executionStatuses),
  /** Why a non-terminal execution is where it is, in words. */
  reason: z.string().nullable(),
  /** The same for programs; null or absent where there is none. */
  why: whySchema.nullable().optional(),
  mode: z.enum(executionModes),
  triggerNodeId: z.string(),
  createdAt: timeSchema,
  startedAt: timeSchema.nullable(),
  finishedAt: timeSchema.nullable(),
  /** When a waiting execution goes on by itself. */
  wakeAt: timeSchema.nullable(),
  error: errorRecordSchema.nullable(),
  /** The execution that it was made from; `origin` says how. */
  retryOf: idSchema('execution').nullable(),
  /** Null where a trigger started it. `step`: where a rerun starts, or after which a fork goes on. */
  origin: z
    .strictObject({
      kind: z.enum(['retry', 'rerun', 'fork', 'error', 'compensation', 'child']),
      step: z.string().nullable(),
    })
    .nullable(),
  /** open: on the list of dead letters. Null when it never was one. */
  deadLetter: z.enum(['open', 'retried', 'dismissed']).nullable(),
  parentId: idSchema('execution').nullable(),
  /** How often a crashed worker's execution was taken over. */
  recoveries: z.int(),
});
export type ExecutionSummary = z.infer<typeof executionSummarySchema>;

export const executionDetailSchema = executionSummarySchema.extend({
  steps: z.array(stepSchema),
  /** Sequence of the last journal entry that this view has seen; start the live stream from it. */
  lastEventId: z.string(),
  /** When retention deleted its data: there are no steps any more, and nothing to retry. Left out before that. */
  dataDeletedAt: timeSchema.optional(),
});
export type ExecutionDetail = z.infer<typeof executionDetailSchema>;

/** What starts an execution by hand or by program. */
export const runRequestSchema = z.strictObject({
  /** draft (default for people) or published. */
  target: z.enum(['draft', 'published']).default('draft'),
  /** The trigger to start at; the only one when left out. */
  triggerNodeId: z.string().max(64).optional(),
  /** One item from this object, or the items themselves. */
  input: z.union([jsonObjectSchema, z.array(jsonObjectSchema).max(10_000)]).optional(),
  /** That of the workflow when left out. */
  priority: prioritySchema.optional(),
});
export type RunRequest = z.infer<typeof runRequestSchema>;

/** What a workflow answers to the HTTP request that started it. */
export const webhookResponseSchema = z.strictObject({
  status: z.int().min(200).max(599),
  headers: z.record(z.string(), z.string()),
  body: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('json'), value: z.json() }),
    z.strictObject({ kind: z.literal('text'), value: z.string(), mediaType: z.string() }),
    z.strictObject({ kind: z.literal('binary'), artifactId: idSchema('artifact'), mediaType: z.string() }),
    z.strictObject({ kind: z.literal('empty') }),
  ]),
});
export type WebhookResponse = z.infer<typeof webhookResponseSchema>;
