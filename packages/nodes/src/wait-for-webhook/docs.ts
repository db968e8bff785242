import type { Localized } from '@navette/contracts';

export const docs: Localized = {
  en: `Pauses the execution until somebody sends a \`POST\` to the address of this step. Steps before it give the address away: \`{{ $execution.resumeUrl }}\` is the one of the next node of this kind, \`{{ $execution.links.resume('Name of the node') }}\` the one of a certain node. Whoever has the address can use it: send it to nobody else.

The request becomes one item with the same fields as the **Webhook** trigger gives: \`method\`, \`headers\`, \`query\`, \`body\`, files as binary data. The caller gets \`200\` at once.

- The address is signed and good for one request; a second one gets a \`409\`. It is good for a year, as long as the execution lives. A program that may repeat a request sends an \`Idempotency-Key\` with it.
- A request that comes before this node waits for it is kept.
- Opening the address in a browser changes nothing: it shows a page with a button that sends the request, so that link scanners of mail programs do no harm.
- **Limit the time**: after that, go on through the port \`timeout\` with the items that came in, go on with a default item, or fail with \`WAIT_TIMED_OUT\`. Requests are refused from then on.`,
  fr: `Suspend l’exécution jusqu’à ce que quelqu’un envoie un \`POST\` à l’adresse de cette étape. Les étapes précédentes donnent l’adresse : \`{{ $execution.resumeUrl }}\` est celle du prochain nœud de ce type, \`{{ $execution.links.resume('Nom du nœud') }}\` celle d’un nœud précis. Qui a l’adresse peut s’en servir : ne l’envoyez à personne d’autre.

La requête devient un élément, avec les mêmes champs que ceux du déclencheur **Webhook** : \`method\`, \`headers\`, \`query\`, \`body\`, les fichiers en données binaires. L’appelant reçoit \`200\` aussitôt.

- L’adresse est signée et vaut pour une seule requête ; une seconde reçoit \`409\`. Elle vaut un an, tant que vit l’exécution. Un programme qui peut répéter une requête l’accompagne d’un \`Idempotency-Key\`.
- Une requête arrivée avant que ce nœud ne l’attende est gardée.
- Ouvrir l’adresse dans un navigateur ne change rien : une page s’affiche, avec un bouton qui envoie la requête ; les analyseurs de liens des messageries sont ainsi sans effet.
- **Limiter le temps** : ensuite, continuer par le port \`timeout\` avec les éléments entrés, continuer avec un élément par défaut, ou échouer avec \`WAIT_TIMED_OUT\`. Les requêtes sont alors refusées.`,
};
