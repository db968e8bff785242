import type { RouteHandlers } from '../http/route-handler.ts';
import { createApiKeyHandlers } from './api-key-handlers.ts';
import { createApprovalHandlers } from './approval-handlers.ts';
import { createArtifactHandlers } from './artifact-handlers.ts';
import { createCatalogueHandlers } from './catalogue-handlers.ts';
import { createCodeTypeHandlers } from './code-type-handlers.ts';
import { createCredentialHandlers } from './credential-handlers.ts';
import { createDeadLetterHandlers } from './dead-letter-handlers.ts';
import { createDoubtHandlers } from './doubt-handlers.ts';
import { createExecutionHandlers } from './execution-handlers.ts';
import { createMetricsHandlers } from './metrics-handlers.ts';
import { createPolicyHandlers } from './policy-handlers.ts';
import { createPublicationHandlers } from './publication-handlers.ts';
import { createQueueHandlers } from './queue-handlers.ts';
import { createReplayHandlers } from './replay-handlers.ts';
import { createRetentionHandlers } from './retention-handlers.ts';
import type { ServerServices } from './server-services.ts';
import { createSessionHandlers } from './session-handlers.ts';
import { createSignalHandlers } from './signal-handlers.ts';
import { createStreamHandlers } from './stream-handlers.ts';
import { createWorkflowHandlers } from './workflow-handlers.ts';

/** The handler of every route of the contract. */
export function createHandlers(services: ServerServices): RouteHandlers {
  const executions = createExecutionHandlers(services);
  return {
    ...createSessionHandlers(services),
    ...createWorkflowHandlers(services),
    ...createPublicationHandlers(services),
    ...createCodeTypeHandlers(services),
    ...executions,
    ...createQueueHandlers(services, executions),
    ...createSignalHandlers(services),
    ...createDoubtHandlers(services),
    ...createApprovalHandlers(services),
    ...createDeadLetterHandlers(services),
    ...createReplayHandlers(services),
    ...createStreamHandlers(services),
    ...createArtifactHandlers(services),
    ...createCredentialHandlers(services),
    ...createApiKeyHandlers(services),
    ...createCatalogueHandlers(services),
    ...createRetentionHandlers(services),
    ...createPolicyHandlers(services),
    ...createMetricsHandlers(services),
  };
}
