import { codeErrorMessages } from '../code/code-place.ts';
import type { ErrorWords } from './error-words.ts';
import { sayLimitPart } from './fr-limit-places.ts';

/** Code that people and models write. */
export const frenchSandboxErrors: Record<string, ErrorWords> = {
  SANDBOX_WALL_LIMIT: {
    from: 'The code was stopped after {used} ms; it may take {allowed} ms ({limit} of {place})',
    message: 'Le code a été arrêté après {used} ms ; il peut durer {allowed} ms ({limit} de {place})',
    helpFrom: '{where}; or make the code do less.',
    help: '{where} ; ou allégez le code.',
    say: sayLimitPart,
  },
  SANDBOX_CPU_LIMIT: {
    from: 'The code was stopped after {used} ms of computing; it may use {allowed} ms ({limit} of {place})',
    message:
      'Le code a été arrêté après {used} ms de calcul ; il a droit à {allowed} ms ({limit} de {place})',
    helpFrom: '{where}; or make the code do less.',
    help: '{where} ; ou allégez le code.',
    say: sayLimitPart,
  },
  SANDBOX_MEMORY_LIMIT: {
    from: 'The code needs more memory than its {allowed} bytes ({limit} of {place}); it was stopped at {used}',
    message:
      'Le code demande plus de mémoire que ses {allowed} octets ({limit} de {place}) ; il a été arrêté à {used}',
    helpFrom: '{where}; or make the code do less.',
    help: '{where} ; ou traitez moins de données à la fois.',
    say: sayLimitPart,
  },
  SANDBOX_STACK_LIMIT: {
    from: 'The code calls functions too deeply for its stack of {allowed} bytes ({limit} of {place})',
    message:
      'Le code empile trop d’appels de fonctions pour sa pile de {allowed} octets ({limit} de {place})',
    helpFrom: 'Look for a recursion without an end, or write it as a loop. {where} if it has to be so deep.',
    help: 'Cherchez une récursion sans fin, ou écrivez-la comme une boucle. {where} s’il faut une telle profondeur.',
    say: sayLimitPart,
  },
  SANDBOX_INPUT_LIMIT: {
    from: '{what} has {used} bytes; {allowed} are allowed ({limit} of {place})',
    message: '{what} compte {used} octets ; {allowed} sont permis ({limit} de {place})',
    helpFrom: '{where}; or {less}.',
    help: '{where} ; ou {less}.',
    say: sayLimitPart,
  },
  SANDBOX_OUTPUT_LIMIT: {
    from: 'The result of the code has {used} bytes; {allowed} are allowed ({limit} of {place})',
    message: 'Le résultat du code compte {used} octets ; {allowed} sont permis ({limit} de {place})',
    helpFrom: '{where}; or make the code do less.',
    help: '{where} ; ou renvoyez moins de données.',
    say: sayLimitPart,
  },
  SANDBOX_CONSOLE_LIMIT: {
    from: 'The code wrote {used} {unit} to the console; {allowed} are allowed ({limit} of {place})',
    message: 'Le code a écrit {used} {unit} dans la console ; {allowed} sont permis ({limit} de {place})',
    helpFrom: '{where}; or write less to the console.',
    help: '{where} ; ou écrivez moins dans la console.',
    say: sayLimitPart,
  },
  SANDBOX_CALL_LIMIT: {
    from: 'The code came to {used} {unit}; {allowed} are allowed ({limit} of {place})',
    message: 'Le code en est à {used} {unit} ; {allowed} sont permis ({limit} de {place})',
    helpFrom: '{where}; or make the code do less.',
    help: '{where} ; ou appelez moins.',
    say: sayLimitPart,
  },
  SANDBOX_PROCESS_LIMIT: {
    from: 'The code started {used} processes; {allowed} are allowed ({limit} of {place})',
    message: 'Le code a lancé {used} processus ; {allowed} sont permis ({limit} de {place})',
    help: 'Le code tient dans un seul processus. Utilisez une fonction de l’hôte pour ce que ferait un autre programme.',
    say: sayLimitPart,
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
