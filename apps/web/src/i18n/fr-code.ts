/** Le code des nœuds : ses erreurs, ses lignes, sa console, ses règles. */
import type { enCode } from './en-code.ts';

export const frCode = {
  'code.all': 'Tout montrer ({count})',
  'code.copy': 'Copier le code',
  'code.cut': 'Lignes {first} à {last} sur {total}',
  'code.errors':
    'Le brouillon enregistré a {count} erreur dans son code et ne peut pas être publié|Le brouillon enregistré a {count} erreurs dans son code et ne peut pas être publié',
  'code.fewer': 'En montrer moins',
  'code.notPublished': 'Pas de publication : le code a des erreurs',
  'code.notPublishedHelp': 'Elles sont listées plus haut. Corrigez-les, enregistrez, puis publiez.',
  'code.warnings': 'Du code n’a pas pu être vérifié',
  'logs.filter': 'Filtrer les lignes',
  'logs.follow': 'Aller à la dernière ligne',
  'logs.noMatch': 'Aucune ligne ne correspond.',
  'logs.shown': '{count} ligne sur {total}|{count} lignes sur {total}',
  'logs.troubles': 'Avertissements et erreurs seulement',
  'step.code': 'Code source',
  'step.failedCall': 'Dans l’appel',
} as const satisfies Record<keyof typeof enCode, string>;
