import type { WorkflowDefinitionInput } from '@navette/contracts';

/** start → wait → done */
export const waitWorkflow: WorkflowDefinitionInput = {
  nodes: [
    { id: 'start', name: 'Start', type: 'manual-trigger' },
    { id: 'wait', name: 'Wait', type: 'wait', parameters: { amount: 1, unit: 'hours' } },
    { id: 'done', name: 'Done', type: 'no-op' },
  ],
  edges: [
    { from: 'start', to: 'wait' },
    { from: 'wait', to: 'done' },
  ],
};
