import { defineTrigger } from '@navette/node-sdk';
import { z } from 'zod';
import { inputFieldsSchema, parseInput } from '../manual-trigger/input-fields.ts';

export const parentTrigger = defineTrigger({
  type: 'parent-trigger',
  version: 1,
  group: 'trigger',
  icon: 'sitemap',
  source: 'parent',
  name: { en: 'Called by a workflow', fr: 'Appelé par un workflow' },
  description: {
    en: 'Starts the workflow when another one calls it with Sub-workflow.',
    fr: 'Démarre le workflow quand un autre l’appelle avec Sous-workflow.',
  },
  docs: {
    en: `Starts the workflow when a **Sub-workflow** node of another workflow calls it. The items of that node leave here; what the last node gives goes back to the caller when it waits for the result.

- **Input fields**: the fields that an item may hold, with type, default, and whether they are required. They are checked before the run starts, so that a wrong call fails in the caller, at the node that made it.

Error: \`TRIGGER_INPUT_INVALID\` names each field that is missing or has the wrong type.`,
    fr: `Démarre le workflow quand un nœud **Sous-workflow** d’un autre workflow l’appelle. Les éléments de ce nœud sortent ici ; ce que donne le dernier nœud revient à l’appelant s’il attend le résultat.

- **Champs d’entrée** : les champs qu’un élément peut contenir, avec leur type, leur valeur par défaut et leur caractère obligatoire. Ils sont vérifiés avant le démarrage : un mauvais appel échoue donc chez l’appelant, au nœud qui l’a fait.

Erreur : \`TRIGGER_INPUT_INVALID\` nomme chaque champ manquant ou de mauvais type.`,
  },
  parameters: z.strictObject({ fields: inputFieldsSchema }),
  examples: [],
  accept: (parameters, items) => parseInput(parameters.fields, items),
});
