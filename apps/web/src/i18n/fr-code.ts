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
} as const satisfies Record<keyof typeof enCode, string>;
