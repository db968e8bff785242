import { codeErrorMessages } from '../code/code-place.ts';
import type { ErrorWords } from './error-words.ts';

/** Coded workflows. */
export const frenchProgramErrors: Record<string, ErrorWords> = {
  PROGRAMS_UNAVAILABLE: {
    message: 'Ce serveur ne peut pas exécuter de programmes',
    help: 'Voyez l’état de santé du serveur : il dit pourquoi le bac à sable manque ici.',
  },
  PROGRAM_CALL_INVALID: {
    from: 'The call "{call}" cannot be made: {reason}',
    message: 'L’appel « {call} » ne peut pas être fait : {reason}',
    help: 'La liste des nœuds dit ce qui peut être appelé, et avec quels paramètres.',
  },
  PROGRAM_CALL_INPUT: {
    message: 'L’appel reçoit son entrée du programme',
    help: 'Relancez depuis l’appel sans autre entrée, ou depuis l’étape du programme avec une autre.',
  },
  PROGRAM_CALL_REFUSED: {
    message: 'Un programme ne peut pas appeler ce nœud',
    help: 'Écrivez-le dans le langage : une boucle, une condition, ctx.all, items.filter ou ctx.signal.',
  },
  PROGRAM_CHANGED: {
    message: 'Le programme n’a pas refait ce qu’il avait fait',
    help: 'Un programme doit suivre chaque fois le même cours : prenez le temps et le hasard dans ctx, et ne lisez rien qui change sinon par un appel.',
  },
  PROGRAM_IMPORT_FORBIDDEN: {
    from: codeErrorMessages.PROGRAM_IMPORT_FORBIDDEN,
    message: 'Le programme importe « {module} », et un programme ne peut rien importer, ligne {line}',
    help: 'Collez ce qu’il vous faut dans le programme, ou appelez un nœud avec ctx.',
  },
  PROGRAM_STUCK: {
    message:
      'Le programme attend quelque chose qui ne viendra jamais : il n’a aucun appel ouvert et n’est pas fini',
    help: 'N’attendez que des appels de ctx ; une promesse que rien ne résout ne mène nulle part.',
  },
  PROGRAM_CALLS_EXHAUSTED: {
    message: 'Le programme ne peut pas faire plus d’appels',
    help: 'Confiez des parties du travail à des workflows enfants, qui ont chacun leurs propres appels.',
  },
};
