import type { ExecutionFilter } from '../../api/queries.ts';
import type { ExecutionsSearch } from '../../app/router.tsx';

/** The filters of the address bar as the API takes them: days of the reader's time zone become instants. */
export function toExecutionFilter(search: ExecutionsSearch): ExecutionFilter {
  return {
    ...(search.status && search.status.length > 0 ? { status: search.status.join(',') } : {}),
    ...(search.workflowId ? { workflowId: search.workflowId } : {}),
    ...(search.mode ? { mode: search.mode } : {}),
    ...withInstant('createdAfter', search.from, 0),
    ...withInstant('createdBefore', search.to, 1),
  };
}

function withInstant<K extends string>(
  key: K,
  day: string | undefined,
  addDays: number,
): { [P in K]?: string } {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(day ?? '');
  if (!match) return {};
  const instant = new Date(Number(match[1]), Number(match[2]) - 1, Number(match[3]) + addDays);
  return { [key]: instant.toISOString() } as { [P in K]?: string };
}
