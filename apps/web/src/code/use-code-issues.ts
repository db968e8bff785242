import { type CodeIssue, routes, type WorkflowDetail } from '@navette/contracts';
import { useQuery } from '@tanstack/react-query';
import { callRoute } from '../api/call-route.ts';
import { readCode } from './code-source.ts';

const none: readonly CodeIssue[] = [];
const freshMs = 60_000;

/** What is wrong with the code of the saved draft: told by what saved it, asked for where the page finds it saved. */
export function useCodeIssues({
  id,
  draftVersionId,
  definition,
  codeIssues,
}: WorkflowDetail): readonly CodeIssue[] {
  const { data } = useQuery({
    queryKey: ['workflows', 'code-issues', id, draftVersionId],
    queryFn: async ({ signal }) =>
      (await callRoute(routes.validateWorkflow, { body: definition }, { signal })).codeIssues,
    enabled: definition.nodes.some((node) => readCode(node) !== undefined),
    staleTime: freshMs,
    ...(codeIssues ? { initialData: codeIssues } : {}),
  });
  return data ?? none;
}
