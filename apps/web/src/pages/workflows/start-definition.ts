import type { WorkflowDefinitionInput } from '@navette/contracts';

/** The smallest workflow that can be saved and run. */
export function createStartDefinition(name: string): WorkflowDefinitionInput {
  return { nodes: [{ id: 'start', name, type: 'manual-trigger', position: [0, 0] }] };
}
