/** Replays: recorded executions run again in another version of their workflow, with effects answered from the journal. */
import { z } from 'zod';
import { executionStatuses } from './execution.ts';
import { idSchema, timeSchema } from './id-schema.ts';

/**
 * same: every step gives what it gave. changed: something differs. incomplete: an effect has no recording, and what builds
 * on it is unknown. not-replayed: `reason` says why.
 */
export const replayOutcomes = ['same', 'changed', 'incomplete', 'not-replayed'] as const;
export type ReplayOutcome = (typeof replayOutcomes)[number];

export const jsonDifferenceSchema = z.strictObject({
  /** JSON pointer: "/main/0/json/total". */
  path: z.string(),
  /** JSON text, cut when it is long; null where there was nothing. */
  before: z.string().nullable(),
  after: z.string().nullable(),
});
export type JsonDifference = z.infer<typeof jsonDifferenceSchema>;

/**
 * changed-output, changed-status: of a step that ran in both. changed-request: an effect that would ask for something else;
 * it was answered with the recording all the same. new-effect: an effect that has no recording; it was not executed.
 * missing-effect: an effect that would no longer happen. new-step, missing-step: of steps without effects.
 */
export const stepChangeKinds = [
  'changed-output',
  'changed-status',
  'changed-request',
  'new-effect',
  'missing-effect',
  'new-step',
  'missing-step',
] as const;

export const stepChangeSchema = z.strictObject({
  /** Path of the step. */
  path: z.string(),
  nodeName: z.string(),
  kind: z.enum(stepChangeKinds),
  /** What became of the step. */
  before: z.string().nullable(),
  after: z.string().nullable(),
  differences: z.array(jsonDifferenceSchema),
  /** Whether there are more differences than are listed. */
  cut: z.boolean(),
});
export type StepChange = z.infer<typeof stepChangeSchema>;

export const executionReplaySchema = z.strictObject({
  executionId: idSchema('execution'),
  outcome: z.enum(replayOutcomes),
  /** Why it was not replayed. */
  reason: z.string().nullable(),
  /** The error code of that reason; absent without one, and in results of before codes were kept. */
  reasonCode: z.string().optional(),
  recordedStatus: z.enum(executionStatuses).nullable(),
  /** Null when it was not replayed, or is not known since an effect has no recording. */
  replayedStatus: z.enum(executionStatuses).nullable(),
  /** The error of the replayed execution, when it failed. */
  error: z.strictObject({ code: z.string(), message: z.string() }).nullable(),
  changes: z.array(stepChangeSchema),
  sameSteps: z.int(),
  /** Steps of which nothing can be said, since they build on an effect without a recording. */
  unknownSteps: z.int(),
  /**
   * Paths of steps that give something else today even in the recorded version: they depend on the time or on chance, which
   * are not in the journal, or the node type works differently now. They are compared without that.
   */
  drifted: z.array(z.string()),
  tookMs: z.int(),
});
export type ExecutionReplay = z.infer<typeof executionReplaySchema>;

/** Why a replay stopped before its end: a code, and its sentence as it is stored. */
export const replayStops = {
  person: 'Somebody stopped it',
  limit: 'It took longer than a replay may',
  'server-stopped': 'The server was stopped',
  'server-gone': 'Its server stopped',
  fault: 'A fault of the server ended it; the log of the server says more',
} as const;
export type ReplayStop = keyof typeof replayStops;
const replayStopCodes = Object.keys(replayStops) as [ReplayStop, ...ReplayStop[]];

export const replaySchema = z.strictObject({
  id: idSchema('replay'),
  workflowId: idSchema('workflow'),
  /** The version that the executions were replayed against. */
  versionId: idSchema('version'),
  against: z.enum(['draft', 'published', 'version']),
  status: z.enum(['running', 'finished', 'stopped']),
  /** Executions to replay, and those that were. */
  total: z.int(),
  done: z.int(),
  counts: z.record(z.enum(replayOutcomes), z.int()),
  createdAt: timeSchema,
  finishedAt: timeSchema.nullable(),
  /** Why it was stopped, in words. */
  reason: z.string().nullable(),
  /** The same for programs. */
  reasonCode: z.enum(replayStopCodes).nullable(),
});
export type Replay = z.infer<typeof replaySchema>;
