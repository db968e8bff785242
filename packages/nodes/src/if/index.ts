import type { Item } from '@navette/contracts';
import { defineNode } from '@navette/node-sdk';
import { evaluateConditions } from '../conditions/evaluate.ts';
import { conditionsSchema } from '../conditions/schema.ts';
import { passItem } from '../fields/paired-items.ts';
import { notCallable } from '../program/not-callable.ts';

export const ifNode = defineNode({
  type: 'if',
  version: 1,
  group: 'flow',
  icon: 'arrows-split-2',
  name: { en: 'If', fr: 'Si' },
  description: {
    en: 'Sends each item to the output "true" or "false", by conditions.',
    fr: 'Envoie chaque élément vers la sortie « true » ou « false », selon des conditions.',
  },
  docs: {
    en: `Each item is tested on its own and leaves, unchanged, by **true** or by **false**. A branch that gets no item does not run.

- **Conditions**, **Must hold**, **Options**: as in Filter.
- With the strict type check a value of the wrong type stops the step with \`NODE_CONDITION_TYPE\`, which names the condition and the item.

For more than two ways, use **Switch**.`,
    fr: `Chaque élément est examiné seul et sort, inchangé, par **true** ou par **false**. Une branche qui ne reçoit aucun élément ne s'exécute pas.

- **Conditions**, **Doivent être vraies**, **Options** : comme dans Filtrer.
- Avec la vérification stricte, une valeur du mauvais type arrête l'étape avec \`NODE_CONDITION_TYPE\`, qui nomme la condition et l'élément.

Pour plus de deux chemins, utilisez **Aiguiller**.`,
  },
  parameters: conditionsSchema,
  outputs: ['true', 'false'],
  notCallable: notCallable.if,
  effect: 'pure',
  examples: [
    {
      title: { en: 'Paid or not', fr: 'Payée ou non' },
      parameters: {
        conditions: [{ left: '{{ $json.paid }}', operator: { type: 'boolean', operation: 'true' } }],
      },
      inputs: { main: [{ json: { id: 1, paid: true } }, { json: { id: 2, paid: false } }] },
      outputs: {
        true: [{ json: { id: 1, paid: true }, pairedItem: { item: 0 } }],
        false: [{ json: { id: 2, paid: false }, pairedItem: { item: 1 } }],
      },
    },
    {
      title: { en: 'Text that should be a number', fr: 'Un texte qui devrait être un nombre' },
      parameters: {
        conditions: [
          { left: '{{ $json.age }}', operator: { type: 'number', operation: 'gte' }, right: 18 },
          {
            left: '{{ $json.mail }}',
            operator: { type: 'string', operation: 'regex' },
            right: '^[^@]+@[^@]+$',
          },
        ],
        options: { typeValidation: 'loose' },
      },
      inputs: {
        main: [
          { json: { age: '42', mail: 'ada@example.com' } },
          { json: { age: '17', mail: 'bob@example.com' } },
        ],
      },
      outputs: {
        true: [{ json: { age: '42', mail: 'ada@example.com' }, pairedItem: { item: 0 } }],
        false: [{ json: { age: '17', mail: 'bob@example.com' }, pairedItem: { item: 1 } }],
      },
    },
  ],
  execute(ctx) {
    const timeZone = ctx.workflow.timeZone;
    const outputs: { true: Item[]; false: Item[] } = { true: [], false: [] };
    for (const [itemIndex, item] of ctx.items.entries()) {
      const passes = evaluateConditions(ctx.parametersFor(itemIndex), { itemIndex, timeZone });
      outputs[passes ? 'true' : 'false'].push(passItem(item, itemIndex));
    }
    return { outputs };
  },
});
