import type { WorkflowDefinitionInput } from '@navette/contracts';
import { defineNode, defineTrigger } from '@navette/node-sdk';
import { z } from 'zod';

/** An effect that costs nothing: what is left is what journaling it costs. */
export const benchEffect = defineNode({
  type: 'bench-effect',
  version: 1,
  group: 'flow',
  icon: 'bolt',
  name: { en: 'Effect', fr: 'Effet' },
  description: { en: 'An effect that costs nothing.', fr: 'Un effet qui ne coûte rien.' },
  docs: { en: '', fr: '' },
  parameters: z.strictObject({ step: z.int() }),
  effect: 'effect',
  examples: [],
  executeItem: (ctx) => ({ json: { step: ctx.parameters.step, state: 'done' } }),
});

export const benchTrigger = defineTrigger({
  type: 'bench-trigger',
  version: 1,
  group: 'trigger',
  icon: 'bolt',
  source: 'manual',
  name: { en: 'Start', fr: 'Départ' },
  description: { en: 'Starts the benchmark.', fr: 'Démarre la mesure.' },
  docs: { en: '', fr: '' },
  parameters: z.strictObject({}),
  examples: [],
});

/** start → effect 1 → … → effect `steps` */
export function createChain(steps: number): WorkflowDefinitionInput {
  const ids = Array.from({ length: steps }, (_, index) => `effect-${index + 1}`);
  return {
    nodes: [
      { id: 'start', name: 'Start', type: benchTrigger.type },
      ...ids.map((id, index) => ({ id, name: id, type: benchEffect.type, parameters: { step: index + 1 } })),
    ],
    edges: ids.map((to, index) => ({ from: ids[index - 1] ?? 'start', to })),
  };
}
