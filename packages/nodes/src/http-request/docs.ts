import type { Localized } from '@navette/contracts';

export const docs: Localized = {
  en: `Sends one HTTP request per item and turns the response into items. Private addresses (127.0.0.1, 10.0.0.0/8 and so on) can be reached only when the administrator allowed them.

**Request**
- **Method**, **URL**, **Query parameters**, **Headers**. A value of null leaves its entry out. What stands in the URL already is not encoded again.
- **Credential**: put onto the request by the product; it overrides a header of the same name. Its list of allowed hosts binds the request and its redirects.
- **Body**: JSON (a value, or text that is JSON), form fields, a form with files of the item, text, or one file of the item.
- **Send an idempotency key**: other methods than GET and HEAD carry \`Idempotency-Key\`, the same for every try of this item, also after a crash. A header of that name of your own takes its place. Further pages add their number.

**Response**
- **Response**: *Automatic* goes by the content type: JSON, text, or else a file. Text is read in the charset that the response names.
- **Path to the items**, **One item per element**: a list gives one item per element; elements that are no objects are put under \`value\`. Any other response is one item: a JSON object as it is, anything else under \`body\`.
- **Full response**: one item per page with \`status\`, \`statusText\`, \`headers\`, \`url\`, \`body\`.
- **Never fail on a status**: takes 4xx and 5xx as data. Failed connections remain errors.
- **File field of the response**: where the item carries a file.

**Pagination**: all pages of an item come out together.
- *Page number*: counts up until a page has no elements.
- *Offset and limit*: goes on by as many elements as came, until a page has none.
- *URL of the next page*: an expression such as \`{{ $response.body.next }}\`; nothing ends the pages. With a credential or headers of your own, it must stay on the same origin.
- **Complete when**: an expression that ends the pages early. \`$response\` has \`body\`, \`headers\`, \`status\`; \`$pageCount\` is the number of pages so far.
- **Most pages**, **Pause between pages**. Reaching the most pages is noted in the log of the step.

**Limits**: timeout, redirects, largest response. All pages together may have 100 MiB.

**Errors**: \`HTTP_REQUEST_STATUS\` for any status but 2xx and 304. 408, 425, 429 and 5xx are tried again by the retry settings of the node, 429 and 503 at the time their Retry-After names; others are not. \`HTTP_REQUEST_CREDENTIAL_HOST\` when a credential must not go to a host. \`HTTP_REQUEST_NOT_JSON\`, \`HTTP_REQUEST_NO_LIST\`, \`HTTP_REQUEST_PAGINATION\`, \`HTTP_REQUEST_BODY_NOT_JSON\`, \`HTTP_REQUEST_URL\`, \`HTTP_REQUEST_PAGES_TOO_LARGE\` say what does not fit. \`HTTP_*\` come from the network: names, connections, TLS, timeouts, sizes.`,
  fr: `Envoie une requête HTTP par élément et transforme la réponse en éléments. Les adresses privées (127.0.0.1, 10.0.0.0/8, etc.) ne sont accessibles que si l’administrateur les a autorisées.

**Requête**
- **Méthode**, **URL**, **Paramètres d’URL**, **En-têtes**. Une valeur nulle omet son entrée. Ce qui figure déjà dans l’URL n’est pas encodé une seconde fois.
- **Identifiant** : placé sur la requête par le produit ; il remplace un en-tête du même nom. Sa liste d’hôtes autorisés lie la requête et ses redirections.
- **Corps** : JSON (une valeur, ou un texte qui est du JSON), champs de formulaire, formulaire avec des fichiers de l’élément, texte, ou un fichier de l’élément.
- **Envoyer une clé d’idempotence** : les méthodes autres que GET et HEAD portent \`Idempotency-Key\`, la même à chaque essai de cet élément, y compris après une panne. Votre propre en-tête de ce nom prend sa place. Les pages suivantes y ajoutent leur numéro.

**Réponse**
- **Réponse** : *Automatique* suit le type de contenu : JSON, texte, ou sinon fichier. Le texte est lu dans le jeu de caractères que nomme la réponse.
- **Chemin des éléments**, **Un élément par membre** : une liste donne un élément par membre ; les membres qui ne sont pas des objets sont placés sous \`value\`. Toute autre réponse donne un élément : un objet JSON tel quel, le reste sous \`body\`.
- **Réponse complète** : un élément par page avec \`status\`, \`statusText\`, \`headers\`, \`url\`, \`body\`.
- **Ne jamais échouer sur un statut** : prend les 4xx et 5xx comme des données. Les connexions échouées restent des erreurs.
- **Champ du fichier de la réponse** : où l’élément porte un fichier.

**Pagination** : toutes les pages d’un élément sortent ensemble.
- *Numéro de page* : compte jusqu’à ce qu’une page soit vide.
- *Décalage et limite* : avance d’autant de membres qu’il en est venu, jusqu’à ce qu’une page soit vide.
- *URL de la page suivante* : une expression telle que \`{{ $response.body.next }}\` ; rien met fin aux pages. Avec un identifiant ou vos propres en-têtes, elle doit rester sur la même origine.
- **Terminé quand** : une expression qui met fin aux pages plus tôt. \`$response\` a \`body\`, \`headers\`, \`status\` ; \`$pageCount\` est le nombre de pages lues.
- **Pages au plus**, **Pause entre les pages**. Atteindre le nombre maximal est noté dans le journal de l’étape.

**Limites** : délai, redirections, taille de réponse. Toutes les pages ensemble peuvent faire 100 Mio.

**Erreurs** : \`HTTP_REQUEST_STATUS\` pour tout statut autre que 2xx et 304. 408, 425, 429 et 5xx sont retentés selon les réglages du nœud, 429 et 503 au moment que nomme leur Retry-After ; les autres ne le sont pas. \`HTTP_REQUEST_CREDENTIAL_HOST\` quand un identifiant ne doit pas aller vers un hôte. \`HTTP_REQUEST_NOT_JSON\`, \`HTTP_REQUEST_NO_LIST\`, \`HTTP_REQUEST_PAGINATION\`, \`HTTP_REQUEST_BODY_NOT_JSON\`, \`HTTP_REQUEST_URL\`, \`HTTP_REQUEST_PAGES_TOO_LARGE\` disent ce qui ne convient pas. Les \`HTTP_*\` viennent du réseau : noms, connexions, TLS, délais, tailles.`,
};
