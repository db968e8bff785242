import type { Localized } from '@navette/contracts';

export const docs: Localized = {
  en: `Runs the nodes between its output **item** and the way back to it once for each item, several items at the same time. What comes back leaves by **done** in the order of the items, whichever was quicker.

Join **item** to the first node of the body, and the last one back to this node. A body is entered and left through this node only. Without a body the items go straight to **done**.

- **Items per pass**: more than one makes small groups that go through the body together.
- **At the same time**: how many passes are at work at once. A pass that waits (Wait, Sub-workflow) keeps its place. A workflow that runs branch by branch takes one after the other.
- **When a step fails**: after the retries of that step. *Stop*: the execution fails at once. *Go on*: the item leaves by **done** with a field \`error\`. *Finish the others first*: then this node fails with \`LOOP_PASSES_FAILED\`, or under its error setting sends failed items to the error output.

Each finished item is stored as it finishes. A retry of the execution keeps what is done and runs only what failed or is missing. Ten thousand items need no more memory than the passes at work and what came back.

In the body, \`{{ $runIndex }}\` is the number of the pass, from 0.`,
  fr: `Exécute les nœuds situés entre sa sortie **item** et le retour vers lui une fois pour chaque élément, plusieurs éléments en même temps. Ce qui revient sort par **done** dans l’ordre des éléments, quel que soit le plus rapide.

Reliez **item** au premier nœud du corps, et le dernier à ce nœud. On entre dans le corps et on en sort uniquement par ce nœud. Sans corps, les éléments vont directement à **done**.

- **Éléments par passage** : plus d’un forme de petits groupes qui traversent le corps ensemble.
- **En même temps** : combien de passages sont en cours à la fois. Un passage qui attend (Attendre, Sous-workflow) garde sa place. Un workflow exécuté branche par branche les prend l’un après l’autre.
- **Quand une étape échoue** : après les nouveaux essais de cette étape. *Arrêter* : l’exécution échoue aussitôt. *Continuer* : l’élément sort par **done** avec un champ \`error\`. *Finir les autres d’abord* : ensuite ce nœud échoue avec \`LOOP_PASSES_FAILED\`, ou, selon son réglage d’erreur, envoie les éléments en échec à la sortie d’erreur.

Chaque élément terminé est enregistré dès sa fin. Une relance de l’exécution garde ce qui est fait et n’exécute que ce qui a échoué ou manque. Dix mille éléments ne demandent pas plus de mémoire que les passages en cours et ce qui est revenu.

Dans le corps, \`{{ $runIndex }}\` est le numéro du passage, à partir de 0.`,
};
