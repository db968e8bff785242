import { z } from 'zod';
import { timeSchema } from '../id-schema.ts';
import { defineRoute } from '../route.ts';
import { savedExecutions } from '../workflow.ts';

const retentionSchema = z.strictObject({
  /** Whether anything is deleted. */
  enabled: z.boolean(),
  intervalMinutes: z.int(),
  /** What holds where workflows say nothing. */
  defaults: z.strictObject({
    executions: z.enum(savedExecutions),
    days: z.int(),
    summaryDays: z.int(),
    uploadDays: z.int(),
  }),
  /** Of the whole instance. */
  lastRound: z.strictObject({ startedAt: timeSchema.nullable(), finishedAt: timeSchema.nullable() }),
  /** What a round would do to this project now. */
  due: z.strictObject({
    /** Executions whose data would go while their summary stays. */
    executionsToEmpty: z.int(),
    executionsToDelete: z.int(),
    /** Due, and kept because an execution of their family goes on. */
    executionsProtected: z.int(),
    /** Files and large values whose need the round would look at. */
    filesToReview: z.int(),
    fileBytesToReview: z.int(),
    payloadsToReview: z.int(),
    /** False: only the oldest executions were looked at, since there are very many. */
    isComplete: z.boolean(),
  }),
});

export const getRetention = defineRoute({
  id: 'getRetention',
  method: 'GET',
  path: '/api/v1/retention',
  tag: 'Retention',
  summary: 'What is kept for how long, and what the next round of deletion would do',
  description: 'Changes nothing. Deletion itself runs on its own; the audit trail tells what it removed.',
  access: { scope: 'audit:read' },
  status: 200,
  responseKind: 'json',
  response: retentionSchema,
});
