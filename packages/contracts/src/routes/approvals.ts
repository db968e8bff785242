import { z } from 'zod';
import { approvalSchema, approvalStatuses, decideRequestSchema, linkedApprovalSchema } from '../approval.ts';
import { idSchema } from '../id-schema.ts';
import { pageQuery, pageSchema } from '../resources.ts';
import { defineRoute } from '../route.ts';

const tag = 'Approvals';
const base = '/api/v1/approvals';
const read = { scope: 'executions:read' } as const;
const approvalParams = z.strictObject({ approvalId: idSchema('approval') });
/** What the link carries after its "#". */
const token = z.string().min(1).max(4_000);

export const listApprovals = defineRoute({
  id: 'listApprovals',
  method: 'GET',
  path: base,
  tag,
  summary: 'List approvals, newest first',
  access: read,
  query: z.strictObject({
    ...pageQuery,
    /** Comma-separated statuses. */
    status: z
      .string()
      .transform((text) => text.split(','))
      .pipe(z.array(z.enum(approvalStatuses)).max(approvalStatuses.length))
      .optional(),
    /** Only those that whoever asks may decide now. */
    mine: z
      .enum(['true', 'false'])
      .transform((text) => text === 'true')
      .optional(),
    executionId: idSchema('execution').optional(),
  }),
  status: 200,
  responseKind: 'json',
  response: pageSchema(approvalSchema),
});

export const getApproval = defineRoute({
  id: 'getApproval',
  method: 'GET',
  path: `${base}/:approvalId`,
  tag,
  summary: 'Read an approval',
  access: read,
  params: approvalParams,
  status: 200,
  responseKind: 'json',
  response: approvalSchema,
});

export const decideApproval = defineRoute({
  id: 'decideApproval',
  method: 'POST',
  path: `${base}/:approvalId/decision`,
  tag,
  summary: 'Approve or reject',
  description:
    'Only by a person who is among the approvers; an API key acts for whoever made it. The first decision counts: whoever comes second gets a 409 that says who decided and how.',
  access: { scope: 'approvals:decide' },
  params: approvalParams,
  body: decideRequestSchema,
  status: 200,
  responseKind: 'json',
  response: approvalSchema,
  errors: ['APPROVAL_FORBIDDEN', 'APPROVAL_DECIDED', 'APPROVAL_EXPIRED', 'APPROVAL_CLOSED'],
});

export const readLinkedApproval = defineRoute({
  id: 'readLinkedApproval',
  method: 'POST',
  path: '/api/v1/linked-approvals/read',
  tag,
  summary: 'What the holder of a link is asked to decide',
  description: 'The token is what stands after "#" in the link. Reading changes nothing.',
  access: 'public',
  body: z.strictObject({ token }),
  status: 200,
  responseKind: 'json',
  response: linkedApprovalSchema,
  errors: ['LINK_NOT_FOUND', 'LINK_EXPIRED'],
});

export const decideLinkedApproval = defineRoute({
  id: 'decideLinkedApproval',
  method: 'POST',
  path: '/api/v1/linked-approvals/decide',
  tag,
  summary: 'Approve or reject with a link',
  description: 'As the person that the link was made out to. The link is good for one decision.',
  access: 'public',
  body: decideRequestSchema.extend({ token }),
  status: 200,
  responseKind: 'json',
  response: linkedApprovalSchema,
  errors: [
    'LINK_NOT_FOUND',
    'LINK_EXPIRED',
    'APPROVAL_FORBIDDEN',
    'APPROVAL_DECIDED',
    'APPROVAL_EXPIRED',
    'APPROVAL_CLOSED',
  ],
});
