import { z } from 'zod';
import { runRequestSchema } from '../execution.ts';
import { idSchema } from '../id-schema.ts';
import { localizedSchema } from '../node-type.ts';
import { pageQuery, pageSchema } from '../resources.ts';
import { defineRoute } from '../route.ts';
import {
  codeIssueSchema,
  nodeIdSchema,
  versionDetailSchema,
  versionSummarySchema,
  workflowDefinitionSchema,
  workflowDetailSchema,
  workflowFileSchema,
  workflowNameSchema,
  workflowSummarySchema,
} from '../workflow.ts';

const tag = 'Workflows';
const base = '/api/v1/workflows';
const workflowParams = z.strictObject({ workflowId: idSchema('workflow') });
const read = { scope: 'workflows:read' } as const;
const write = { scope: 'workflows:write' } as const;

export const listWorkflows = defineRoute({
  id: 'listWorkflows',
  method: 'GET',
  path: base,
  tag,
  summary: 'List workflows, last changed first',
  access: read,
  query: z.strictObject({
    ...pageQuery,
    search: z.string().max(200).optional(),
    published: z.stringbool().optional(),
  }),
  status: 200,
  responseKind: 'json',
  response: pageSchema(workflowSummarySchema),
});

export const createWorkflow = defineRoute({
  id: 'createWorkflow',
  method: 'POST',
  path: base,
  tag,
  summary: 'Create a workflow from a definition or an exported file',
  access: write,
  body: workflowFileSchema,
  status: 201,
  responseKind: 'json',
  response: workflowDetailSchema,
  idempotent: true,
  errors: ['WORKFLOW_INVALID'],
});

export const workflowIssueSchema = z.strictObject({
  /** JSON pointer into the definition. */
  path: z.string(),
  message: z.string(),
  nodeId: z.string().optional(),
});

export const validateWorkflow = defineRoute({
  id: 'validateWorkflow',
  method: 'POST',
  path: `${base}/validate`,
  tag,
  summary: 'Check a definition without saving it',
  description:
    'With `issues` it cannot be saved. `codeIssues` is what is wrong with the code of nodes, found without running it: a draft may have them, and one of severity "error" keeps it from being published.',
  access: read,
  body: workflowDefinitionSchema,
  status: 200,
  responseKind: 'json',
  response: z.strictObject({
    valid: z.boolean(),
    issues: z.array(workflowIssueSchema),
    codeIssues: z.array(codeIssueSchema),
  }),
});

export const getWorkflow = defineRoute({
  id: 'getWorkflow',
  method: 'GET',
  path: `${base}/:workflowId`,
  tag,
  summary: 'Read a workflow with its draft',
  access: read,
  params: workflowParams,
  status: 200,
  responseKind: 'json',
  response: workflowDetailSchema,
});

export const updateWorkflow = defineRoute({
  id: 'updateWorkflow',
  method: 'PUT',
  path: `${base}/:workflowId`,
  tag,
  summary: 'Change the name, the description or the draft',
  description: 'Give `expectedDraftVersionId` to be refused (409) when somebody else saved in between.',
  access: write,
  params: workflowParams,
  body: z.strictObject({
    name: workflowNameSchema.optional(),
    description: z.string().max(10_000).optional(),
    definition: workflowDefinitionSchema.optional(),
    expectedDraftVersionId: idSchema('version').optional(),
  }),
  status: 200,
  responseKind: 'json',
  response: workflowDetailSchema,
  errors: ['WORKFLOW_INVALID', 'WORKFLOW_CONFLICT'],
});

export const deleteWorkflow = defineRoute({
  id: 'deleteWorkflow',
  method: 'DELETE',
  path: `${base}/:workflowId`,
  tag,
  summary: 'Delete a workflow; its executions stay readable',
  access: write,
  params: workflowParams,
  status: 204,
  responseKind: 'empty',
});

export const exportWorkflow = defineRoute({
  id: 'exportWorkflow',
  method: 'GET',
  path: `${base}/:workflowId/export`,
  tag,
  summary: 'The workflow as a file that can be imported elsewhere; holds no secrets',
  access: read,
  params: workflowParams,
  query: z.strictObject({ target: z.enum(['draft', 'published']).default('draft') }),
  status: 200,
  responseKind: 'json',
  response: workflowFileSchema,
});

