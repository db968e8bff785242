import type { Item } from '@navette/contracts';
import { defineNode } from '@navette/node-sdk';
import { passItem } from '../fields/paired-items.ts';
import { notCallable } from '../program/not-callable.ts';
import { chooseCases } from './choose-cases.ts';
import { listSwitchPorts, switchParameters } from './parameters.ts';

export const switchNode = defineNode({
  type: 'switch',
  version: 1,
  group: 'flow',
  icon: 'git-branch',
  name: { en: 'Switch', fr: 'Aiguiller' },
  description: {
    en: 'Sends each item to one of several outputs, by rules or by number.',
    fr: "Envoie chaque élément vers l'une de plusieurs sorties, par règles ou par numéro.",
  },
  docs: {
    en: `Each item leaves, unchanged, by the output of the case it fits: \`case-0\`, \`case-1\` and so on.

- **Rules**: conditions as in If, one output per rule; the first rule that holds wins. With **All matching rules** the item goes to every one that holds.
- **Output index**: an expression gives the number of the output, from 0. A number that is no output goes to the fallback, or stops the step with \`NODE_SWITCH_INDEX\` when there is none.
- **Fallback**: an extra output named \`fallback\` for items that fit no case; without it they are dropped.`,
    fr: `Chaque élément sort, inchangé, par la sortie du cas qui lui correspond : \`case-0\`, \`case-1\`, etc.

- **Règles** : des conditions comme dans Si, une sortie par règle ; la première règle vraie l'emporte. Avec **Toutes les règles vraies**, l'élément va à chacune d'elles.
- **Numéro de sortie** : une expression donne le numéro de la sortie, à partir de 0. Un numéro qui n'est pas une sortie va au repli, ou arrête l'étape avec \`NODE_SWITCH_INDEX\` s'il n'y en a pas.
- **Repli** : une sortie supplémentaire nommée \`fallback\` pour les éléments sans cas ; sans elle, ils sont retirés.`,
  },
  parameters: switchParameters,
  outputs: listSwitchPorts,
  notCallable: notCallable.switch,
  effect: 'pure',
  examples: [
    {
      title: { en: 'Tickets by priority', fr: 'Tickets par priorité' },
      parameters: {
        rules: [
          {
            name: 'Urgent',
            conditions: [
              {
                left: '{{ $json.priority }}',
                operator: { type: 'string', operation: 'equals' },
                right: 'high',
              },
            ],
          },
          {
            name: 'Normal',
            conditions: [
              {
                left: '{{ $json.priority }}',
                operator: { type: 'string', operation: 'equals' },
                right: 'medium',
              },
            ],
          },
        ],
        fallback: 'extra',
      },
      inputs: {
        main: [
          { json: { priority: 'high' } },
          { json: { priority: 'low' } },
          { json: { priority: 'medium' } },
        ],
      },
      outputs: {
        'case-0': [{ json: { priority: 'high' }, pairedItem: { item: 0 } }],
        'case-1': [{ json: { priority: 'medium' }, pairedItem: { item: 2 } }],
        fallback: [{ json: { priority: 'low' }, pairedItem: { item: 1 } }],
      },
    },
    {
      title: { en: 'By a number in the item', fr: "Par un nombre de l'élément" },
      parameters: { mode: 'expression', index: '{{ $json.shard % 2 }}', outputCount: 2 },
      inputs: { main: [{ json: { shard: 3 } }, { json: { shard: 4 } }] },
      outputs: {
        'case-0': [{ json: { shard: 4 }, pairedItem: { item: 1 } }],
        'case-1': [{ json: { shard: 3 }, pairedItem: { item: 0 } }],
      },
    },
  ],
  execute(ctx) {
    const timeZone = ctx.workflow.timeZone;
    const ports = listSwitchPorts(ctx.parameters);
    const outputs = new Map<string, Item[]>(ports.map((port) => [port, []]));
    for (const [itemIndex, item] of ctx.items.entries()) {
      const cases = chooseCases(ctx.parametersFor(itemIndex), { itemIndex, timeZone });
      for (const chosen of cases) outputs.get(`case-${chosen}`)?.push(passItem(item, itemIndex));
      if (cases.length === 0) outputs.get('fallback')?.push(passItem(item, itemIndex));
    }
    return { outputs: Object.fromEntries(outputs) };
  },
});
