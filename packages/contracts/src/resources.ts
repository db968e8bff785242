import { z } from 'zod';
import { idSchema, timeSchema } from './id-schema.ts';

export const scopes = [
  'workflows:read',
  'workflows:write',
  'executions:read',
  'executions:run',
  'approvals:decide',
  'artifacts:read',
  'credentials:read',
  'credentials:write',
  'keys:manage',
  'audit:read',
] as const;
export const scopeSchema = z.enum(scopes);
export type Scope = (typeof scopes)[number];

export const projectSchema = z.strictObject({
  id: idSchema('project'),
  name: z.string(),
  createdAt: timeSchema,
});
export type Project = z.infer<typeof projectSchema>;

export const artifactSchema = z.strictObject({
  id: idSchema('artifact'),
  fileName: z.string(),
  mediaType: z.string(),
  sizeBytes: z.int(),
  sha256: z.string(),
  executionId: idSchema('execution').nullable(),
  /** Path of the step that made it. */
  stepPath: z.string().nullable(),
  createdAt: timeSchema,
});
export type Artifact = z.infer<typeof artifactSchema>;

/** Never carries the secret: credentials are write-only. */
export const credentialSchema = z.strictObject({
  id: idSchema('credential'),
  name: z.string(),
  type: z.string(),
  /** Hosts that the credential may be sent to; empty means any. */
  allowedHosts: z.array(z.string()),
  createdAt: timeSchema,
  updatedAt: timeSchema,
});
export type Credential = z.infer<typeof credentialSchema>;

export const apiKeySchema = z.strictObject({
  id: idSchema('apiKey'),
  name: z.string(),
  /** The first characters, to tell keys apart. */
  prefix: z.string(),
  scopes: z.array(scopeSchema),
  createdAt: timeSchema,
  expiresAt: timeSchema.nullable(),
  lastUsedAt: timeSchema.nullable(),
  revokedAt: timeSchema.nullable(),
});
export type ApiKey = z.infer<typeof apiKeySchema>;

export const auditEntrySchema = z.strictObject({
  id: idSchema('audit'),
  at: timeSchema,
  action: z.string(),
  /** link: somebody with a link that was made out to them; the id is their e-mail address. */
  actorKind: z.enum(['user', 'api-key', 'system', 'link']),
  actorId: z.string().nullable(),
  resourceKind: z.string().nullable(),
  resourceId: z.string().nullable(),
  details: z.record(z.string(), z.json()),
});
export type AuditEntry = z.infer<typeof auditEntrySchema>;

/** `line` and `column` are those of the text at the path, from 1; `nodeId` is that of a workflow. */
export const fieldIssueSchema = z.object({
  path: z.string(),
  message: z.string(),
  nodeId: z.string().optional(),
  line: z.int().optional(),
  column: z.int().optional(),
});

/** RFC 9457 problem document. `code` is stable; `issues` name the fields by JSON pointer. */
export const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  code: z.string(),
  detail: z.string(),
  help: z.string().optional(),
  instance: z.string().optional(),
  issues: z.array(fieldIssueSchema).optional(),
});
export type Problem = z.infer<typeof problemSchema>;

/** Cursor pagination: give `nextCursor` back as `cursor`. */
export const pageQuery = {
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(200).optional(),
};
export function pageSchema<T extends z.ZodType>(item: T) {
  return z.strictObject({ items: z.array(item), nextCursor: z.string().nullable() });
}
