import type { NewExecution } from './ports.ts';

/** What was fixed when an execution came into being, without what a store adds to it. */
export function pickExecution(source: NewExecution): NewExecution {
  const { id, projectId, workflowId, versionId, mode, triggerNodeId, createdAt, deadlineAt } = source;
  const { idempotencyKey, retryOf, rootId, parentId, parentPath, depth, origin, priority } = source;
  return {
    id,
    projectId,
    workflowId,
    versionId,
    mode,
    triggerNodeId,
    createdAt,
    deadlineAt,
    idempotencyKey,
    retryOf,
    rootId,
    parentId,
    parentPath,
    depth,
    ...(origin ? { origin } : {}),
    ...(priority ? { priority } : {}),
  };
}
