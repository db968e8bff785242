import type { Localized } from '@navette/contracts';

export const docs: Localized = {
  en: `Sends a signal for each item to an execution of the same project. Items pass through.

- **To**: an execution by its id, \`exe_…\`; or, of the executions of a workflow, the one that has waited longest under a **key** (see **Wait for a signal**). If none waits under the key yet, the signal is kept for 30 days for the first that will.
- **Signal**: the name that the other one waits for.
- **Payload**: what the other one goes on with: the item, or JSON of your own, in which expressions are allowed. Files stay here.

A signal that comes before its wait is kept. After a crash it is not sent twice. Errors: \`SIGNAL_EXECUTION_ENDED\` when the execution has ended, \`EXECUTION_NOT_FOUND\` and \`SIGNAL_WORKFLOW_NOT_FOUND\` when there is none of that id in the project, \`SIGNAL_TOO_MANY\` when 1,000 wait to be taken already.`,
  fr: `Envoie un signal par élément à une exécution du même projet. Les éléments passent tels quels.

- **À** : une exécution par son identifiant, \`exe_…\` ; ou, parmi les exécutions d’un workflow, celle qui attend depuis le plus longtemps sous une **clé** (voir **Attendre un signal**). Si aucune n’attend encore sous la clé, le signal est gardé 30 jours pour la première qui attendra.
- **Signal** : le nom que l’autre attend.
- **Contenu** : ce avec quoi l’autre continue : l’élément, ou votre propre JSON, où les expressions sont permises. Les fichiers restent ici.

Un signal arrivé avant son attente est gardé. Après une panne, il n’est pas envoyé deux fois. Erreurs : \`SIGNAL_EXECUTION_ENDED\` quand l’exécution est terminée, \`EXECUTION_NOT_FOUND\` et \`SIGNAL_WORKFLOW_NOT_FOUND\` quand il n’en existe pas de cet identifiant dans le projet, \`SIGNAL_TOO_MANY\` quand 1 000 attendent déjà d’être pris.`,
};
