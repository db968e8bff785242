import type { ProcessBus } from '@navette/store';

/** How a workflow that was changed in another process is known anew in this one, before the next poll finds out. */
export function followWorkflows(
  bus: ProcessBus,
  options: {
    /** The name of the workflow may have changed. Bare id. */
    forget(workflowId: string): void;
    /** What is live may have changed. */
    reload(): void;
  },
): () => void {
  return bus.subscribe((message) => {
    if (message.kind !== 'workflow-changed') return;
    options.forget(message.workflowId);
    if (message.change !== 'created' && message.change !== 'updated') options.reload();
  });
}
