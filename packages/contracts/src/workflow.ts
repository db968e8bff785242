import { z } from 'zod';
import { hostPatternSchema } from './host-pattern.ts';
import { idSchema, jsonObjectSchema, timeSchema } from './id-schema.ts';
import { itemSchema } from './item.ts';
import { concurrencyLimitSchema, prioritySchema, rateLimitSchema, triggerLimitSchema } from './limits.ts';
import { policyNameSchema } from './policy.ts';

/** The version of the stored document format. Older documents are upgraded by `decodeDefinition`. */
export const definitionSchemaVersion = 1;

export const portNameSchema = z
  .string()
  .regex(/^(?!constructor$)[a-z][a-z0-9-]{0,31}$/, 'must be lower-case letters, digits and dashes');

export const nodeIdSchema = z
  .string()
  .regex(/^(?!constructor$)[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/, 'must be 1 to 64 letters, digits, "_" or "-"');

/** Retries of one step (or one item of it). */
export const retrySettingsSchema = z.strictObject({
  /** Tries in all, the first included. */
  maxAttempts: z.int().min(1).max(100).default(3),
  backoff: z.enum(['fixed', 'linear', 'exponential']).default('exponential'),
  delayMs: z.int().min(0).max(86_400_000).default(1_000),
  maxDelayMs: z.int().min(0).max(86_400_000).default(30_000),
  jitter: z.number().min(0).max(1).default(0.2),
  /** Error codes that are worth another try; absent: every error that does not say "never". */
  retryOn: z.array(z.string().max(64)).max(50).optional(),
});
export type RetrySettings = z.infer<typeof retrySettingsSchema>;

export const onErrorSchema = z.enum(['stop', 'continue', 'error-port']);

export const nodeSettingsSchema = z.strictObject({
  retry: retrySettingsSchema.optional(),
  /** Limit of one attempt, and of the wait that it may end in, in milliseconds. */
  timeoutMs: z.int().min(1).max(86_400_000).optional(),
  /** stop: the execution fails. continue: the input goes on with an `error` field. error-port: it leaves by the error edge. */
  onError: onErrorSchema.default('stop'),
  /** When the step gives no item at all, one empty item goes on, so that what follows still runs. */
  continueEmpty: z.boolean().default(false),
  /** Work on the first item only. */
  executeOnce: z.boolean().default(false),
  /** Of nodes that work item by item: items at work at once; 1 when left out. */
  concurrency: z.int().min(1).max(100).optional(),
  /** What becomes of an effect that was in flight when the worker died: try again with the same key, fail, or ask a person. */
  afterCrash: z.enum(['retry', 'fail', 'ask']).default('retry'),
  /** Ids of the nodes that undo what this one did, in their order, when the execution fails or is cancelled. */
  compensate: z.array(nodeIdSchema).min(1).max(20).optional(),
});
export type NodeSettings = z.infer<typeof nodeSettingsSchema>;

export const nodeSchema = z.strictObject({
  id: nodeIdSchema,
  /** Unique within the workflow; expressions refer to it: $('Fetch orders'). */
  name: z.string().trim().min(1).max(120),
  type: z.string().regex(/^[a-z][a-z0-9-]{0,63}$/),
  typeVersion: z.int().min(1).default(1),
  parameters: jsonObjectSchema.default({}),
  /** Credential slot → id. */
  credentials: z.record(z.string().max(32), z.strictObject({ id: idSchema('credential') })).optional(),
  position: z.tuple([z.number(), z.number()]).default([0, 0]),
  disabled: z.boolean().default(false),
  notes: z.string().max(10_000).optional(),
  settings: nodeSettingsSchema.prefault({}),
  /** Replaces the output of the node in manual runs. */
  pinned: z.array(itemSchema).max(10_000).optional(),
});
export type WorkflowNode = z.infer<typeof nodeSchema>;

export const edgeKinds = ['main', 'error', 'ai_model', 'ai_tool', 'ai_memory'] as const;

export const edgeSchema = z.strictObject({
  from: nodeIdSchema,
  fromPort: portNameSchema.default('main'),
  to: nodeIdSchema,
  toPort: portNameSchema.default('main'),
  kind: z.enum(edgeKinds).default('main'),
});
export type WorkflowEdge = z.infer<typeof edgeSchema>;

export const timeZoneSchema = z
  .string()
  .max(64)
  .refine(isTimeZone, 'must be an IANA time zone such as "Europe/Paris"');

/** Which ended executions are kept: all, those that did not succeed, or none. */
export const savedExecutions = ['all', 'errors', 'none'] as const;

export const saveSettingsSchema = z.strictObject({
  /** Those that are not kept go soon after their end. */
  executions: z.enum(savedExecutions).optional(),
  /** Days that the data of those that are kept stays. */
  days: z.int().min(1).max(3_650).optional(),
});
export type SaveSettings = z.infer<typeof saveSettingsSchema>;

/** What a workflow says of all its code: its Code nodes and its programs. It narrows what the project allows. */
export const workflowCodeSettingsSchema = z.strictObject({
  /** A named policy of the server. */
  policy: policyNameSchema.optional(),
  /** The only hosts that its code may reach, where it names them. */
  allowedHosts: z.array(hostPatternSchema).max(200).optional(),
});
export type WorkflowCodeSettings = z.infer<typeof workflowCodeSettingsSchema>;

export const workflowSettingsSchema = z.strictObject({
  timeZone: timeZoneSchema.default('UTC'),
  /** parallel: independent branches run side by side. sequential: branch by branch, top-left first (n8n v1 order). */
  executionOrder: z.enum(['parallel', 'sequential']).default('parallel'),
  /** Limit of a whole execution, waits included, in milliseconds. */
  timeoutMs: z.int().min(1).max(31_536_000_000).optional(),
  /**
   * effects: results of effects are committed before anything acts on them. full: every step's result is. none: only the
   * outcome is stored; for workflows that only compute.
   */
  durability: z.enum(['effects', 'full', 'none']).default('effects'),
  /** Of its executions when nothing else is said; normal when left out. */
  priority: prioritySchema.optional(),
  concurrency: concurrencyLimitSchema.optional(),
  rateLimit: rateLimitSchema.optional(),
  trigger: triggerLimitSchema.optional(),
  /** The published workflow with an error trigger that starts when an execution fails. */
  errorWorkflow: idSchema('workflow').optional(),
  /** manualRuns: also when somebody started it by hand. input: of the failed step, its items or only how many. */
  errorReport: z
    .strictObject({
      manualRuns: z.boolean().default(false),
      input: z.enum(['counts', 'items']).default('counts'),
    })
    .optional(),
  /** What is kept of executions that have ended; the instance says what holds where this says nothing. */
  save: saveSettingsSchema.optional(),
  code: workflowCodeSettingsSchema.optional(),
});
export type WorkflowSettings = z.infer<typeof workflowSettingsSchema>;

export const workflowDefinitionSchema = z.strictObject({
  schemaVersion: z.literal(definitionSchemaVersion).default(definitionSchemaVersion),
  nodes: z.array(nodeSchema).max(2_000),
  edges: z.array(edgeSchema).max(10_000).default([]),
  settings: workflowSettingsSchema.prefault({}),
});
export type WorkflowDefinition = z.infer<typeof workflowDefinitionSchema>;
/** What a person may write: defaults may be left out. */
export type WorkflowDefinitionInput = z.input<typeof workflowDefinitionSchema>;

export const workflowNameSchema = z.string().trim().min(1).max(200);

/** The file that `workflows export` writes and `run FILE` reads. */
export const workflowFileSchema = z.strictObject({
  name: workflowNameSchema,
  description: z.string().max(10_000).default(''),
  definition: workflowDefinitionSchema,
});
export type WorkflowFile = z.infer<typeof workflowFileSchema>;

export const workflowSummarySchema = z.strictObject({
  id: idSchema('workflow'),
  name: z.string(),
  description: z.string(),
  /** Whether its triggers are live: a version is published. */
  published: z.boolean(),
  publishedVersionId: idSchema('version').nullable(),
  draftVersionId: idSchema('version'),
  nodeCount: z.int(),
  /** Node types of the draft's triggers, for icons and filters. */
  triggers: z.array(z.string()),
  createdAt: timeSchema,
  updatedAt: timeSchema,
});
export type WorkflowSummary = z.infer<typeof workflowSummarySchema>;

/** Something that is wrong with the code of a node. A draft may have it; with an error it cannot be published. */
export const codeIssueSchema = z.strictObject({
  nodeId: z.string(),
  /** JSON pointer into the definition: "/nodes/3/parameters/source". */
  path: z.string(),
  /** warning: the code could not be checked, or may be wrong. */
  severity: z.enum(['error', 'warning']),
  code: z.string(),
  message: z.string(),
  help: z.string().optional(),
  /** Place in the text of the parameter, from 1; left out where it is not known. */
  line: z.int().optional(),
  column: z.int().optional(),
});
export type CodeIssue = z.infer<typeof codeIssueSchema>;

export const workflowDetailSchema = workflowSummarySchema.extend({
  /** The draft. */
  definition: workflowDefinitionSchema,
  /** What is wrong with the code in the draft: in the answer to what saved it. */
  codeIssues: z.array(codeIssueSchema).optional(),
});
export type WorkflowDetail = z.infer<typeof workflowDetailSchema>;

export const versionSummarySchema = z.strictObject({
  id: idSchema('version'),
  workflowId: idSchema('workflow'),
  /** SHA-256 of the canonical definition: the same content has the same hash. */
  contentHash: z.string(),
  /** Counts up from 1 within a workflow. */
  number: z.int(),
  createdAt: timeSchema,
  createdBy: z.string().nullable(),
  published: z.boolean(),
});
export type VersionSummary = z.infer<typeof versionSummarySchema>;

export const versionDetailSchema = versionSummarySchema.extend({ definition: workflowDefinitionSchema });

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
