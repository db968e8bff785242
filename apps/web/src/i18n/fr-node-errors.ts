import { codeErrorMessages } from '../code/code-place.ts';
import type { ErrorWords } from './error-words.ts';

/** What single node types say. */
export const frenchNodeErrors: Record<string, ErrorWords> = {
  NODE_STOPPED: {
    help: 'Le workflow s’est arrêté ici exprès, par un nœud « Arrêter avec une erreur ».',
  },
  CODE_RESULT_INVALID: {
    message: 'Le code a rendu quelque chose qui n’est pas un élément',
    help: 'Rendez une liste d’objets, ou un objet par élément si le code s’exécute une fois par élément.',
  },
  CODE_ITEM_FAILED: {
    from: codeErrorMessages.CODE_ITEM_FAILED,
    message: 'Le code a échoué sur l’élément {item}, ligne {line} : {detail}',
    help: 'Le message est celui du code. Voyez cet élément et cette ligne.',
  },
  CODE_IMPORT_UNKNOWN: {
    from: codeErrorMessages.CODE_IMPORT_UNKNOWN,
    message: 'Le code importe « {module} », ce qui ne lui est pas permis, ligne {line}',
    help: 'La documentation du nœud dit ce qui peut être importé. Le réseau passe par http(…), si l’étape nomme ses hôtes.',
  },
  CODE_IMPORT_FORM: {
    message: 'Le code est le corps d’une fonction : cette forme d’import ou d’export n’y a pas sa place',
    help: 'Rendez les éléments avec return. Les imports se placent en tête, une instruction après l’autre.',
  },
  CODE_FILE_UNKNOWN: {
    message: 'Un fichier rendu n’est ni parmi ceux que le code a reçus, ni parmi ceux qu’il a écrits',
    help: 'Transmettez les fichiers de $binary tels quels, ou écrivez-en avec $files.write.',
  },
  CSV_UNREADABLE: {
    message: 'Le CSV est illisible',
    help: 'Vérifiez le séparateur et les guillemets. « Tolérant » accepte les écarts.',
  },
  CSV_ROW_LENGTH: {
    message: 'Une ligne du CSV n’a pas le bon nombre de cellules',
    help: 'Vérifiez le séparateur et cette ligne, ou activez « Tolérant ».',
  },
  JSON_FILE_UNREADABLE: { message: 'Ce n’est pas du JSON valide', help: 'Vérifiez le contenu du fichier.' },
  NODE_DATE_INVALID: {
    message: 'Une valeur n’est pas une date lisible',
    help: 'Voyez la valeur de cet élément, ou donnez le modèle de date.',
  },
  NODE_CONDITION_TYPE: {
    message: 'Une condition a reçu une valeur d’un autre type',
    help: 'Choisissez le type qui convient, convertissez la valeur avant, ou passez la vérification en souple.',
  },
  NODE_FIELD_TYPE: {
    message: 'Un champ n’a pas pu être converti',
    help: 'Changez la valeur ou le type du champ, ou ignorez les erreurs de conversion.',
  },
  NODE_SUMMARIZE_NUMBER: {
    message: 'Un calcul demande des nombres et le champ n’en est pas un',
    help: 'Convertissez le champ avant, ou ignorez les valeurs qui ne sont pas des nombres.',
  },
  NODE_CONDITION_PATTERN: {
    message: 'L’expression régulière d’une condition est inutilisable',
    help: 'Écrivez-la nue (^A\\d+$) ou entre barres obliques avec ses options (/^a\\d+$/i).',
  },
  NODE_DATE_RANGE: {
    message: 'Le résultat sort des dates calculables',
    help: 'Prenez une quantité plus petite : les années vont de -271821 à 275760.',
  },
  NODE_FIELD_JSON: {
    message: 'Le JSON n’est pas un objet',
    help: 'Écrivez un seul objet JSON. Une valeur s’y insère avec {{ JSON.stringify($json.champ) }}, qui protège les guillemets.',
  },
  NODE_MERGE_TOO_LARGE: {
    message: 'La fusion donnerait trop d’éléments',
    help: 'Filtrez les entrées avant, rapprochez sur des champs plus précis, ne gardez que la première correspondance, ou relevez la limite.',
  },
  NODE_SWITCH_INDEX: {
    message: 'L’aiguillage n’a pas de sortie de ce numéro',
    help: 'Corrigez l’expression du numéro, ajoutez des sorties, ou activez la sortie de secours.',
  },
};
