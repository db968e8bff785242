import type { FieldIssue } from '@navette/kit/portable';
import type { z } from 'zod';
import type { AnyNodeDefinition } from './node-definition.ts';
import { nodeErrors } from './node-errors.ts';

/** Validates evaluated parameters. Throws NODE_PARAMETER_INVALID with an issue per field ("/url", "/headers/2/name"). */
export function parseNodeParameters(
  definition: AnyNodeDefinition,
  nodeName: string,
  value: unknown,
): unknown {
  const parsed = definition.parameters.safeParse(value);
  if (parsed.success) return parsed.data;
  throw nodeErrors.create('NODE_PARAMETER_INVALID', {
    params: { node: nodeName },
    issues: toFieldIssues(parsed.error),
  });
}

/** Zod's findings as JSON pointers. */
export function toFieldIssues(error: z.ZodError, prefix = ''): FieldIssue[] {
  return error.issues.map((issue) => ({ path: prefix + encodePointer(issue.path), message: issue.message }));
}

/** RFC 6901. */
export function encodePointer(path: readonly PropertyKey[]): string {
  return path.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
