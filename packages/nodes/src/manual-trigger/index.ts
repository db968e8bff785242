import { defineTrigger } from '@navette/node-sdk';
import { z } from 'zod';
import { inputFieldsSchema, parseInput } from './input-fields.ts';

export const manualTrigger = defineTrigger({
  type: 'manual-trigger',
  version: 1,
  group: 'trigger',
  icon: 'player-play',
  source: 'manual',
  name: { en: 'Manual start', fr: 'Démarrage manuel' },
  description: {
    en: 'Starts the workflow when a person or a program asks for it.',
    fr: 'Démarre le workflow quand une personne ou un programme le demande.',
  },
  docs: {
    en: `Starts the workflow by hand: with **Run** in the app, with \`navette run\`, or through the API.

The input of the run becomes the items that leave this node: one item for an object, one per element for a list. Without input one empty item leaves.

- **Input fields**: the fields that an item may hold, with type, default, and whether they are required. They are checked before the run starts.

Error: \`TRIGGER_INPUT_INVALID\` names each field that is missing or has the wrong type.`,
    fr: `Démarre le workflow à la main : avec **Exécuter** dans l’application, avec \`navette run\`, ou par l’API.

L’entrée de l’exécution devient les éléments qui sortent de ce nœud : un élément pour un objet, un par membre pour une liste. Sans entrée, un élément vide sort.

- **Champs d’entrée** : les champs qu’un élément peut contenir, avec leur type, leur valeur par défaut et leur caractère obligatoire. Ils sont vérifiés avant le démarrage.

Erreur : \`TRIGGER_INPUT_INVALID\` nomme chaque champ manquant ou de mauvais type.`,
  },
  parameters: z.strictObject({ fields: inputFieldsSchema }),
  examples: [],
  accept: (parameters, items) => parseInput(parameters.fields, items.length > 0 ? items : [{ json: {} }]),
});
