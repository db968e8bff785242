import { defineNode } from '@navette/node-sdk';
import { evaluateConditions } from '../conditions/evaluate.ts';
import { conditionsSchema } from '../conditions/schema.ts';
import { passItem } from '../fields/paired-items.ts';
import { notCallable } from '../program/not-callable.ts';

export const filter = defineNode({
  type: 'filter',
  version: 1,
  group: 'flow',
  icon: 'filter',
  name: { en: 'Filter', fr: 'Filtrer' },
  description: {
    en: 'Keeps the items that meet conditions and drops the others.',
    fr: 'Garde les éléments qui remplissent des conditions et retire les autres.',
  },
  docs: {
    en: `Each item is tested on its own; items that pass go on unchanged, files included.

- **Conditions** compare a value (usually an expression such as \`{{ $json.total }}\`) with another one. The operator has a type: text, number, date, boolean, list or object.
- **Must hold**: all conditions, or at least one.
- **Type check**: with *strict*, a value of the wrong type stops the step with \`NODE_CONDITION_TYPE\`; with *loose*, values are converted where possible ("12" becomes 12).
- *exists* and *is empty* never fail: they look at whatever is there.

To keep both sides, use **If**.`,
    fr: `Chaque élément est examiné seul ; ceux qui passent continuent inchangés, fichiers compris.

- Les **conditions** comparent une valeur (en général une expression comme \`{{ $json.total }}\`) à une autre. L'opérateur a un type : texte, nombre, date, booléen, liste ou objet.
- **Doivent être vraies** : toutes les conditions, ou au moins une.
- **Vérification des types** : en mode *strict*, une valeur du mauvais type arrête l'étape avec \`NODE_CONDITION_TYPE\` ; en mode *souple*, les valeurs sont converties si possible (« 12 » devient 12).
- *existe* et *est vide* n'échouent jamais : ils regardent ce qui est là.

Pour garder les deux côtés, utilisez **Si**.`,
  },
  parameters: conditionsSchema,
  notCallable: notCallable.filter,
  effect: 'pure',
  examples: [
    {
      title: { en: 'Orders above 100', fr: 'Commandes de plus de 100' },
      parameters: {
        conditions: [
          { left: '{{ $json.total }}', operator: { type: 'number', operation: 'gt' }, right: 100 },
        ],
      },
      inputs: { main: [{ json: { id: 1, total: 250 } }, { json: { id: 2, total: 40 } }] },
      outputs: { main: [{ json: { id: 1, total: 250 }, pairedItem: { item: 0 } }] },
    },
    {
      title: { en: 'Cities by name, whatever the case', fr: 'Villes par nom, sans tenir compte de la casse' },
      parameters: {
        combinator: 'or',
        conditions: [
          { left: '{{ $json.city }}', operator: { type: 'string', operation: 'equals' }, right: 'paris' },
          { left: '{{ $json.city }}', operator: { type: 'string', operation: 'startsWith' }, right: 'saint' },
        ],
        options: { caseSensitive: false },
      },
      inputs: {
        main: [{ json: { city: 'PARIS' } }, { json: { city: 'Lyon' } }, { json: { city: 'Saint-Malo' } }],
      },
      outputs: {
        main: [
          { json: { city: 'PARIS' }, pairedItem: { item: 0 } },
          { json: { city: 'Saint-Malo' }, pairedItem: { item: 2 } },
        ],
      },
    },
  ],
  execute(ctx) {
    const timeZone = ctx.workflow.timeZone;
    return ctx.items.flatMap((item, itemIndex) =>
      evaluateConditions(ctx.parametersFor(itemIndex), { itemIndex, timeZone })
        ? [passItem(item, itemIndex)]
        : [],
    );
  },
});
