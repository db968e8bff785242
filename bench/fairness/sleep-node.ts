import type { AnyNodeDefinition, WorkflowDefinitionInput } from '@navette/contracts';
import { z } from 'zod';

const parameters = z.strictObject({ ms: z.int() });
const text = { en: 'Sleep', fr: 'Dormir' };

/** Holds its place for a while and needs no CPU for it. */
export const sleepNode: AnyNodeDefinition = {
  kind: 'node',
  type: 'bench-sleep',
  version: 1,
  group: 'data',
  icon: 'clock',
  name: text,
  description: text,
  docs: text,
  examples: [],
  effect: 'pure',
  parameters,
  async execute(context) {
    await context.sleep((context.parameters as z.infer<typeof parameters>).ms);
    return [...context.items];
  },
};

export function createSleeper(triggerType: string, ms: number): WorkflowDefinitionInput {
  return {
    nodes: [
      { id: 'start', name: 'Start', type: triggerType },
      { id: 'sleep', name: 'Sleep', type: sleepNode.type, parameters: { ms } },
    ],
    edges: [{ from: 'start', to: 'sleep' }],
  };
}
