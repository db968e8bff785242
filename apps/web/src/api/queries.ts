import { type ReplayOutcome, type RouteRequest, routes } from '@navette/contracts';
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { callRoute } from './call-route.ts';

/** Every read of the app by name. Keys start with the kind of thing, so that live changes can mark a kind as stale. */

const pageSize = 50;
const catalogueStaleMs = 10 * 60_000;

export const setupQuery = queryOptions({
  queryKey: ['setup'],
  queryFn: ({ signal }) => callRoute(routes.getSetup, {}, { signal }),
});

export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: ({ signal }) => callRoute(routes.getSession, {}, { signal }),
  staleTime: 5 * 60_000,
  retry: false,
});

export interface WorkflowFilter {
  search?: string | undefined;
  published?: boolean | undefined;
}

export const workflowsQuery = (filter: WorkflowFilter) =>
  infiniteQueryOptions({
    queryKey: ['workflows', 'list', filter],
    queryFn: ({ pageParam, signal }) =>
      callRoute(
        routes.listWorkflows,
        {
          query: {
            limit: pageSize,
            cursor: pageParam,
            search: filter.search,
            published: filter.published === undefined ? undefined : String(filter.published),
          },
        },
        { signal },
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
  });

export const workflowQuery = (workflowId: string) =>
  queryOptions({
    queryKey: ['workflows', 'detail', workflowId],
    queryFn: ({ signal }) => callRoute(routes.getWorkflow, { params: { workflowId } }, { signal }),
  });

export const versionsQuery = (workflowId: string) =>
  infiniteQueryOptions({
    queryKey: ['workflows', 'versions', workflowId],
    queryFn: ({ pageParam, signal }) =>
      callRoute(
        routes.listVersions,
        { params: { workflowId }, query: { limit: pageSize, cursor: pageParam } },
        { signal },
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
  });

/** Versions never change. */
export const versionQuery = (workflowId: string, versionId: string) =>
  queryOptions({
    queryKey: ['versions', workflowId, versionId],
    queryFn: ({ signal }) => callRoute(routes.getVersion, { params: { workflowId, versionId } }, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });

export const webhooksQuery = queryOptions({
  queryKey: ['workflows', 'webhooks'],
  queryFn: ({ signal }) => callRoute(routes.listWebhooks, {}, { signal }),
});

export const templatesQuery = queryOptions({
  queryKey: ['templates'],
  queryFn: ({ signal }) => callRoute(routes.listTemplates, {}, { signal }),
  staleTime: catalogueStaleMs,
});

export type ExecutionFilter = Pick<
  RouteRequest<typeof routes.listExecutions>['query'],
  'workflowId' | 'status' | 'mode' | 'createdAfter' | 'createdBefore'
>;

export const executionsQuery = (filter: ExecutionFilter, limit = pageSize) =>
  infiniteQueryOptions({
    queryKey: ['executions', 'list', filter, limit],
    queryFn: ({ pageParam, signal }) =>
      callRoute(routes.listExecutions, { query: { ...filter, limit, cursor: pageParam } }, { signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
  });

export type DeadLetterFilter = Pick<
  RouteRequest<typeof routes.listDeadLetters>['query'],
  'workflowId' | 'code'
>;

/** Under the lists of executions: what happens to an execution may put it here or take it away. */
export const deadLettersQuery = (filter: DeadLetterFilter, limit: number) =>
  infiniteQueryOptions({
    queryKey: ['executions', 'list', 'dead-letters', filter, limit],
    queryFn: ({ pageParam, signal }) =>
      callRoute(routes.listDeadLetters, { query: { ...filter, limit, cursor: pageParam } }, { signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
  });

export const deadLetterCountsQuery = queryOptions({
  queryKey: ['executions', 'list', 'dead-letter-counts'],
  queryFn: ({ signal }) => callRoute(routes.countDeadLetters, {}, { signal }),
});

/** Under the lists of executions, so that one that was just made shows up. */
export const derivedExecutionsQuery = (executionId: string) =>
  queryOptions({
    queryKey: ['executions', 'list', 'derived', executionId],
    queryFn: ({ signal }) => callRoute(routes.listDerivedExecutions, { params: { executionId } }, { signal }),
  });

const replayRefreshMs = 500;

export const replayQuery = (replayId: string) =>
  queryOptions({
    queryKey: ['replays', 'status', replayId],
    queryFn: ({ signal }) => callRoute(routes.getReplay, { params: { replayId } }, { signal }),
    refetchInterval: ({ state }) => (state.data?.status === 'running' ? replayRefreshMs : false),
  });

export const replayResultsQuery = (replayId: string, outcome: ReplayOutcome | undefined) =>
  infiniteQueryOptions({
    queryKey: ['replays', 'results', replayId, outcome],
    queryFn: ({ pageParam, signal }) =>
      callRoute(
        routes.listReplayResults,
        { params: { replayId }, query: { outcome, limit: pageSize, cursor: pageParam } },
        { signal },
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
  });

const queueRefreshMs = 2_000;

export const queueQuery = queryOptions({
  queryKey: ['queue', 'status'],
  queryFn: ({ signal }) => callRoute(routes.getQueue, {}, { signal }),
  refetchInterval: queueRefreshMs,
});

export const workersQuery = queryOptions({
  queryKey: ['queue', 'workers'],
  queryFn: ({ signal }) => callRoute(routes.listWorkers, {}, { signal }),
  refetchInterval: queueRefreshMs,
});

export const executionQuery = (executionId: string) =>
  queryOptions({
    queryKey: ['executions', 'detail', executionId],
    queryFn: ({ signal }) => callRoute(routes.getExecution, { params: { executionId } }, { signal }),
  });

export const stepDataQuery = (executionId: string, path: string) =>
  queryOptions({
    queryKey: ['executions', 'step', executionId, path],
    queryFn: ({ signal }) => callRoute(routes.getStepData, { params: { executionId, path } }, { signal }),
  });

export const executionArtifactsQuery = (executionId: string) =>
  infiniteQueryOptions({
    queryKey: ['executions', 'artifacts', executionId],
    queryFn: ({ pageParam, signal }) =>
      callRoute(
        routes.listExecutionArtifacts,
        { params: { executionId }, query: { limit: pageSize, cursor: pageParam } },
        { signal },
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
  });

/** Those that the reader may decide, all that are open, all that are over. */
export type ApprovalView = 'mine' | 'open' | 'ended';
const approvalFilters = {
  mine: { status: 'open', mine: 'true' },
  open: { status: 'open' },
  ended: { status: 'approved,rejected,expired,cancelled' },
} as const;

export const approvalsQuery = (view: ApprovalView) =>
  infiniteQueryOptions({
    queryKey: ['approvals', 'list', view],
    queryFn: ({ pageParam, signal }) =>
      callRoute(
        routes.listApprovals,
        { query: { ...approvalFilters[view], limit: pageSize, cursor: pageParam } },
        { signal },
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
  });

export const executionApprovalsQuery = (executionId: string) =>
  queryOptions({
    queryKey: ['approvals', 'execution', executionId],
    queryFn: ({ signal }) =>
      callRoute(routes.listApprovals, { query: { executionId, limit: pageSize } }, { signal }),
  });

export const nodeTypesQuery = queryOptions({
  queryKey: ['node-types'],
  queryFn: ({ signal }) => callRoute(routes.listNodeTypes, {}, { signal }),
  staleTime: catalogueStaleMs,
});

export const credentialTypesQuery = queryOptions({
  queryKey: ['credential-types'],
  queryFn: ({ signal }) => callRoute(routes.listCredentialTypes, {}, { signal }),
  staleTime: catalogueStaleMs,
});

export const credentialsQuery = infiniteQueryOptions({
  queryKey: ['credentials'],
  queryFn: ({ pageParam, signal }) =>
    callRoute(routes.listCredentials, { query: { limit: pageSize, cursor: pageParam } }, { signal }),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (page) => page.nextCursor ?? undefined,
});

export const apiKeysQuery = infiniteQueryOptions({
  queryKey: ['api-keys'],
  queryFn: ({ pageParam, signal }) =>
    callRoute(routes.listApiKeys, { query: { limit: pageSize, cursor: pageParam } }, { signal }),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (page) => page.nextCursor ?? undefined,
});

/** What the operator set up: it changes with a restart of the server only. */
export const codeEnginesQuery = queryOptions({
  queryKey: ['code-engines'],
  queryFn: ({ signal }) => callRoute(routes.listCodeEngines, {}, { signal }),
  staleTime: 60_000,
});

export const policiesQuery = queryOptions({
  queryKey: ['policies'],
  queryFn: ({ signal }) => callRoute(routes.listPolicies, {}, { signal }),
});

export const auditQuery = infiniteQueryOptions({
  queryKey: ['audit'],
  queryFn: ({ pageParam, signal }) =>
    callRoute(routes.listAudit, { query: { limit: pageSize, cursor: pageParam } }, { signal }),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (page) => page.nextCursor ?? undefined,
});

export const nodeTypeQuery = (type: string) =>
  queryOptions({
    queryKey: ['node-types', type],
    queryFn: ({ signal }) => callRoute(routes.getNodeType, { params: { type } }, { signal }),
    staleTime: catalogueStaleMs,
  });
