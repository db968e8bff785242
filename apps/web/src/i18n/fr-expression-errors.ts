import type { ErrorWords } from './error-words.ts';

/** Expressions. */
export const frenchExpressionErrors: Record<string, ErrorWords> = {
  EXPRESSION_SYNTAX: {
    message: 'L’expression est illisible',
    help: 'Corrigez le texte à l’endroit indiqué.',
  },
  EXPRESSION_UNKNOWN_NAME: {
    message: 'L’expression utilise un nom inconnu',
    help: "Les données de l’élément se lisent avec $json.champ, les autres étapes avec $('Nom de l’étape').",
  },
  EXPRESSION_UNKNOWN_METHOD: {
    message: 'L’expression appelle une méthode que cette valeur n’a pas',
    help: 'Vérifiez l’orthographe et le type de la valeur.',
  },
  EXPRESSION_TYPE: {
    message: 'L’expression ne convient pas à ses données',
    help: 'Si une valeur peut manquer, écrivez ?. avant la méthode ou donnez une valeur avec ??.',
  },
  EXPRESSION_NODE_UNKNOWN: {
    message: 'L’expression cite un nœud absent de ce workflow',
    help: 'Vérifiez l’orthographe du nom ; renommer un nœud change la façon de le citer.',
  },
  EXPRESSION_NODE_NOT_EXECUTED: {
    message: 'L’expression lit un nœud qui n’a pas été exécuté',
    help: 'Reliez-le pour qu’il passe avant.',
  },
  EXPRESSION_ARGUMENT: {
    message: 'Une fonction de l’expression a reçu une valeur qui ne convient pas',
    help: 'Voyez cette fonction dans le guide des expressions, et ce qui lui est donné.',
  },
  EXPRESSION_BUDGET: {
    message: 'L’expression a dépassé sa limite et a été arrêtée',
    help: 'Faites le gros du travail dans une étape, ou partagez les données pour que chaque expression en traite moins.',
  },
  EXPRESSION_DENIED: {
    message: 'L’expression cite un nom interdit par sécurité',
    help: 'Les expressions n’atteignent que les données et les fonctions listées. Retirez ce nom.',
  },
  EXPRESSION_ENV_DENIED: {
    message: 'Les expressions ne lisent pas les variables d’environnement ($env)',
    help: 'Utilisez une variable du projet ($vars.nom) pour un réglage, un identifiant pour un secret.',
  },
  EXPRESSION_FUNCTION_RESULT: {
    message: 'L’expression donne une fonction et non une valeur',
    help: 'Appelez-la : ajoutez () avec, entre les parenthèses, ce qu’il lui faut.',
  },
  EXPRESSION_NO_ITEM: {
    message: 'L’expression lit l’élément courant, et il n’y en a pas',
    help: 'L’étape n’a reçu aucun élément. Prenez $input.all(), qui peut être vide, ou activez « continuer sans élément » en amont.',
  },
  EXPRESSION_READ_ONLY: {
    message: 'L’expression essaie de changer des données en lecture seule',
    help: 'Faites d’abord une copie : {...valeur} pour un objet, [...valeur] pour une liste.',
  },
  EXPRESSION_THROWN: {
    message: 'L’expression s’est terminée par throw',
    help: 'Attrapez l’erreur dans l’expression, ou corrigez la condition qui y mène.',
  },
  EXPRESSION_UNSUPPORTED: {
    message: 'L’expression utilise ce qui n’existe pas ici',
    help: 'Le message ci-dessous nomme ce que c’est ; le guide des expressions dit ce qui existe.',
  },
};
