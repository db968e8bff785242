import { encodePointer } from '@navette/contracts';
import type { FieldIssue } from '@navette/kit';
import type { z } from 'zod';

const maxIssues = 100;

/** What zod found, as JSON pointers into the request; each unknown field is named by itself. */
export function toRequestIssues(error: z.ZodError, prefix: string): FieldIssue[] {
  return error.issues.flatMap((issue) => flatten(issue, prefix)).slice(0, maxIssues);
}

function flatten(issue: z.core.$ZodIssue, prefix: string): FieldIssue[] {
  const path = prefix + encodePointer(issue.path);
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => ({
        path: path + encodePointer([key]),
        message: 'is not a known field',
      }));
    case 'invalid_union':
      return describeUnion(issue, path);
    case 'invalid_key':
    case 'invalid_element':
      return issue.issues.flatMap((inner) => flatten(inner, path));
    default:
      return [{ path, message: issue.message }];
  }
}

/** Of the alternatives, the one that the value came closest to: its findings lie deepest. */
function describeUnion(issue: z.core.$ZodIssueInvalidUnion, path: string): FieldIssue[] {
  const best = issue.errors
    .map((issues) => ({ issues, depth: Math.max(0, ...issues.map((each) => each.path.length)) }))
    .sort((a, b) => b.depth - a.depth)[0];
  if (best === undefined || best.depth === 0) return [{ path, message: issue.message }];
  return best.issues.flatMap((inner) => flatten(inner, path));
}
