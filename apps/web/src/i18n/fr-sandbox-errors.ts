import { codeErrorMessages } from '../code/code-place.ts';
import type { ErrorWords } from './error-words.ts';

/** Code that people and models write. */
export const frenchSandboxErrors: Record<string, ErrorWords> = {
  SANDBOX_WALL_LIMIT: {
    message: 'Le code a été arrêté : il a dépassé sa durée maximale',
    help: 'Augmentez wallMs à l’endroit indiqué, ou allégez le code.',
  },
  SANDBOX_CPU_LIMIT: {
    message: 'Le code a été arrêté : il a dépassé son temps de calcul',
    help: 'Augmentez cpuMs à l’endroit indiqué, ou allégez le code.',
  },
  SANDBOX_MEMORY_LIMIT: {
    message: 'Le code demande plus de mémoire qu’il n’en a le droit',
    help: 'Augmentez memoryBytes à l’endroit indiqué, ou traitez moins de données à la fois.',
  },
  SANDBOX_STACK_LIMIT: {
    message: 'Le code empile trop d’appels de fonctions',
    help: 'Cherchez une récursion sans fin, ou écrivez-la comme une boucle.',
  },
  SANDBOX_INPUT_LIMIT: {
    message: 'Ce que le code a reçu est trop grand',
    help: 'Donnez à l’étape moins d’éléments, ou de plus petits, par exemple par lots.',
  },
  SANDBOX_OUTPUT_LIMIT: {
    message: 'Le résultat du code est trop grand',
    help: 'Augmentez outputBytes à l’endroit indiqué, ou renvoyez moins de données.',
  },
  SANDBOX_CONSOLE_LIMIT: {
    message: 'Le code a trop écrit dans la console',
    help: 'Écrivez moins, ou augmentez consoleLines ou consoleBytes à l’endroit indiqué.',
  },
  SANDBOX_CALL_LIMIT: {
    message: 'Le code appelle trop de fonctions de l’hôte, ou avec trop de données',
    help: 'Augmentez la limite nommée à l’endroit indiqué, ou appelez moins.',
  },
  SANDBOX_PROCESS_LIMIT: {
    message: 'Le code a lancé des processus, ce qui ne lui est pas permis',
    help: 'Le code tient dans un seul processus. Utilisez une fonction de l’hôte pour ce que ferait un autre programme.',
  },
  SANDBOX_SYNTAX: {
    from: codeErrorMessages.SANDBOX_SYNTAX,
    message: 'Le code ne peut pas être lu, ligne {line}, colonne {column} : {detail}',
    help: 'Corrigez-le à cet endroit.',
  },
  SANDBOX_IMPORT_FORBIDDEN: {
    from: codeErrorMessages.SANDBOX_IMPORT_FORBIDDEN,
    message: 'Le code importe « {module} », ce qui ne lui est pas permis, ligne {line}',
    help: 'Les fichiers, les processus et le réseau passent par les fonctions de l’hôte.',
  },
  SANDBOX_CODE_THREW: {
    from: codeErrorMessages.SANDBOX_CODE_THREW,
    message: 'Le code a échoué, ligne {line} : {detail}',
    help: 'Le message vient du code. Corrigez le code, ou ce qu’il a reçu.',
  },
  SANDBOX_PROGRAM_CHANGED: {
    message: 'Le programme n’a pas refait ce qu’il avait fait',
    help: 'Un programme doit suivre chaque fois le même cours : il ne peut dépendre que de son entrée et des réponses à ses appels.',
  },
  SANDBOX_CALL_MALFORMED: {
    message: 'Le programme a remis un appel qui n’en a pas la forme',
    help: 'Faites les appels avec les fonctions de ctx : un type de nœud en texte, des paramètres et des éléments en objets simples.',
  },
  SANDBOX_CODE_STALLED: {
    message: 'Le code attend quelque chose que rien ne résoudra',
    help: 'Il attend une promesse qu’aucun appel à l’hôte ni aucune minuterie ne va résoudre. Cherchez un resolve jamais appelé.',
  },
  SANDBOX_RESULT_INVALID: {
    message: 'Le résultat du code n’est pas du JSON',
    help: 'Renvoyez des valeurs simples : textes, nombres, true, false, null, listes et objets de celles-ci, sans cycles.',
  },
  SANDBOX_LANGUAGE_UNKNOWN: {
    message: 'Ce moteur n’exécute pas ce langage',
    help: 'Choisissez un autre moteur ou un autre langage.',
  },
  SANDBOX_UNAVAILABLE: {
    message: 'Ce moteur de code ne peut pas fonctionner ici',
    help: 'Choisissez un autre moteur, ou demandez à qui gère le serveur d’installer ce qui manque.',
  },
  SANDBOX_BUSY: {
    message: 'Tous les processus de ce moteur de code sont occupés',
    help: 'Réessayez plus tard, ou augmentez leur nombre.',
  },
  SANDBOX_CLOSED: {
    message: 'Le moteur de code est en train de s’arrêter',
    help: 'Réessayez quand le serveur aura redémarré.',
  },
  SANDBOX_RUNNER_LOST: {
    message: 'Le processus qui exécutait le code s’est arrêté de façon inattendue',
    help: 'Réessayez. Si cela se reproduit, le code demande sans doute plus de mémoire que la machine n’en a.',
  },
  SANDBOX_HTTP_INVALID: {
    from: 'What the code gave to http cannot be sent: {detail}',
    message: 'Ce que le code a donné à http ne peut pas être envoyé : {detail}',
    help: 'Appelez http avec une adresse, ou avec { method, url, headers, body, timeoutMs, redirect }.',
  },
  SANDBOX_PROTOCOL: {
    message: 'Le processus qui exécutait le code a envoyé ce qui n’est pas permis, et a été arrêté',
    help: 'Le code a peut-être essayé de sortir de son bac à sable. Relisez-le avant de le relancer.',
  },
};
