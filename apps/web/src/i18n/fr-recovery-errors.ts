import type { ErrorWords } from './error-words.ts';

/** Reruns, forks, replays, compensation, and what can no longer be built on. */
export const frenchRecoveryErrors: Record<string, ErrorWords> = {
  STEP_UNKNOWN: {
    message: 'Il n’y a pas de telle étape d’où partir',
    help: 'Prenez une étape de cette exécution ; dans une autre version, le nœud doit exister aussi.',
  },
  EVENT_UNKNOWN: {
    message: 'L’exécution n’a pas d’événement de ce numéro',
    help: 'Prenez un identifiant parmi les événements de l’exécution, ou n’en donnez aucun pour repartir de sa fin.',
  },
  EXECUTION_NOT_FINISHED: {
    message: 'Seule une exécution terminée peut servir de départ',
    help: 'Attendez qu’elle se termine, ou annulez-la.',
  },
  EXECUTION_DATA_GONE: {
    message: 'Les données de l’exécution ont été supprimées : rien ne peut en repartir',
    help: 'Exécutez de nouveau le workflow. La durée de conservation est un réglage du serveur et du workflow.',
  },
  EXECUTION_DATA_DELETED: {
    message: 'Les données de cette exécution ont été supprimées, comme le demande son workflow',
    help: 'Il reste son état et ses dates. Pour garder plus longtemps, changez ce que le workflow conserve, ou la conservation du serveur.',
  },
  EXECUTION_COMPENSATING: {
    message: 'La compensation n’a pas réussi : on ne sait pas lesquelles de ses étapes sont défaites',
    help: 'Attendez la compensation, ou reprenez-la jusqu’à ce qu’elle réussisse ; puis recommencez.',
  },
  EXECUTION_POISONED: {
    message:
      'Son serveur s’est arrêté plusieurs fois de suite pendant qu’elle travaillait, sans aucun progrès',
    help: 'Une de ses étapes met sans doute fin au processus (mémoire, panne de code natif). Voyez les journaux, corrigez l’étape, puis reprenez ou relancez l’exécution.',
  },
  COMPENSATION_INCOMPLETE: {
    message: 'Des étapes de compensation ont échoué',
    help: 'Corrigez la cause, puis reprenez la compensation : elle refait les étapes en échec.',
  },
  COMPENSATION_RETRY_ONLY: {
    message: 'Une compensation défait une seule exécution : elle peut être reprise, rien d’autre n’en part',
    help: 'Reprenez-la, ou partez de l’exécution qu’elle défait.',
  },
  PAYLOAD_DAMAGED: {
    message: 'Une grosse valeur de l’exécution ne correspond plus à son empreinte',
    help: 'Le disque de la base l’a abîmée. Restaurez la base depuis une sauvegarde.',
  },
  PAYLOAD_LOST: {
    message: 'Une grosse valeur de l’exécution manque dans la base',
    help: 'Restaurez la base depuis une sauvegarde qui la contient.',
  },
  REPLAY_BUSY: {
    message: 'Ce serveur mène déjà autant de rejeux qu’il peut à la fois',
    help: 'Attendez la fin de l’un d’eux, ou arrêtez-en un.',
  },
  REPLAY_CLOSED: {
    message: 'Une étape a demandé ce qu’un rejeu ne donne pas',
    help: 'Seuls les nœuds qui agissent le peuvent, et le rejeu y répond par l’enregistrement.',
  },
  REPLAY_EMPTY: {
    message: 'Il n’y a aucune exécution à rejouer',
    help: 'Exécutez d’abord le workflow : un rejeu part d’exécutions terminées dont les données sont conservées.',
  },
  REPLAY_NOT_FOUND: {
    message: 'Ce rejeu n’existe pas',
    help: 'Voyez les rejeux du workflow ; les 20 derniers sont gardés.',
  },
  REPLAY_NO_RECORDING: {
    message: 'L’enregistrement n’a pas de réponse pour cette action',
    help: 'Un rejeu n’agit pas. Exécutez le workflow pour voir ce qu’une nouvelle donne.',
  },
  REPLAY_TOO_LARGE: {
    message: 'Les données de l’exécution sont plus grandes que ce qu’un rejeu lit',
    help: 'Rejouez des exécutions qui ont moins de données, ou réexécutez celle-ci à partir d’une étape.',
  },
  REPLAY_TOO_LONG: {
    message: 'Le rejeu a été arrêté à sa limite',
    help: 'Cette version tourne peut-être en rond, ou l’exécution est trop grande pour être rejouée.',
  },
};
