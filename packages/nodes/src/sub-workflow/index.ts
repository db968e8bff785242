import { idSchema } from '@navette/contracts';
import { defineNode, label } from '@navette/node-sdk';
import { z } from 'zod';

export const subWorkflow = defineNode({
  type: 'sub-workflow',
  version: 1,
  group: 'flow',
  icon: 'subtask',
  name: { en: 'Sub-workflow', fr: 'Sous-workflow' },
  description: {
    en: 'Calls another workflow with the items and goes on with what it gives.',
    fr: 'Appelle un autre workflow avec les éléments et continue avec ce qu’il donne.',
  },
  docs: {
    en: `Calls another workflow of the project: the one with the id, which must have a **Called by a workflow** trigger and be published. It runs as an execution of its own, linked to this one; both find each other again after a crash.

All items are handed over in one call, as JSON. Files of items stay here: hand over a link or the content if the other workflow needs them.

- **Workflow**: its id, \`wfl_…\`, as the address bar of the app shows it.
- **Wait for the result**: on, this workflow waits without holding a worker, and goes on with the items that the last node of the other one gives; if that one fails, this node fails. Off, the items go on as they came as soon as the call is stored.

Workflows may call each other ten deep. Input that does not fit the fields of the trigger fails this node with \`TRIGGER_INPUT_INVALID\`.`,
    fr: `Appelle un autre workflow du projet : celui qui a cet identifiant ; il doit avoir un déclencheur **Appelé par un workflow** et être publié. Il s’exécute à part, relié à cette exécution ; l’une et l’autre se retrouvent après une panne.

Tous les éléments sont transmis en un seul appel, en JSON. Les fichiers des éléments restent ici : transmettez un lien ou le contenu si l’autre workflow en a besoin.

- **Workflow** : son identifiant, \`wfl_…\`, tel que l’affiche la barre d’adresse de l’application.
- **Attendre le résultat** : activé, ce workflow attend sans occuper de worker, puis continue avec les éléments que donne le dernier nœud de l’autre ; si celui-ci échoue, ce nœud échoue. Désactivé, les éléments continuent tels quels dès que l’appel est enregistré.

Les workflows peuvent s’appeler sur dix niveaux. Une entrée qui ne convient pas aux champs du déclencheur fait échouer ce nœud avec \`TRIGGER_INPUT_INVALID\`.`,
  },
  parameters: z.strictObject({
    workflowId: label(
      idSchema('workflow'),
      { en: 'Workflow', fr: 'Workflow' },
      { en: 'The id of the workflow to call.', fr: 'L’identifiant du workflow à appeler.' },
    ),
    awaitResult: label(z.boolean().default(true), {
      en: 'Wait for the result',
      fr: 'Attendre le résultat',
    }),
  }),
  effect: 'effect',
  examples: [],
  execute: (ctx) => ({
    suspend: 'child',
    workflowId: ctx.parameters.workflowId,
    input: ctx.items.map((item) => item.json),
    awaitResult: ctx.parameters.awaitResult,
  }),
});
