import type { ErrorWords } from './error-words.ts';

/** Signals, approvals, links. */
export const frenchWaitErrors: Record<string, ErrorWords> = {
  SIGNAL_EXECUTION_ENDED: {
    message: 'Le signal arrive trop tard : l’exécution est terminée',
    help: 'Plus rien ne l’attend. Pour refaire le travail, relancez l’exécution ou exécutez de nouveau le workflow.',
  },
  SIGNAL_TOO_MANY: {
    message: 'Trop de signaux attendent déjà d’être pris',
    help: 'Laissez l’exécution prendre ceux qui sont là, ou vérifiez qu’une étape attend ce nom.',
  },
  SIGNAL_WORKFLOW_NOT_FOUND: {
    message: 'Le workflow auquel envoyer le signal n’existe pas',
    help: 'Il a peut-être été supprimé, ou appartient à un autre projet.',
  },
  WAIT_TIMED_OUT: {
    message: 'Ce que l’étape attendait n’est pas arrivé à temps',
    help: 'Augmentez la limite de temps du nœud, ou laissez-le continuer par le port prévu pour ce cas.',
  },
  LINK_NO_STEP: {
    message: 'L’étape demande un lien, mais ne mène à aucune étape qui attend',
    help: 'Reliez-la à une telle étape, ou nommez le nœud en dernier argument.',
  },
  LINK_NO_PERSON: {
    message: 'Un lien vers une approbation est établi au nom d’une adresse e-mail',
    help: 'Donnez l’adresse d’une des personnes qui peuvent décider.',
  },
  LINK_NOT_FOUND: {
    message: 'Il n’y a rien à décider avec ce lien',
    help: 'Ouvrez le lien tel que vous l’avez reçu, entier et inchangé. Si vous venez de le recevoir, réessayez dans une minute.',
  },
  LINK_EXPIRED: { message: 'Le lien a expiré', help: 'Demandez-en un autre à qui l’a envoyé.' },
  APPROVAL_NOT_FOUND: {
    message: 'Cette approbation n’existe pas',
    help: 'Elle a peut-être été supprimée avec son exécution, ou appartient à un autre projet.',
  },
  APPROVAL_FORBIDDEN: {
    message: 'Vous ne faites pas partie de ceux qui peuvent en décider',
    help: 'L’approbation dit qui peut décider. D’autres s’y ajoutent parfois quand personne ne décide.',
  },
  APPROVAL_DECIDED: {
    message: 'Quelqu’un a déjà décidé',
    help: 'La première décision compte. Ouvrez l’exécution pour voir la suite.',
  },
  APPROVAL_EXPIRED: {
    message: 'Le temps pour décider est écoulé',
    help: 'Ouvrez l’exécution pour voir la suite. Pour redemander, relancez-la ou exécutez de nouveau le workflow.',
  },
  APPROVAL_CLOSED: {
    message: 'L’exécution qui demandait est terminée : il n’y a plus rien à décider',
    help: 'Ouvrez l’exécution pour voir pourquoi.',
  },
  RESUME_NOT_FOUND: {
    message: 'Il n’y a rien à reprendre à cette adresse',
    help: 'Utilisez l’adresse telle que le workflow l’a donnée.',
  },
  RESUME_EXPIRED: { message: 'L’adresse a expiré', help: 'Demandez-en une autre à qui l’a envoyée.' },
  RESUME_USED: {
    message: 'L’adresse a déjà servi, ou son temps est écoulé',
    help: 'Elle vaut pour une seule requête ; le workflow a déjà continué.',
  },
  RESUME_ENDED: {
    message: 'L’exécution qui attendait à cette adresse est terminée',
    help: 'Adressez-vous à qui l’a envoyée.',
  },
};
