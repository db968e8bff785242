/** How much of a workflow may happen at once, and how often. */
import { z } from 'zod';

export const priorities = ['high', 'normal', 'low'] as const;
/** Which of the queued executions of a project goes first. */
export type Priority = (typeof priorities)[number];
export const prioritySchema = z.enum(priorities);

/**
 * A template over the item of the trigger, such as `{{ $json.customer }}`: each of its values has a limit of its own.
 * Without it the limit is one for the workflow.
 */
const keySchema = z.string().trim().min(1).max(1_000);
const dayMs = 86_400_000;

/**
 * At most `limit` executions at work at the same time; one that is parked holds no place.
 * @example { limit: 1, key: '{{ $json.customer }}' }
 */
export const concurrencyLimitSchema = z.strictObject({
  limit: z.int().min(1).max(10_000),
  key: keySchema.optional(),
  /** queue: the others wait. skip: a new one ends as cancelled. cancel-oldest: the oldest one makes room. */
  onOverflow: z.enum(['queue', 'skip', 'cancel-oldest']).default('queue'),
});
export type ConcurrencyLimit = z.infer<typeof concurrencyLimitSchema>;

/** At most `limit` executions start within any `intervalMs`. */
export const rateLimitSchema = z.strictObject({
  limit: z.int().min(1).max(10_000),
  intervalMs: z
    .int()
    .min(100)
    .max(31 * dayMs),
  key: keySchema.optional(),
  /** queue: the others wait. skip: they end as cancelled. */
  onOverflow: z.enum(['queue', 'skip']).default('queue'),
});
export type RateLimit = z.infer<typeof rateLimitSchema>;

/**
 * What becomes of triggers that come close together. One of:
 * - `debounceMs`: one execution, with the last input, once none has come for that long (or `maxWaitMs` after the first);
 * - `throttleMs`: the first starts at once; of those that follow within that time one execution is made, with the last
 *   input, when the time is over.
 * Runs by hand, retries and called workflows are not counted.
 */
export const triggerLimitSchema = z
  .strictObject({
    debounceMs: z.int().min(10).max(dayMs).optional(),
    throttleMs: z.int().min(10).max(dayMs).optional(),
    /** With debounceMs; ten times as long when left out. */
    maxWaitMs: z
      .int()
      .min(10)
      .max(7 * dayMs)
      .optional(),
    key: keySchema.optional(),
  })
  .refine(({ debounceMs, throttleMs }) => (debounceMs === undefined) !== (throttleMs === undefined), {
    message: 'needs one of debounceMs and throttleMs',
  })
  .refine(({ debounceMs, maxWaitMs }) => maxWaitMs === undefined || maxWaitMs >= (debounceMs ?? Infinity), {
    path: ['maxWaitMs'],
    message: 'goes with debounceMs and is at least as long',
  });
export type TriggerLimit = z.infer<typeof triggerLimitSchema>;
