import { z } from 'zod';
import { idSchema, timeSchema } from '../id-schema.ts';
import { localizedSchema, nodeTypeSchema } from '../node-type.ts';
import {
  apiKeySchema,
  artifactSchema,
  auditEntrySchema,
  credentialSchema,
  pageQuery,
  pageSchema,
  scopeSchema,
} from '../resources.ts';
import { defineRoute } from '../route.ts';

export const listNodeTypes = defineRoute({
  id: 'listNodeTypes',
  method: 'GET',
  path: '/api/v1/node-types',
  tag: 'Nodes',
  summary: 'The catalogue: every node type that runs here',
  access: 'signed-in',
  status: 200,
  responseKind: 'json',
  response: z.strictObject({ items: z.array(nodeTypeSchema) }),
});

export const getNodeType = defineRoute({
  id: 'getNodeType',
  method: 'GET',
  path: '/api/v1/node-types/:type',
  tag: 'Nodes',
  summary: 'One node type',
  access: 'signed-in',
  params: z.strictObject({ type: z.string().max(64) }),
  status: 200,
  responseKind: 'json',
  response: nodeTypeSchema,
});

const artifactParams = z.strictObject({ artifactId: idSchema('artifact') });

export const listArtifacts = defineRoute({
  id: 'listArtifacts',
  method: 'GET',
  path: '/api/v1/artifacts',
  tag: 'Artifacts',
  summary: 'List files, newest first',
  access: { scope: 'artifacts:read' },
  query: z.strictObject(pageQuery),
  status: 200,
  responseKind: 'json',
  response: pageSchema(artifactSchema),
});

export const getArtifact = defineRoute({
  id: 'getArtifact',
  method: 'GET',
  path: '/api/v1/artifacts/:artifactId',
  tag: 'Artifacts',
  summary: 'What is known of a file',
  access: { scope: 'artifacts:read' },
  params: artifactParams,
  status: 200,
  responseKind: 'json',
  response: artifactSchema,
});

export const downloadArtifact = defineRoute({
  id: 'downloadArtifact',
  method: 'GET',
  path: '/api/v1/artifacts/:artifactId/content',
  tag: 'Artifacts',
  summary: 'The bytes of a file',
  description:
    'Always sandboxed by Content-Security-Policy, so that a report made of user data can run no script.',
  access: { scope: 'artifacts:read' },
  params: artifactParams,
  query: z.strictObject({ inline: z.stringbool().default(false) }),
  status: 200,
  responseKind: 'binary',
});

export const uploadArtifact = defineRoute({
  id: 'uploadArtifact',
  method: 'POST',
  path: '/api/v1/artifacts',
  tag: 'Artifacts',
  summary: 'Upload a file to give to an execution',
  access: { scope: 'executions:run' },
  bodyKind: 'multipart',
  status: 201,
  responseKind: 'json',
  response: artifactSchema,
  idempotent: true,
});

export const credentialTypeSchema = z.strictObject({
  type: z.string(),
  name: localizedSchema,
  description: localizedSchema,
  /** JSON Schema of the secret data. */
  dataSchema: z.record(z.string(), z.json()),
});

export const listCredentialTypes = defineRoute({
  id: 'listCredentialTypes',
  method: 'GET',
  path: '/api/v1/credential-types',
  tag: 'Credentials',
  summary: 'The kinds of credentials and their fields',
  access: 'signed-in',
  status: 200,
  responseKind: 'json',
  response: z.strictObject({ items: z.array(credentialTypeSchema) }),
});

export const listCredentials = defineRoute({
  id: 'listCredentials',
  method: 'GET',
  path: '/api/v1/credentials',
  tag: 'Credentials',
  summary: 'List credentials, without their secrets',
  access: { scope: 'credentials:read' },
  query: z.strictObject(pageQuery),
  status: 200,
  responseKind: 'json',
  response: pageSchema(credentialSchema),
});

const hostListSchema = z.array(z.string().min(1).max(255)).max(50);
const secretDataSchema = z.record(z.string().max(64), z.string().max(65_536));

export const createCredential = defineRoute({
  id: 'createCredential',
  method: 'POST',
  path: '/api/v1/credentials',
  tag: 'Credentials',
  summary: 'Store a secret; no route ever gives it back',
  access: { scope: 'credentials:write' },
  body: z.strictObject({
    name: z.string().trim().min(1).max(200),
    type: z.string().max(64),
    data: secretDataSchema,
    allowedHosts: hostListSchema.default([]),
  }),
  status: 201,
  responseKind: 'json',
  response: credentialSchema,
  idempotent: true,
  errors: ['CREDENTIAL_INVALID'],
});

const credentialParams = z.strictObject({ credentialId: idSchema('credential') });

export const updateCredential = defineRoute({
  id: 'updateCredential',
  method: 'PUT',
  path: '/api/v1/credentials/:credentialId',
  tag: 'Credentials',
  summary: 'Rename a credential or replace its secret',
  access: { scope: 'credentials:write' },
  params: credentialParams,
  body: z.strictObject({
    name: z.string().trim().min(1).max(200).optional(),
    data: secretDataSchema.optional(),
    allowedHosts: hostListSchema.optional(),
  }),
  status: 200,
  responseKind: 'json',
  response: credentialSchema,
  errors: ['CREDENTIAL_INVALID'],
});

export const deleteCredential = defineRoute({
  id: 'deleteCredential',
  method: 'DELETE',
  path: '/api/v1/credentials/:credentialId',
  tag: 'Credentials',
  summary: 'Delete a credential',
  access: { scope: 'credentials:write' },
  params: credentialParams,
  status: 204,
  responseKind: 'empty',
});

export const listApiKeys = defineRoute({
  id: 'listApiKeys',
  method: 'GET',
  path: '/api/v1/api-keys',
  tag: 'API keys',
  summary: 'List API keys, without their secrets',
  access: { scope: 'keys:manage' },
  query: z.strictObject(pageQuery),
  status: 200,
  responseKind: 'json',
  response: pageSchema(apiKeySchema),
});

export const createApiKey = defineRoute({
  id: 'createApiKey',
  method: 'POST',
  path: '/api/v1/api-keys',
  tag: 'API keys',
  summary: 'Create an API key; the secret is shown this once',
  description:
    'With an `Idempotency-Key` the same caller gets the secret again with a repeat, for 24 hours; it is kept sealed for so long. Otherwise it is stored nowhere.',
  access: { scope: 'keys:manage' },
  body: z.strictObject({
    name: z.string().trim().min(1).max(200),
    scopes: z.array(scopeSchema).min(1),
    /** Default: 90 days from now; null never expires. */
    expiresAt: timeSchema.nullable().optional(),
  }),
  status: 201,
  responseKind: 'json',
  response: apiKeySchema.extend({ secret: z.string() }),
  idempotent: 'personal',
});

export const revokeApiKey = defineRoute({
  id: 'revokeApiKey',
  method: 'DELETE',
  path: '/api/v1/api-keys/:keyId',
  tag: 'API keys',
  summary: 'Revoke an API key at once',
  access: { scope: 'keys:manage' },
  params: z.strictObject({ keyId: idSchema('apiKey') }),
  status: 204,
  responseKind: 'empty',
});

export const listAudit = defineRoute({
  id: 'listAudit',
  method: 'GET',
  path: '/api/v1/audit',
  tag: 'Audit',
  summary: 'Who did what, newest first',
  access: { scope: 'audit:read' },
  query: z.strictObject({ ...pageQuery, action: z.string().max(64).optional() }),
  status: 200,
  responseKind: 'json',
  response: pageSchema(auditEntrySchema),
});