export const publishWorkflow = defineRoute({
  id: 'publishWorkflow',
  method: 'POST',
  path: `${base}/:workflowId/publish`,
  tag,
  summary: 'Make a version live: its webhooks and schedules start',
  access: write,
  params: workflowParams,
  body: z.strictObject({ versionId: idSchema('version').optional() }).prefault({}),
  status: 200,
  responseKind: 'json',
  response: workflowDetailSchema,
  errors: ['WORKFLOW_INVALID', 'WORKFLOW_WEBHOOK_TAKEN'],
});

export const unpublishWorkflow = defineRoute({
  id: 'unpublishWorkflow',
  method: 'POST',
  path: `${base}/:workflowId/unpublish`,
  tag,
  summary: 'Stop the webhooks and schedules; running executions go on',
  access: write,
  params: workflowParams,
  status: 200,
  responseKind: 'json',
  response: workflowDetailSchema,
});

export const getNodeTypes = defineRoute({
  id: 'getNodeTypes',
  method: 'GET',
  path: `${base}/:workflowId/nodes/:nodeId/types`,
  tag,
  summary:
    'TypeScript declarations of what the code of a node has: its input, the nodes before it, its helpers',
  description:
    'For editors and type checkers: `$input`, `$json`, `$("Node")` and the other names of code steps. The shapes of data are those of the latest executions that were recorded, of any version; of what was never recorded nothing is known. Without the scope executions:read nothing of executions is looked at.',
  access: read,
  params: workflowParams.extend({ nodeId: nodeIdSchema }),
  status: 200,
  responseKind: 'json',
  response: z.strictObject({
    /** The text of a .d.ts file. */
    declarations: z.string(),
    /** What the shapes were taken from, the newest first. */
    executionIds: z.array(idSchema('execution')),
  }),
  errors: ['NODE_NOT_FOUND'],
});

export const listVersions = defineRoute({
  id: 'listVersions',
  method: 'GET',
  path: `${base}/:workflowId/versions`,
  tag,
  summary: 'List the immutable versions, newest first',
  access: read,
  params: workflowParams,
  query: z.strictObject(pageQuery),
  status: 200,
  responseKind: 'json',
  response: pageSchema(versionSummarySchema),
});

export const getVersion = defineRoute({
  id: 'getVersion',
  method: 'GET',
  path: `${base}/:workflowId/versions/:versionId`,
  tag,
  summary: 'Read one version',
  access: read,
  params: workflowParams.extend({ versionId: idSchema('version') }),
  status: 200,
  responseKind: 'json',
  response: versionDetailSchema,
});

export const runWorkflow = defineRoute({
  id: 'runWorkflow',
  method: 'POST',
  path: `${base}/:workflowId/run`,
  tag,
  summary: 'Start an execution by hand or by program',
  access: { scope: 'executions:run' },
  params: workflowParams,
  body: runRequestSchema.prefault({}),
  status: 202,
  responseKind: 'json',
  response: z.strictObject({ executionId: idSchema('execution') }),
  idempotent: true,
  errors: ['WORKFLOW_NOT_PUBLISHED', 'WORKFLOW_NO_TRIGGER'],
});

export const templateSchema = z.strictObject({
  name: z.string(),
  title: localizedSchema,
  description: localizedSchema,
  nodeCount: z.int(),
});

export const listTemplates = defineRoute({
  id: 'listTemplates',
  method: 'GET',
  path: '/api/v1/templates',
  tag: 'Templates',
  summary: 'The workflows that ship with the product',
  access: read,
  status: 200,
  responseKind: 'json',
  response: z.strictObject({ items: z.array(templateSchema) }),
});

export const installTemplate = defineRoute({
  id: 'installTemplate',
  method: 'POST',
  path: '/api/v1/templates/:name/install',
  tag: 'Templates',
  summary: 'Create a workflow from a template',
  access: write,
  params: z.strictObject({ name: z.string().regex(/^[a-z0-9-]{1,64}$/) }),
  status: 201,
  responseKind: 'json',
  response: workflowDetailSchema,
  idempotent: true,
});
