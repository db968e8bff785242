import type { ExecutionMode, ExecutionStatus } from '@navette/contracts';
import { executionModes, executionStatuses } from '@navette/contracts';
import type { QueryClient } from '@tanstack/react-query';
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from '@tanstack/react-router';
import { isProblem } from '../api/api-problem.ts';
import { loadPart } from '../api/load-part.ts';
import { type ApprovalView, sessionQuery, setupQuery } from '../api/queries.ts';
import { AppError, NotFound, PendingPage } from './fallbacks.tsx';
import { Shell } from './shell.tsx';

interface RouterContext {
  queryClient: QueryClient;
}

const rootRoute = createRootRouteWithContext<RouterContext>()({
  errorComponent: AppError,
  notFoundComponent: NotFound,
});

const setupRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/setup',
  component: lazyRouteComponent(() => loadPart(() => import('../pages/setup-page.tsx')), 'SetupPage'),
});

const signInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sign-in',
  validateSearch: (search): { back?: string } => withText('back', search['back']),
  component: lazyRouteComponent(() => loadPart(() => import('../pages/sign-in-page.tsx')), 'SignInPage'),
});

/** Where links to approvals lead: for people who need no account. */
const decideRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/decide',
  component: lazyRouteComponent(() => loadPart(() => import('../pages/decide-page.tsx')), 'DecidePage'),
});

/** Everything behind the sign-in. */
const shellRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'shell',
  component: Shell,
  beforeLoad: async ({ context: { queryClient }, location }) => {
    try {
      await queryClient.ensureQueryData(sessionQuery);
    } catch (error) {
      if (!isProblem(error) || error.status !== 401) throw error;
      const { ownerExists } = await queryClient.fetchQuery(setupQuery);
      throw ownerExists
        ? redirect({ to: '/sign-in', search: { back: location.href } })
        : redirect({ to: '/setup' });
    }
  },
});

const homeRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/workflows' });
  },
});

export type PublishedFilter = 'yes' | 'no';

const workflowsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/workflows',
  validateSearch: (search): { search?: string; published?: PublishedFilter } => ({
    ...withText('search', search['search']),
    ...(search['published'] === 'yes' || search['published'] === 'no'
      ? { published: search['published'] as PublishedFilter }
      : {}),
  }),
  component: lazyRouteComponent(
    () => loadPart(() => import('../pages/workflows/workflows-page.tsx')),
    'WorkflowsPage',
  ),
});

export const workflowTabs = ['canvas', 'definition', 'settings', 'versions', 'executions'] as const;
export type WorkflowTab = (typeof workflowTabs)[number];

const workflowRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/workflows/$workflowId',
  validateSearch: (search): { tab?: WorkflowTab; node?: string; execution?: string } => ({
    ...(workflowTabs.includes(search['tab'] as WorkflowTab) ? { tab: search['tab'] as WorkflowTab } : {}),
    ...withText('node', search['node']),
    ...withText('execution', search['execution']),
  }),
  component: lazyRouteComponent(
    () => loadPart(() => import('../pages/workflow/workflow-page.tsx')),
    'WorkflowPage',
  ),
});

export interface ExecutionsSearch {
  status?: ExecutionStatus[];
  workflowId?: string;
  mode?: ExecutionMode;
  from?: string;
  to?: string;
}

const executionsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/executions',
  validateSearch: (search): ExecutionsSearch => {
    const status = (Array.isArray(search['status']) ? search['status'] : []).filter((one) =>
      executionStatuses.includes(one),
    );
    return {
      ...(status.length > 0 ? { status } : {}),
      ...(executionModes.includes(search['mode'] as ExecutionMode)
        ? { mode: search['mode'] as ExecutionMode }
        : {}),
      ...withText('workflowId', search['workflowId']),
      ...withText('from', search['from']),
      ...withText('to', search['to']),
    };
  },
  component: lazyRouteComponent(
    () => loadPart(() => import('../pages/executions/executions-page.tsx')),
    'ExecutionsPage',
  ),
});

const approvalViews: readonly ApprovalView[] = ['mine', 'open', 'ended'];

const approvalsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/approvals',
  validateSearch: (search): { view?: ApprovalView } => {
    const view = approvalViews.find((one) => one === search['view']);
    return view === undefined ? {} : { view };
  },
  component: lazyRouteComponent(
    () => loadPart(() => import('../pages/approvals/approvals-page.tsx')),
    'ApprovalsPage',
  ),
});

const queueRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/queue',
  component: lazyRouteComponent(() => loadPart(() => import('../pages/queue/queue-page.tsx')), 'QueuePage'),
});

export const executionTabs = ['timeline', 'canvas', 'files'] as const;
export type ExecutionTab = (typeof executionTabs)[number];

const executionRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/executions/$executionId',
  validateSearch: (search): { tab?: ExecutionTab; step?: string; file?: string } => ({
    ...(executionTabs.includes(search['tab'] as ExecutionTab) ? { tab: search['tab'] as ExecutionTab } : {}),
    ...withText('step', search['step']),
    ...withText('file', search['file']),
  }),
  component: lazyRouteComponent(
    () => loadPart(() => import('../pages/execution/execution-page.tsx')),
    'ExecutionPage',
  ),
});

const credentialsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/credentials',
  component: lazyRouteComponent(
    () => loadPart(() => import('../pages/credentials/credentials-page.tsx')),
    'CredentialsPage',
  ),
});

const apiKeysRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/api-keys',
  component: lazyRouteComponent(
    () => loadPart(() => import('../pages/api-keys/api-keys-page.tsx')),
    'ApiKeysPage',
  ),
});

const auditRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/audit',
  component: lazyRouteComponent(() => loadPart(() => import('../pages/audit-page.tsx')), 'AuditPage'),
});

const nodesRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/nodes',
  validateSearch: (search): { search?: string } => withText('search', search['search']),
  component: lazyRouteComponent(() => loadPart(() => import('../pages/nodes/nodes-page.tsx')), 'NodesPage'),
});

const nodeRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/nodes/$type',
  component: lazyRouteComponent(() => loadPart(() => import('../pages/nodes/node-page.tsx')), 'NodePage'),
});

const settingsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/settings',
  component: lazyRouteComponent(() => loadPart(() => import('../pages/settings-page.tsx')), 'SettingsPage'),
});

const routeTree = rootRoute.addChildren([
  setupRoute,
  signInRoute,
  decideRoute,
  shellRoute.addChildren([
    homeRoute,
    workflowsRoute,
    workflowRoute,
    executionsRoute,
    approvalsRoute,
    queueRoute,
    executionRoute,
    credentialsRoute,
    apiKeysRoute,
    auditRoute,
    nodesRoute,
    nodeRoute,
    settingsRoute,
  ]),
]);

export function createAppRouter(queryClient: QueryClient) {
  return createRouter({
    routeTree,
    context: { queryClient },
    defaultPreload: 'intent',
    defaultPreloadStaleTime: 0,
    defaultPendingComponent: PendingPage,
    defaultPendingMs: 150,
    defaultErrorComponent: AppError,
    defaultNotFoundComponent: NotFound,
    scrollRestoration: true,
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createAppRouter>;
  }
}

/** Search parameters come as JSON: "42" may arrive as a number. */
function withText<K extends string>(key: K, value: unknown): { [P in K]?: string } {
  if (value === undefined || value === null || value === '' || typeof value === 'object') return {};
  return { [key]: String(value) } as { [P in K]?: string };
}
