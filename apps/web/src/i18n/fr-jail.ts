/** Ce qui enferme le code, et son absence. */
import type { enJail } from './en-jail.ts';

export const frJail = {
  'jail.engines': 'Ce qui exécute le code',
  'jail.enginesText': 'Les moteurs des nœuds Code et des programmes sur ce serveur, et ce qui les retient.',
  'jail.line':
    'Ce code tourne sans enfermement : bubblewrap ne fonctionne pas sur cette machine, et son exploitant l’autorise (NAVETTE_CODE_ALLOW_WITHOUT_JAIL).',
  'jail.more': 'En savoir plus :',
  'jail.node': 'Ce serveur exécute le code sans l’enfermer',
  'jail.nodes':
    '{count} nœud exécute du code sans l’enfermer|{count} nœuds exécutent du code sans l’enfermer',
  'jail.notNeeded': 'S’en passe',
  'jail.server': 'Ici, du code tourne sans être enfermé',
  'jail.step': 'Le code de cette étape tourne sans être enfermé',
  'jail.text':
    'bubblewrap ne fonctionne pas sur cette machine, et son exploitant l’autorise (NAVETTE_CODE_ALLOW_WITHOUT_JAIL). Les limites tiennent toujours, mais un code qui les franchit atteint ce que le serveur atteint : fichiers, secrets, réseau. N’exécutez que du code auquel vous vous fiez comme au serveur.',
  'jail.unavailable': 'Indisponible',
  'jail.with': 'Enfermé',
  'jail.without': 'Sans enfermement',
} as const satisfies Record<keyof typeof enJail, string>;
