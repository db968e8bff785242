import type { Localized } from '@navette/contracts';

export const docs: Localized = {
  en: `Starts the workflow when an HTTP request arrives at its address. The address becomes live when the workflow is published; the app shows it on the node.

One item leaves per request:

\`\`\`json
{
  "method": "POST",
  "path": "/orders/42",
  "params": { "id": "42" },
  "query": { "dryRun": "true" },
  "headers": { "content-type": "application/json" },
  "body": { "sku": "A1" }
}
\`\`\`

\`params\` holds the parts of the path named with a colon. \`query\` holds text, or a list of texts where a name is repeated. Header names are lower case; those that hold credentials of the caller (Authorization, Cookie, the secret header of the credential) are left out. \`body\` is read by the content type: JSON, form fields, or text; without a body it is null. Files of a multipart form are files of the item, under the names of their fields; a body of another type is the file \`data\`, and \`body\` is null.

- **Methods**: which ones are answered; ANY stands for all of them. Others get 405.
- **Path**: segments with "/" between them; ":id" is a parameter.
- **Respond**: *immediately* answers as soon as the run is stored safely; *when finished* answers with the items of the last node; *by a node* leaves the answer to **Respond to webhook**.
- **Status**: of the first two answers.
- **Raw body**: keeps the bytes of any body exactly as they came, as the file \`data\` of the item, besides reading them; needed to check signatures. Multipart forms are taken apart all the same.
- **Authentication**: with *credential*, requests must carry the user name and password or the secret header of the credential in the slot "auth"; others get 401 and start nothing.

A request that may be repeated carries an \`Idempotency-Key\`: as long as the execution is kept, the same request under the same key starts nothing more and gets the first answer. Another method, address, query or body under that key is refused with \`422\`.`,
  fr: `Démarre le workflow quand une requête HTTP arrive à son adresse. L’adresse devient active quand le workflow est publié ; l’application l’affiche sur le nœud.

Un élément sort par requête :

\`\`\`json
{
  "method": "POST",
  "path": "/orders/42",
  "params": { "id": "42" },
  "query": { "dryRun": "true" },
  "headers": { "content-type": "application/json" },
  "body": { "sku": "A1" }
}
\`\`\`

\`params\` contient les parties du chemin nommées par un deux-points. \`query\` contient des textes, ou une liste de textes quand un nom est répété. Les noms d’en-têtes sont en minuscules ; ceux qui portent les identifiants de l’appelant (Authorization, Cookie, l’en-tête secret de l’identifiant) sont omis. \`body\` est lu selon le type de contenu : JSON, champs de formulaire ou texte ; sans corps, il est nul. Les fichiers d’un formulaire multipart sont des fichiers de l’élément, sous les noms de leurs champs ; un corps d’un autre type est le fichier \`data\`, et \`body\` est nul.

- **Méthodes** : celles qui reçoivent une réponse ; ANY les désigne toutes. Les autres reçoivent 405.
- **Chemin** : des segments séparés par « / » ; « :id » est un paramètre.
- **Répondre** : *immédiatement* répond dès que l’exécution est enregistrée durablement ; *à la fin* répond avec les éléments du dernier nœud ; *par un nœud* laisse la réponse à **Répondre au webhook**.
- **Statut** : celui des deux premières réponses.
- **Corps brut** : garde les octets de tout corps exactement tels qu’ils sont arrivés, dans le fichier \`data\` de l’élément, en plus de les lire ; nécessaire pour vérifier des signatures. Les formulaires multipart sont tout de même décomposés.
- **Authentification** : avec *identifiant*, les requêtes doivent porter le nom et le mot de passe ou l’en-tête secret de l’identifiant choisi dans « auth » ; les autres reçoivent 401 et ne démarrent rien.

Une requête qui peut être répétée porte une clé \`Idempotency-Key\` : tant que l’exécution est gardée, la même requête sous la même clé ne démarre rien de plus et reçoit la première réponse. Une autre méthode, une autre adresse, une autre query ou un autre corps sous cette clé est refusé avec \`422\`.`,
};
