/**
 * What code may use and reach: reviewed data, never code. The server's policy has two halves: the `ceiling`, which
 * nobody exceeds, and the `defaults` for whatever a project, a workflow and a step leave open.
 */
import { hostPatternSchema } from '@navette/contracts';
import { z } from 'zod';
import shippedPolicy from './default-policy.json' with { type: 'json' };

const count = (max: number) => z.int().min(0).max(max);
const positive = (max: number) => z.int().min(1).max(max);
const hour = 3_600_000;
const gibibyte = 1024 ** 3;

/** The shape of `CodeLimits` (port.ts), with the bounds that hold for every machine. */
export const codeLimits = z.strictObject({
  wallMs: positive(24 * hour),
  cpuMs: positive(hour),
  memoryBytes: positive(2 * gibibyte).min(16 * 1024 ** 2),
  stackBytes: positive(8 * 1024 ** 2).min(32 * 1024),
  sourceBytes: positive(64 * 1024 ** 2),
  inputBytes: positive(gibibyte / 4),
  outputBytes: positive(gibibyte / 8),
  consoleLines: count(1_000_000),
  consoleBytes: count(64 * 1024 ** 2),
  calls: count(1_000_000),
  callsInFlight: count(1_000),
  callBytes: count(gibibyte / 8),
  processes: count(64),
});

/** "http-request", "ai-*" (all that begin so) or "*". */
const nodeTypePattern = z
  .string()
  .max(100)
  .regex(/^(\*|[a-z][a-z0-9-]*\*?)$/, 'must be a node type, "begin-*", or "*"');

const allowedHosts = z.array(hostPatternSchema).max(200);
const allowedNodeTypes = z.array(nodeTypePattern).max(1_000);

/** What one layer says: anything may be left open. */
export const codePolicyChange = z.strictObject({
  limits: codeLimits.partial().optional(),
  /** Hosts that code may reach where it names them. */
  allowedHosts: allowedHosts.optional(),
  /** Types of nodes that programs may call. */
  allowedNodeTypes: allowedNodeTypes.optional(),
});

export const serverPolicy = z.strictObject({
  defaults: z.strictObject({ limits: codeLimits, allowedNodeTypes }),
  ceiling: z.strictObject({ limits: codeLimits, allowedHosts, allowedNodeTypes }),
});

const policyFileHead = {
  version: z.literal(1, 'must be 1'),
  /** For whoever reviews it. */
  description: z.string().max(2_000).optional(),
};

/** `projects/<project id>.json` and `named/<name>.json`. */
export const policyFile = z.strictObject({ ...policyFileHead, ...codePolicyChange.shape });

/** `default.json`. */
export const defaultPolicyFile = z.strictObject({
  ...policyFileHead,
  /** What holds where neither project, workflow nor step says anything. Hosts have no default: whoever wants some names them. */
  defaults: codePolicyChange.omit({ allowedHosts: true }).optional(),
  ceiling: codePolicyChange.optional(),
  /** The policy of each project that has no file of its own. */
  otherProjects: codePolicyChange.optional(),
});

export type CodePolicyChange = z.infer<typeof codePolicyChange>;
export type ServerPolicy = z.infer<typeof serverPolicy>;
export type PolicyFile = z.infer<typeof policyFile>;
export type DefaultPolicyFile = z.infer<typeof defaultPolicyFile>;

/** What holds where the operator has set nothing else. */
export const defaultPolicy: ServerPolicy = serverPolicy.parse(shippedPolicy);
