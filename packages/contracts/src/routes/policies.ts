import { z } from 'zod';
import { idSchema } from '../id-schema.ts';
import { policyFileSchema, policyInForceSchema } from '../policy.ts';
import { defineRoute } from '../route.ts';

const tag = 'Policies';

export const listPolicies = defineRoute({
  id: 'listPolicies',
  method: 'GET',
  path: '/api/v1/policies',
  tag,
  summary: 'What code may use and reach: the policy files that concern the project, and what they come to',
  description:
    'Policies are files of the server: nothing here changes them. Those of other projects are not shown.',
  access: { scope: 'workflows:read' },
  status: 200,
  responseKind: 'json',
  response: z.strictObject({
    items: z.array(policyFileSchema),
    /** Why the folder cannot be looked at; what was read before holds. */
    folderProblem: z.string().nullable(),
    /** Whose file is projects/<this>.json. */
    projectId: idSchema('project'),
    /** For a step that chooses nothing; null while a broken file keeps code from being run. */
    project: policyInForceSchema.nullable(),
  }),
});

export const getStepPolicy = defineRoute({
  id: 'getStepPolicy',
  method: 'GET',
  path: '/api/v1/executions/:executionId/steps/:path/policy',
  tag,
  summary: 'The policy that holds for a step of an execution now',
  description:
    'For a Code node, a program, and the calls of programs; null for other steps. Parameters that are templates count as left out.',
  access: { scope: 'executions:read' },
  params: z.strictObject({ executionId: idSchema('execution'), path: z.string().min(1).max(500) }),
  status: 200,
  responseKind: 'json',
  response: z.strictObject({ policy: policyInForceSchema.nullable() }),
  errors: ['STEP_NOT_FOUND', 'POLICY_UNKNOWN', 'POLICY_BROKEN'],
});
