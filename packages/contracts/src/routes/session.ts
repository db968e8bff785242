import { z } from 'zod';
import { idSchema } from '../id-schema.ts';
import { projectSchema, scopeSchema } from '../resources.ts';
import { defineRoute } from '../route.ts';

const tag = 'Session';

export const getSetup = defineRoute({
  id: 'getSetup',
  method: 'GET',
  path: '/api/v1/setup',
  tag,
  summary: 'Whether the owner account exists',
  access: 'public',
  status: 200,
  responseKind: 'json',
  response: z.strictObject({ ownerExists: z.boolean(), version: z.string() }),
});

const emailSchema = z.email().max(320);
const passwordSchema = z.string().min(10).max(200);

export const sessionSchema = z.strictObject({
  user: z.strictObject({ id: z.string(), name: z.string(), email: z.string() }),
  /** The project that requests act on; choose another with the `Navette-Project` header. */
  project: projectSchema,
  projects: z.array(projectSchema),
  scopes: z.array(scopeSchema),
});
export type Session = z.infer<typeof sessionSchema>;

export const createOwner = defineRoute({
  id: 'createOwner',
  method: 'POST',
  path: '/api/v1/setup',
  tag,
  summary: 'Create the owner account on first run and sign in',
  access: 'setup',
  body: z.strictObject({
    name: z.string().trim().min(1).max(200),
    email: emailSchema,
    password: passwordSchema,
  }),
  status: 201,
  responseKind: 'json',
  response: sessionSchema,
  errors: ['SETUP_DONE'],
});

export const signIn = defineRoute({
  id: 'signIn',
  method: 'POST',
  path: '/api/v1/session',
  tag,
  summary: 'Sign in; the session is kept in a cookie',
  access: 'public',
  body: z.strictObject({ email: emailSchema, password: z.string().min(1).max(200) }),
  status: 200,
  responseKind: 'json',
  response: sessionSchema,
  errors: ['SESSION_BAD_CREDENTIALS', 'RATE_LIMITED'],
});

export const getSession = defineRoute({
  id: 'getSession',
  method: 'GET',
  path: '/api/v1/session',
  tag,
  summary: 'Who is signed in',
  access: 'signed-in',
  status: 200,
  responseKind: 'json',
  response: sessionSchema,
});

export const signOut = defineRoute({
  id: 'signOut',
  method: 'DELETE',
  path: '/api/v1/session',
  tag,
  summary: 'Sign out',
  access: 'signed-in',
  status: 204,
  responseKind: 'empty',
});

export const createProject = defineRoute({
  id: 'createProject',
  method: 'POST',
  path: '/api/v1/projects',
  tag,
  summary: 'Create a project: it owns workflows, executions and credentials of its own',
  access: { scope: 'keys:manage' },
  body: z.strictObject({ name: z.string().trim().min(1).max(200) }),
  status: 201,
  responseKind: 'json',
  response: projectSchema,
  idempotent: 'personal',
});

const healthSchema = z.strictObject({
  status: z.enum(['ok', 'starting', 'degraded', 'stopping']),
  version: z.string(),
  checks: z.array(z.strictObject({ name: z.string(), ok: z.boolean(), detail: z.string() })),
});
export type Health = z.infer<typeof healthSchema>;

export const healthLive = defineRoute({
  id: 'healthLive',
  method: 'GET',
  path: '/api/v1/health/live',
  tag: 'Health',
  summary: 'The process answers',
  access: 'public',
  status: 200,
  responseKind: 'json',
  response: z.strictObject({ status: z.literal('ok') }),
});

export const healthReady = defineRoute({
  id: 'healthReady',
  method: 'GET',
  path: '/api/v1/health/ready',
  tag: 'Health',
  summary: 'The process can take work: 200, or 503 with the check that fails',
  access: 'public',
  status: 200,
  responseKind: 'json',
  response: healthSchema,
});

export const webhookInfoSchema = z.strictObject({
  workflowId: idSchema('workflow'),
  nodeId: z.string(),
  methods: z.array(z.string()),
  path: z.string(),
  url: z.string(),
});

export const listWebhooks = defineRoute({
  id: 'listWebhooks',
  method: 'GET',
  path: '/api/v1/webhooks',
  tag: 'Workflows',
  summary: 'The live webhook addresses of the project',
  access: { scope: 'workflows:read' },
  status: 200,
  responseKind: 'json',
  response: z.strictObject({ items: z.array(webhookInfoSchema) }),
});
