import type { Item } from '@navette/contracts';
import { defineNode } from '@navette/node-sdk';
import { replaceJson } from '../fields/paired-items.ts';
import { buildJson } from './build-json.ts';
import { setFieldsParameters } from './parameters.ts';

export const setFields = defineNode({
  type: 'set-fields',
  version: 1,
  group: 'data',
  icon: 'pencil',
  name: { en: 'Set fields', fr: 'Définir des champs' },
  description: {
    en: 'Adds, changes or keeps fields of each item.',
    fr: 'Ajoute, modifie ou garde des champs de chaque élément.',
  },
  docs: {
    en: `One item out for each item in.

- **Fields**: name, type and value of each field. A dotted name (\`customer.city\`, \`lines[0].sku\`) writes into nested objects and lists. Later fields overwrite earlier ones.
- **Type**: *As it comes* keeps the value; the others convert it ("12" to 12, "yes" to true, JSON text to a list or an object). A value that cannot be converted stops the step with \`NODE_FIELD_TYPE\`, unless conversion errors are ignored. A missing value becomes null.
- **One JSON object**: the whole object as JSON text with expressions in it, or one expression that gives an object. \`NODE_FIELD_JSON\` says where the text cannot be read.
- **Other fields**: which fields of the input stay: all, none, only listed ones, or all but listed ones. Fields that are set always win.
- **Keep files**: whether files of the item go along.`,
    fr: `Un élément en sortie pour chaque élément en entrée.

- **Champs** : nom, type et valeur de chaque champ. Un nom avec des points (\`client.ville\`, \`lignes[0].ref\`) écrit dans des objets et listes imbriqués. Les champs suivants remplacent les précédents.
- **Type** : *Tel quel* garde la valeur ; les autres la convertissent (« 12 » en 12, « yes » en vrai, un texte JSON en liste ou objet). Une valeur impossible à convertir arrête l'étape avec \`NODE_FIELD_TYPE\`, sauf si les erreurs de conversion sont ignorées. Une valeur absente devient null.
- **Un objet JSON** : l'objet entier en texte JSON avec des expressions, ou une expression qui donne un objet. \`NODE_FIELD_JSON\` dit où le texte ne peut pas être lu.
- **Autres champs** : quels champs de l'entrée restent : tous, aucun, seulement ceux d'une liste, ou tous sauf ceux d'une liste. Les champs définis l'emportent toujours.
- **Garder les fichiers** : si les fichiers de l'élément sont repris.`,
  },
  parameters: setFieldsParameters,
  effect: 'pure',
  examples: [
    {
      title: { en: 'Compute a total', fr: 'Calculer un total' },
      parameters: {
        fields: [
          { name: 'total', type: 'number', value: '{{ $json.price * $json.quantity }}' },
          { name: 'customer.vip', type: 'boolean', value: 'yes' },
        ],
      },
      inputs: { main: [{ json: { price: 4, quantity: 3, customer: { name: 'Ada' } } }] },
      outputs: {
        main: [
          {
            json: { price: 4, quantity: 3, customer: { name: 'Ada', vip: true }, total: 12 },
            pairedItem: { item: 0 },
          },
        ],
      },
    },
    {
      title: { en: 'Keep two fields and nothing else', fr: 'Ne garder que deux champs' },
      parameters: { include: 'selected', includeFields: ['id', 'customer.name'] },
      inputs: { main: [{ json: { id: 7, secret: 'x', customer: { name: 'Ada', phone: '1' } } }] },
      outputs: { main: [{ json: { id: 7, customer: { name: 'Ada' } }, pairedItem: { item: 0 } }] },
    },
    {
      title: { en: 'A new object from JSON', fr: 'Un nouvel objet en JSON' },
      parameters: { mode: 'json', include: 'none', json: '{"order": {{ $json.id }}, "state": "new"}' },
      inputs: { main: [{ json: { id: 7 } }] },
      outputs: { main: [{ json: { order: 7, state: 'new' }, pairedItem: { item: 0 } }] },
    },
  ],
  execute(ctx) {
    return ctx.items.map((item, index): Item => {
      const parameters = ctx.parametersFor(index);
      const json = buildJson(item.json, parameters, index);
      return parameters.keepBinary ? replaceJson(item, index, json) : { json, pairedItem: { item: index } };
    });
  },
});
