import type { ErrorWords } from './error-words.ts';

/** What policies of code refuse. The server's own words, which follow, name the file and the field. */
export const frenchPolicyErrors: Record<string, ErrorWords> = {
  POLICY_HOST_REFUSED: {
    message: 'Le code ne peut pas appeler cet hôte : une règle s’y oppose',
    help: 'S’il doit être appelé, ajoutez-le à l’endroit indiqué. Le code joint un hôte si son étape le nomme et si toutes les règles autour d’elle le permettent.',
  },
  POLICY_NODE_TYPE_REFUSED: {
    message: 'Les programmes ne peuvent pas appeler ce type de nœud ici : une règle s’y oppose',
    help: 'Faites-le avec un type de nœud permis, ou demandez à l’exploitant du serveur d’ajouter celui-ci à l’endroit indiqué.',
  },
  POLICY_UNKNOWN: {
    message: 'Les règles choisies n’existent pas sur ce serveur',
    help: 'Choisissez-en d’autres, ou demandez à l’exploitant du serveur de les ajouter au dossier « policies/named ».',
  },
  POLICY_BROKEN: {
    message: 'Le code n’est pas exécuté : un fichier de règles est inutilisable',
    help: 'L’exploitant du serveur doit corriger ce fichier ; « navette policies check » dit ce qui ne va pas. Il est relu sans redémarrage.',
  },
};
