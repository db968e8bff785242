import type { Json } from '@navette/kit';
import { defineNode, type StepContext } from '@navette/node-sdk';
import { evaluateConditions } from '../conditions/evaluate.ts';
import { passItem } from '../fields/paired-items.ts';
import { notCallable } from '../program/not-callable.ts';
import { docs } from './docs.ts';
import { type LoopParameters, loopParameters } from './parameters.ts';

export const loop = defineNode({
  type: 'loop',
  version: 1,
  group: 'flow',
  icon: 'repeat',
  name: { en: 'Loop', fr: 'Boucle' },
  description: {
    en: 'Repeats a part of the workflow: over items in batches, or as long as conditions say.',
    fr: 'Répète une partie du workflow : sur des éléments par lots, ou aussi longtemps que des conditions le demandent.',
  },
  docs,
  parameters: loopParameters,
  inputs: ['main', 'break'],
  outputs: ['done', 'loop'],
  notCallable: notCallable.loop,
  effect: 'pure',
  // They may speak of nodes of the body, which have not run when the loop begins.
  rawParameters: ['conditions'],
  examples: [
    {
      title: {
        en: 'Nothing to repeat: items go to "done"',
        fr: 'Rien à répéter : les éléments vont à « done »',
      },
      parameters: { batchSize: 10 },
      inputs: { main: [{ json: { id: 1 } }, { json: { id: 2 } }] },
      outputs: {
        done: [
          { json: { id: 1 }, pairedItem: { item: 0 } },
          { json: { id: 2 }, pairedItem: { item: 1 } },
        ],
      },
    },
    {
      title: {
        en: 'Until a job is ready, with a Wait and an HTTP request as its body',
        fr: 'Jusqu’à ce qu’une tâche soit prête, avec Attendre et Requête HTTP pour corps',
      },
      parameters: {
        mode: 'until',
        conditions: [
          { left: '{{ $json.state }}', operator: { type: 'string', operation: 'equals' }, right: 'ready' },
        ],
        maxPasses: 60,
      },
      inputs: { main: [{ json: { state: 'ready' } }] },
      outputs: { done: [{ json: { state: 'ready' }, pairedItem: { item: 0 } }] },
    },
  ],
  execute: (ctx) => ctx.items.map((item, index) => passItem(item, index)),
  passes: {
    port: 'loop',
    breakPort: 'break',
    plan(ctx) {
      const { mode, batchSize, maxPasses } = ctx.parameters;
      if (mode === 'batches') return { by: 'batches', size: batchSize, window: 1, onFailure: 'stop' };
      const goOn = mode === 'while' ? chooseNext(ctx) : [...ctx.items.keys()];
      return { by: 'condition', limit: maxPasses, goOn };
    },
    chooseNext,
  },
});

/** Positions of the items that take another pass. */
function chooseNext(ctx: StepContext<LoopParameters>): number[] {
  const { timeZone } = ctx.workflow;
  return [...ctx.items.keys()].filter((itemIndex) => {
    const parameters = ctx.parametersFor(itemIndex);
    const conditions = parameters.conditions.map((condition) => ({
      ...condition,
      left: evaluate(ctx, condition.left, itemIndex),
      right: evaluate(ctx, condition.right, itemIndex),
    }));
    const holds = evaluateConditions({ ...parameters, conditions }, { itemIndex, timeZone });
    return holds === (parameters.mode === 'while');
  });
}

const noExtras: ReadonlyMap<string, Json> = new Map();

/** The value with its templates evaluated. */
function evaluate(ctx: StepContext<LoopParameters>, value: unknown, itemIndex: number): unknown {
  if (typeof value === 'string') return ctx.evaluate(value, noExtras, itemIndex);
  if (Array.isArray(value)) return value.map((inner) => evaluate(ctx, inner, itemIndex));
  if (value === null || typeof value !== 'object') return value;
  const made = Object.entries(value).map(([key, inner]) => [key, evaluate(ctx, inner, itemIndex)]);
  return Object.fromEntries(made);
}
