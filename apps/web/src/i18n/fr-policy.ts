import type { enPolicy } from './en-policy.ts';

export const frPolicy: Readonly<Record<keyof typeof enPolicy, string>> = {
  'policy.atMost': 'Au plus {facts}.',
  'policy.broken': 'Inutilisable : le code qu’il concerne est refusé',
  'policy.brokenShort': 'Inutilisable',
  'policy.cpu': '{value} de calcul',
  'policy.files': 'Fichiers de règles',
  'policy.folder': 'Le dossier des règles est illisible. Ce qui avait été lu reste valable.',
  'policy.holds': 'Le code qui ne demande rien dispose de {facts}.',
  'policy.hosts': 'hôtes {names}',
  'policy.inForce': 'En vigueur',
  'policy.kept': 'Contient une erreur : ce qu’il disait avant reste valable',
  'policy.keptShort': 'Contient une erreur',
  'policy.kindDefault': 'Pour tout le serveur',
  'policy.kindNamed': 'Pour qui les choisit',
  'policy.kindProject': 'Pour ce projet',
  'policy.memory': '{value} Mio de mémoire',
  'policy.nodeTypes': 'types de nœuds {names}',
  'policy.noFiles': 'Il n’y a pas de fichier : les règles livrées avec Navette s’appliquent.',
  'policy.noNetwork': 'aucun réseau',
  'policy.refused': 'Aucun code ne s’exécute dans ce projet tant que ce n’est pas corrigé.',
  'policy.text':
    'Ce que les nœuds Code et les programmes peuvent utiliser et joindre. Des fichiers du serveur le disent ; rien ici ne les change.',
  'policy.title': 'Règles du code',
  'policy.unknown': 'Ce serveur n’a pas de règles de ce nom : le code qui les choisit est refusé.',
  'policy.wall': '{value} de temps',
};
