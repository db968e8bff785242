import type { ErrorWords } from './error-words.ts';

/** Requests that workflows make. */
export const frenchHttpErrors: Record<string, ErrorWords> = {
  HTTP_REQUEST_STATUS: {
    message: 'Le service appelé a répondu par une erreur',
    help: 'Voyez la réponse ci-dessous ; corrigez la demande, ou laissez le nœud réessayer.',
  },
  HTTP_REQUEST_URL: {
    message: 'L’URL n’est pas une adresse http:// ou https:// complète',
    help: 'Voyez ce que devient l’URL pour cet élément : une expression n’y donne peut-être rien.',
  },
  HTTP_REQUEST_CREDENTIAL_HOST: {
    message: 'L’identifiant de cette étape ne peut pas être envoyé à cet hôte ; rien n’a été envoyé',
    help: 'Utilisez un hôte autorisé, ou ajoutez celui-ci aux hôtes autorisés de l’identifiant.',
  },
  HTTP_REQUEST_NOT_JSON: {
    message: 'La réponse n’est pas du JSON',
    help: 'Réglez le format de réponse sur automatique ou texte, et vérifiez l’URL.',
  },
  HTTP_BLOCKED_ADDRESS: {
    message: 'Cet hôte mène à une adresse que les workflows ne peuvent pas atteindre',
    help: 'Un administrateur peut l’ajouter à la liste des hôtes privés autorisés.',
  },
  HTTP_BLOCKED_HOST: {
    message: 'Cet hôte n’est pas parmi ceux que cette étape peut appeler',
    help: 'Utilisez un hôte autorisé, ou ajoutez celui-ci.',
  },
  HTTP_DNS: {
    message: 'Le nom de l’hôte est introuvable',
    help: 'Vérifiez l’orthographe du nom et le service de noms de cette machine.',
  },
  HTTP_CONNECT: {
    message: 'La connexion au service n’a pas pu être ouverte ; rien n’a été envoyé',
    help: 'Vérifiez que le service tourne et que cette machine peut l’atteindre.',
  },
  HTTP_CONNECTION_LOST: {
    message: 'La connexion a été coupée avant la fin de la réponse',
    help: 'Réessayez. Si cela se répète, voyez les journaux du service appelé.',
  },
  HTTP_TLS: {
    message: 'Aucune connexion TLS sûre n’a pu être établie',
    help: 'Vérifiez le certificat du service : ses noms, ses dates et l’autorité qui l’a signé.',
  },
  HTTP_TIMEOUT: {
    message: 'Pas de réponse complète dans le délai',
    help: 'Réessayez, ou augmentez le délai de l’étape si ce service est lent.',
  },
  HTTP_TOO_LARGE: {
    message: 'La réponse est trop volumineuse',
    help: 'Demandez moins au service (pages, filtre), ou augmentez la limite.',
  },
  HTTP_ABORTED: {
    message: 'La requête a été arrêtée avant la fin',
    help: 'L’exécution a été annulée ou son temps était écoulé. Relancez-la si elle est encore utile.',
  },
  HTTP_BAD_RESPONSE: {
    message: 'La réponse du service est abîmée ou n’est pas du HTTP valide',
    help: 'Vérifiez que l’URL est celle d’un service HTTP ; si oui, réessayez.',
  },
  HTTP_CLOSED: {
    message: 'La requête n’a pas été faite : ce serveur s’arrête',
    help: 'Il n’y a rien à faire : elle est refaite ailleurs, ou après le redémarrage.',
  },
  HTTP_INVALID_HEADER: {
    message: 'Un en-tête de la requête ne peut pas être envoyé',
    help: 'Corrigez-le ou retirez-le. Les retours à la ligne sont interdits ; Host, Content-Length, Transfer-Encoding et Connection sont remplis d’office.',
  },
  HTTP_INVALID_HOST_RULE: {
    message: 'Une règle d’hôtes est illisible',
    help: 'Écrivez un nom d’hôte, *.domaine, une adresse IP (avec :port au besoin) ou une plage CIDR comme 10.0.0.0/8.',
  },
  HTTP_INVALID_REQUEST: {
    message: 'La requête ne peut pas être envoyée telle quelle',
    help: 'Corrigez le réglage que le message nomme.',
  },
  HTTP_INVALID_URL: {
    message: 'Cette URL ne peut pas être appelée',
    help: 'Donnez une URL http:// ou https:// complète, sans nom d’utilisateur ni mot de passe.',
  },
  HTTP_REDIRECT: {
    message: 'La redirection donnée par le service n’a pas été suivie',
    help: 'Appelez directement l’URL finale, ou changez la façon dont l’étape traite les redirections.',
  },
  HTTP_UNEXPECTED: {
    message: 'La requête a échoué d’une façon inconnue',
    help: 'C’est un défaut de Navette. Signalez la raison ci-dessous et le genre de service appelé.',
  },
  HTTP_REQUEST_BODY_NOT_JSON: {
    message: 'Le corps à envoyer est un texte qui n’est pas du JSON valide',
    help: 'Donnez un objet, une liste, ou un texte JSON complet. Une valeur s’y insère avec {{ JSON.stringify($json.champ) }}.',
  },
  HTTP_REQUEST_NO_LIST: {
    message: 'La réponse n’a rien à l’endroit demandé',
    help: 'Regardez la réponse avec un chemin vide pour voir où sont ses éléments.',
  },
  HTTP_REQUEST_PAGES_TOO_LARGE: {
    message: 'Les pages sont trop volumineuses toutes ensemble',
    help: 'Demandez moins de pages ou de plus petites, ou parcourez-les dans une boucle.',
  },
  HTTP_REQUEST_PAGINATION: {
    message: 'Les pages ne peuvent pas être suivies',
    help: 'Regardez une réponse sans pagination, puis corrigez les réglages de pagination de cette étape.',
  },
};
