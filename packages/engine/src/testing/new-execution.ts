import { createUuid } from '@navette/kit';
import type { NewExecution } from '../ports.ts';

/** An execution that is to be created, where a test cares about nothing but what it gives. */
export function newExecution(over: Partial<NewExecution> = {}): NewExecution {
  const id = over.id ?? createUuid();
  return {
    id,
    projectId: '00000000-0000-7000-8000-000000000001',
    workflowId: '00000000-0000-7000-8000-000000000002',
    versionId: '00000000-0000-7000-8000-000000000003',
    mode: 'api',
    triggerNodeId: 'start',
    createdAt: Date.now(),
    deadlineAt: null,
    idempotencyKey: null,
    retryOf: null,
    rootId: id,
    parentId: null,
    parentPath: null,
    depth: 0,
    ...over,
  };
}
