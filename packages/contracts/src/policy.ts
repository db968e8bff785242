/** Policies of code as the API shows them. What a file may say is in the sandbox, which reads them. */
import { z } from 'zod';

export const policyNameSchema = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,63}$/, 'must be the name of a policy: lower-case letters, digits and dashes');

export const policyFileStates = ['in-force', 'kept', 'broken'] as const;

export const policyFileSchema = z.strictObject({
  /** Within the folder of policies. */
  file: z.string(),
  kind: z.enum(['default', 'project', 'named']),
  /** Of a named policy: what workflows and steps choose it by. */
  name: z.string().nullable(),
  description: z.string(),
  /** kept: it cannot be used as it is, and what it said before holds. broken: nothing of it holds, and its code is refused. */
  state: z.enum(policyFileStates),
  problems: z.array(z.strictObject({ field: z.string(), message: z.string(), help: z.string() })),
  /** What holds; null when it is broken. */
  content: z.record(z.string(), z.json()).nullable(),
});
export type PolicyFileView = z.infer<typeof policyFileSchema>;

/** What is in force for the code of a project or a step. */
export const policyInForceSchema = z.strictObject({
  limits: z.record(
    z.string(),
    z.strictObject({
      value: z.int(),
      /** Where it comes from: "policies/default.json: defaults.limits.wallMs". */
      place: z.string(),
      /** How far it can be raised there, and what bounds it. */
      most: z.int(),
      mostPlace: z.string(),
    }),
  ),
  /** Hosts that may be reached; of a project: that steps may name. "*" is every public one. */
  allowedHosts: z.array(z.string()),
  /** Node types that programs may call. */
  allowedNodeTypes: z.array(z.string()),
});
export type PolicyInForce = z.infer<typeof policyInForceSchema>;
