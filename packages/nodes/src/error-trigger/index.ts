import { defineTrigger } from '@navette/node-sdk';
import { z } from 'zod';

export const errorTrigger = defineTrigger({
  type: 'error-trigger',
  version: 1,
  group: 'trigger',
  icon: 'alert-triangle',
  source: 'error',
  name: { en: 'On error', fr: 'En cas d’erreur' },
  description: {
    en: 'Starts the workflow when an execution of another workflow fails.',
    fr: 'Démarre le workflow quand une exécution d’un autre workflow échoue.',
  },
  docs: {
    en: `Starts the workflow as the error workflow of others: publish it, and name it in the setting \`errorWorkflow\` of the workflows that it looks after. It starts once for each of their executions that fails, not for those that are cancelled, and for runs by hand only when the setting \`errorReport.manualRuns\` says so.

One item leaves:

- \`error\`: \`code\`, \`message\`, \`help\`, \`kind\`, the path of the \`step\`, the \`node\` (\`id\`, \`name\`, \`type\`) and \`itemIndex\`. \`step\` and \`node\` are null when no step was at fault, such as after a time limit.
- \`execution\`: \`id\`, \`url\`, \`mode\`, \`retryOf\`, \`createdAt\`, \`failedAt\`.
- \`workflow\`: \`id\`, \`name\`, \`versionId\`.
- \`lastInput\`: in \`counts\`, how many items the failed step got per input. Its \`items\` are given only when the setting \`errorReport.input\` is \`items\` and they are smaller than 256 KiB.

An error workflow that fails starts its own error workflow, three deep at most.`,
    fr: `Démarre le workflow comme workflow d’erreur d’autres workflows : publiez-le, puis nommez-le dans le paramètre \`errorWorkflow\` des workflows qu’il surveille. Il démarre une fois pour chacune de leurs exécutions qui échoue, jamais pour celles qui sont annulées, et pour les exécutions à la main seulement si le paramètre \`errorReport.manualRuns\` le demande.

Un élément sort :

- \`error\` : \`code\`, \`message\`, \`help\`, \`kind\`, le chemin de l’étape (\`step\`), le nœud (\`node\` : \`id\`, \`name\`, \`type\`) et \`itemIndex\`. \`step\` et \`node\` sont nuls quand aucune étape n’est en cause, par exemple après un délai dépassé.
- \`execution\` : \`id\`, \`url\`, \`mode\`, \`retryOf\`, \`createdAt\`, \`failedAt\`.
- \`workflow\` : \`id\`, \`name\`, \`versionId\`.
- \`lastInput\` : dans \`counts\`, combien d’éléments l’étape en échec a reçus par entrée. Ses \`items\` ne sont donnés que si le paramètre \`errorReport.input\` vaut \`items\` et qu’ils font moins de 256 Kio.

Un workflow d’erreur qui échoue démarre à son tour son workflow d’erreur, sur trois niveaux au plus.`,
  },
  parameters: z.strictObject({}),
  examples: [],
});
