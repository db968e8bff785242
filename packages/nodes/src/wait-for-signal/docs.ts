import type { Localized } from '@navette/contracts';

export const docs: Localized = {
  en: `Pauses the execution until a signal with this name comes. While it waits it is a row in the database; waits of months are fine.

The payload of the signal becomes the items that go on: an object is one item, a list of objects one each. What came in is still there for expressions, as \`$('Name of a node before')\`.

Signals come from \`POST /api/v1/executions/{id}/signals/{name}\`, from \`navette executions signal\`, or from a **Send a signal** node.

- **Signal**: the name. A signal that comes before this node waits for it is kept. Several are kept in order: each wait takes one, the oldest first.
- **Key**: lets senders reach this execution by its workflow and this key, without its id. Of several executions that wait under one key, the one that has waited longest takes the signal. Signals that were sent straight to the execution are taken as well. Without a key the field stays empty; an expression in it that gives nothing fails the node with \`NODE_INPUT_INVALID\`, rather than waiting where no sender would look.
- **Limit the time**: after that, go on through the port \`timeout\` with the items that came in, go on with a default item, or fail with \`WAIT_TIMED_OUT\`.

Parameters are evaluated for the first item.`,
  fr: `Suspend l’exécution jusqu’à l’arrivée d’un signal de ce nom. Pendant l’attente, elle n’est qu’une ligne dans la base de données ; des attentes de plusieurs mois sont possibles.

Le contenu du signal devient les éléments qui continuent : un objet donne un élément, une liste d’objets un élément par objet. Ce qui est entré reste disponible dans les expressions : \`$('Nom d’un nœud précédent')\`.

Les signaux viennent de \`POST /api/v1/executions/{id}/signals/{name}\`, de \`navette executions signal\` ou d’un nœud **Envoyer un signal**.

- **Signal** : le nom. Un signal arrivé avant que ce nœud ne l’attende est gardé. Plusieurs sont gardés dans l’ordre : chaque attente en prend un, le plus ancien d’abord.
- **Clé** : permet d’atteindre cette exécution par son workflow et cette clé, sans son identifiant. De plusieurs exécutions qui attendent sous une même clé, celle qui attend depuis le plus longtemps prend le signal. Les signaux envoyés directement à l’exécution sont pris aussi. Sans clé, le champ reste vide ; une expression qui n’y donne rien fait échouer le nœud avec \`NODE_INPUT_INVALID\`, plutôt que d’attendre là où aucun émetteur ne chercherait.
- **Limiter le temps** : ensuite, continuer par le port \`timeout\` avec les éléments entrés, continuer avec un élément par défaut, ou échouer avec \`WAIT_TIMED_OUT\`.

Les paramètres sont évalués pour le premier élément.`,
};
