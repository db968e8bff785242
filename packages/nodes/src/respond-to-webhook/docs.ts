import type { Localized } from '@navette/contracts';

export const docs: Localized = {
  en: `Answers the HTTP request that started the execution, when its webhook is set to respond *by a node*. The answer is sent once it is stored safely; what follows goes on afterwards. The items pass through.

The first answer counts: a second node of this kind in the same execution changes nothing for the caller. In an execution that no webhook started, the answer is kept with the step and sent to nobody.

- **Answer with**: the first item or all items as JSON; JSON of your own, in which expressions are allowed; text with a media type; a file of the first item; a redirect; nothing.
- **Status**: 200 when left out; 204 for nothing, 302 for a redirect.
- **Headers**: added to the answer. *Content-Type* overrides the media type. Headers of the connection (Connection, Content-Length, Transfer-Encoding and so on) are refused, and so are those that would act on Navette itself, since webhooks answer on its origin: Set-Cookie, Clear-Site-Data, Content-Security-Policy, Strict-Transport-Security, Service-Worker-Allowed, Alt-Svc.

Parameters are evaluated for the first item. Error: \`NODE_INPUT_INVALID\` when there is no such file, a header is refused, the redirect leads nowhere, or a status without body (204, 304) has one.`,
  fr: `Répond à la requête HTTP qui a démarré l’exécution, quand son webhook est réglé pour répondre *par un nœud*. La réponse part une fois enregistrée durablement ; la suite continue après. Les éléments passent tels quels.

La première réponse compte : un second nœud de ce type dans la même exécution ne change rien pour l’appelant. Dans une exécution qu’aucun webhook n’a démarrée, la réponse est gardée avec l’étape et n’est envoyée à personne.

- **Répondre par** : le premier élément ou tous les éléments en JSON ; votre propre JSON, où les expressions sont permises ; un texte avec son type de média ; un fichier du premier élément ; une redirection ; rien.
- **Statut** : 200 s’il est absent ; 204 pour rien, 302 pour une redirection.
- **En-têtes** : ajoutés à la réponse. *Content-Type* remplace le type de média. Les en-têtes de la connexion (Connection, Content-Length, Transfer-Encoding, etc.) sont refusés, ainsi que ceux qui agiraient sur Navette lui-même, puisque les webhooks répondent sur son origine : Set-Cookie, Clear-Site-Data, Content-Security-Policy, Strict-Transport-Security, Service-Worker-Allowed, Alt-Svc.

Les paramètres sont évalués pour le premier élément. Erreur : \`NODE_INPUT_INVALID\` quand le fichier n’existe pas, qu’un en-tête est refusé, que la redirection ne mène nulle part, ou qu’un statut sans corps (204, 304) en a un.`,
};
