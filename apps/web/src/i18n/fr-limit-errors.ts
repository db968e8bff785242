import type { ErrorWords } from './error-words.ts';

/** Limits, and a queue that is full. */
export const frenchLimitErrors: Record<string, ErrorWords> = {
  WORKFLOW_LIMIT_KEY: {
    message: 'La clé d’une limite du workflow ne peut pas être calculée pour cette entrée',
    help: 'Envoyez ce que l’expression demande, ou faites-lui donner une valeur quand il manque.',
  },
  EXECUTION_SKIPPED: {
    message: 'Non démarrée : la limite du workflow est déjà atteinte',
    help: 'Le réglage « skip » le veut ainsi ; avec « queue », elle aurait attendu son tour.',
  },
  EXECUTION_REPLACED: {
    message: 'Une exécution plus récente a pris sa place',
    help: 'Le réglage « cancel-oldest » du workflow le veut ainsi. La plus récente est dans la liste des exécutions.',
  },
  QUEUE_FULL_PROJECT: {
    message: 'La file de ce projet est pleine',
    help: 'Réessayez quand une partie aura été traitée, ou envoyez-en moins à la fois.',
  },
  QUEUE_FULL_INSTANCE: {
    message: 'La file du serveur est pleine',
    help: 'Réessayez quand une partie aura été traitée. Davantage de workers la traitent plus vite.',
  },
};
