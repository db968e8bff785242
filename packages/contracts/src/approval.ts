/** Approvals: waits that a person decides. */
import { applyTransition, type TransitionTable } from '@navette/kit/portable';
import { z } from 'zod';
import { idSchema, timeSchema } from './id-schema.ts';

export const approvalStatuses = ['open', 'approved', 'rejected', 'expired', 'cancelled'] as const;
export type ApprovalStatus = (typeof approvalStatuses)[number];
export type ApprovalEvent = 'approve' | 'reject' | 'expire' | 'cancel';

/** The lifecycle of an approval: it ends once. The store repeats it in the WHERE of every update. */
export const approvalTransitions: TransitionTable<ApprovalStatus, ApprovalEvent> = {
  open: { approve: 'approved', reject: 'rejected', expire: 'expired', cancel: 'cancelled' },
  approved: {},
  rejected: {},
  expired: {},
  cancelled: {},
};

export function moveApproval(from: ApprovalStatus, event: ApprovalEvent): ApprovalStatus {
  return applyTransition(approvalTransitions, from, event);
}

/** Roles in a project, the most powerful first. */
export const approverRoles = ['owner', 'admin', 'editor', 'operator', 'viewer'] as const;
export type ApproverRole = (typeof approverRoles)[number];

/** Who may decide: everybody with at least the role, and the people named by e-mail address or user id. */
export const approversSchema = z.strictObject({
  role: z.enum(approverRoles).nullable(),
  people: z.array(z.string().max(320)).max(100),
});
export type Approvers = z.infer<typeof approversSchema>;

export const approvalFieldTypes = ['text', 'long-text', 'number', 'boolean', 'choice'] as const;

/** A field that whoever decides fills in. */
export const approvalFieldSchema = z.strictObject({
  name: z
    .string()
    .regex(
      /^[A-Za-z][A-Za-z0-9_]{0,63}$/,
      'must be letters, digits and underscores, and begin with a letter',
    ),
  /** Shown to people; the name when empty. */
  label: z.string().max(200),
  type: z.enum(approvalFieldTypes),
  required: z.boolean(),
  /** What a choice offers. */
  options: z.array(z.string().min(1).max(200)).max(100),
});
export type ApprovalField = z.infer<typeof approvalFieldSchema>;

/** What a node asks a person. */
export interface ApprovalRequest {
  title: string;
  /** Markdown, shown without HTML. */
  message: string;
  approvers: Approvers;
  /** After that time these may decide as well. Unix milliseconds. */
  escalation?: { atMs: number; approvers: Approvers };
  fields: ApprovalField[];
}

/** A person who decided: with a session, with an API key of theirs, or with a link that was made out to them. */
export const deciderSchema = z.strictObject({
  kind: z.enum(['user', 'api-key', 'link']),
  /** User id, or the e-mail address that the link was made out to. */
  id: z.string(),
  name: z.string(),
});
export type Decider = z.infer<typeof deciderSchema>;

export const approvalDecisionSchema = z.strictObject({
  decision: z.enum(['approved', 'rejected']),
  by: deciderSchema,
  comment: z.string(),
  /** By field name. */
  values: z.record(z.string(), z.json()),
  at: timeSchema,
});
export type ApprovalDecision = z.infer<typeof approvalDecisionSchema>;

/** What a person sees before deciding. */
const approvalQuestion = {
  title: z.string(),
  /** Markdown; show it without HTML. */
  message: z.string(),
  fields: z.array(approvalFieldSchema),
  status: z.enum(approvalStatuses),
  createdAt: timeSchema,
  expiresAt: timeSchema.nullable(),
  decidedAt: timeSchema.nullable(),
};

export const approvalSchema = z.strictObject({
  id: idSchema('approval'),
  ...approvalQuestion,
  executionId: idSchema('execution'),
  workflowId: idSchema('workflow'),
  workflowName: z.string(),
  /** Path of the step that waits. */
  stepPath: z.string(),
  approvers: approversSchema,
  escalateAt: timeSchema.nullable(),
  /** Who may decide as well from then on. */
  escalation: approversSchema.nullable(),
  /** Whether whoever asks may decide it now. */
  mayDecide: z.boolean(),
  decidedBy: deciderSchema.nullable(),
  comment: z.string().nullable(),
  values: z.record(z.string(), z.json()).nullable(),
});
export type Approval = z.infer<typeof approvalSchema>;

/** What a link shows to the person that it was made out to. */
export const linkedApprovalSchema = z.strictObject({
  ...approvalQuestion,
  workflowName: z.string(),
  /** The e-mail address that the link was made out to. */
  person: z.string(),
  mayDecide: z.boolean(),
});
export type LinkedApproval = z.infer<typeof linkedApprovalSchema>;

/** What whoever decides sends. */
export const decideRequestSchema = z.strictObject({
  decision: z.enum(['approve', 'reject']),
  comment: z.string().trim().max(5_000).default(''),
  /** By field name; what a rejection needs not give. */
  values: z.record(z.string(), z.json()).default({}),
});
export type DecideRequest = z.infer<typeof decideRequestSchema>;
