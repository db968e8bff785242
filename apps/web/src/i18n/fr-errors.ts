import type { ErrorWords } from './error-words.ts';
import { frenchExpressionErrors } from './fr-expression-errors.ts';
import { frenchHttpErrors } from './fr-http-errors.ts';
import { frenchLimitErrors } from './fr-limit-errors.ts';
import { frenchNodeErrors } from './fr-node-errors.ts';
import { frenchPolicyErrors } from './fr-policy-errors.ts';
import { frenchProgramErrors } from './fr-program-errors.ts';
import { frenchRecoveryErrors } from './fr-recovery-errors.ts';
import { frenchSandboxErrors } from './fr-sandbox-errors.ts';
import { frenchStorageErrors } from './fr-storage-errors.ts';
import { frenchWaitErrors } from './fr-wait-errors.ts';

const access: Record<string, ErrorWords> = {
  METRICS_UNAUTHORIZED: {
    message: 'Les métriques demandent le jeton de métriques du serveur, ou la session de son propriétaire',
    help: 'Définissez NAVETTE_METRICS_TOKEN et envoyez-le dans l’en-tête Authorization.',
  },
  AUTH_INVALID: {
    message: 'La clé d’API est inconnue, expirée ou révoquée',
    help: 'Créez-en une autre dans les réglages du projet.',
  },
  AUTH_REQUIRED: { message: 'Il faut être connecté', help: 'Connectez-vous, puis recommencez.' },
  AUTH_FORBIDDEN: {
    message: 'Vous n’avez pas le droit nécessaire',
    help: 'Demandez à un propriétaire du projet un rôle qui le donne.',
  },
  AUTH_OWNER: {
    message: 'Cela touche le serveur entier : seul son propriétaire peut le faire',
    help: 'Connectez-vous avec le compte qui a installé le serveur, ou utilisez une clé d’API qu’il a créée.',
  },
  AUTH_ORIGIN: {
    message: 'La demande ne vient pas d’une page de ce serveur',
    help: 'Rechargez la page. Derrière un mandataire, réglez NAVETTE_PUBLIC_URL sur l’adresse vue par les navigateurs.',
  },
  SESSION_BAD_CREDENTIALS: {
    message: 'L’adresse e-mail ou le mot de passe est incorrect',
    help: 'Vérifiez les deux ; les majuscules comptent dans le mot de passe.',
  },
  SETUP_DONE: { message: 'Le compte propriétaire existe déjà', help: 'Connectez-vous avec ce compte.' },
  RATE_LIMITED: { message: 'Trop de tentatives', help: 'Attendez un peu, puis réessayez.' },
  PROJECT_NOT_FOUND: { message: 'Ce projet n’existe pas', help: 'Choisissez un de vos projets.' },
  API_KEY_NOT_FOUND: {
    message: 'Cette clé d’API n’existe pas',
    help: 'Elle a peut-être déjà été supprimée.',
  },
};

const requests: Record<string, ErrorWords> = {
  IDEMPOTENCY_ANSWER_SEALED: {
    message: 'C’est déjà fait, et la réponse ne peut plus être ouverte',
    help: 'Les clés du serveur ont changé depuis. Regardez dans la liste ce qui a été créé ; révoquez une clé d’API dont il vous manque le secret et créez-en une autre sous une nouvelle clé Idempotency-Key.',
  },
  IDEMPOTENCY_KEY_REUSED: {
    message: 'Cette clé Idempotency-Key a déjà servi pour une autre demande',
    help: 'Prenez une clé nouvelle pour chaque demande nouvelle, et la même seulement pour répéter la même.',
  },
  REQUEST_MEDIA_TYPE: {
    message: 'Cette opération ne prend pas ce type de contenu',
    help: 'Le message ci-dessous dit lequel elle attend.',
  },
  REQUEST_INVALID: {
    message: 'La demande n’a pas la forme attendue',
    help: 'Corrigez les champs indiqués ci-dessous.',
  },
  REQUEST_TOO_LARGE: {
    message: 'La demande est trop volumineuse',
    help: 'Envoyez moins de données à la fois.',
  },
  REQUEST_MALFORMED: { message: 'La demande est illisible', help: 'Réessayez ; vérifiez la connexion.' },
  ROUTE_NOT_FOUND: { message: 'Cette adresse n’existe pas sur le serveur' },
  STORE_CURSOR_INVALID: { message: 'Cette page de la liste n’existe plus', help: 'Rechargez la liste.' },
  SERVER_STARTING: { message: 'Le serveur démarre', help: 'Réessayez dans un instant.' },
  ENGINE_STOPPING: {
    message: 'Le serveur s’arrête et ne prend plus de travail',
    help: 'Réessayez dans un instant.',
  },
};

const workflows: Record<string, ErrorWords> = {
  WORKFLOW_NOT_FOUND: {
    message: 'Ce workflow n’existe pas',
    help: 'Il a peut-être été supprimé, ou appartient à un autre projet.',
  },
  WORKFLOW_VERSION_NOT_FOUND: { message: 'Cette version n’existe pas', help: 'Voyez la liste des versions.' },
  WORKFLOW_INVALID: {
    message: 'Le workflow ne peut pas s’exécuter tel quel',
    help: 'Corrigez les points indiqués ; chacun dit où il se trouve.',
  },
  WORKFLOW_CONFLICT: {
    message: 'Quelqu’un d’autre a enregistré ce workflow entre-temps',
    help: 'Chargez sa version, puis refaites votre modification.',
  },
  WORKFLOW_WEBHOOK_TAKEN: {
    message: 'Un autre workflow en ligne répond déjà à cette adresse',
    help: 'Changez le chemin ou la méthode du webhook, ou retirez l’autre workflow de la ligne.',
  },
  WORKFLOW_NOT_PUBLISHED: {
    message: 'Le workflow n’est pas publié',
    help: 'Publiez-le, ou exécutez son brouillon.',
  },
  WORKFLOW_NO_TRIGGER: {
    message: 'Le workflow n’a pas de déclencheur par lequel commencer',
    help: 'Ajoutez un nœud déclencheur.',
  },
  TRIGGER_INPUT_INVALID: {
    message: 'L’entrée ne correspond pas aux champs demandés par le déclencheur',
    help: 'Donnez les champs indiqués, avec le type voulu.',
  },
  NODE_NOT_FOUND: { message: 'Ce nœud n’est pas dans le brouillon du workflow' },
  TEMPLATE_NOT_FOUND: { message: 'Ce modèle n’existe pas' },
  NODE_TYPE_NOT_FOUND: { message: 'Ce type de nœud n’existe pas ici' },
  CREDENTIAL_INVALID: {
    message: 'L’identifiant n’a pas les champs de son type',
    help: 'Corrigez les champs indiqués.',
  },
  CREDENTIAL_UNKNOWN: {
    message: 'Cet identifiant n’existe pas',
    help: 'Il a peut-être été supprimé, ou appartient à un autre projet.',
  },
  CREDENTIAL_NOT_FOUND: {
    message: 'L’identifiant utilisé par ce nœud n’existe plus',
    help: 'Choisissez un autre identifiant dans le nœud.',
  },
  CREDENTIAL_WRONG_TYPE: {
    message: 'Ce nœud ne peut pas utiliser un identifiant de ce type',
    help: 'Choisissez un identifiant d’un type qui convient.',
  },
};

const executions: Record<string, ErrorWords> = {
  CODE_UNAVAILABLE: {
    from: 'Here "{node}" cannot run code',
    message: 'Ici, « {node} » ne peut pas exécuter de code',
    help: 'Lancez le workflow sur un serveur. Un rejeu ne recalcule des étapes que là où du code peut s’exécuter.',
  },
  EXECUTION_NOT_FOUND: {
    message: 'Cette exécution n’existe pas',
    help: 'Voyez la liste des exécutions ; les anciennes ont pu être supprimées.',
  },
  EXECUTION_FINISHED: {
    message: 'L’exécution est déjà terminée',
    help: 'Il n’y a plus rien à annuler. En échec ou annulée, elle peut être reprise.',
  },
  EXECUTION_NOT_RETRYABLE: {
    message: 'Seule une exécution en échec ou annulée peut être reprise',
    help: 'Attendez qu’elle se termine, ou relancez le workflow.',
  },
  EXECUTION_TIMEOUT: {
    message: 'L’exécution a dépassé la durée limite de son workflow',
    help: 'Augmentez la limite dans les réglages du workflow, ou cherchez l’étape lente dans la chronologie.',
  },
  EXECUTION_CANCELLED: {
    message: 'L’exécution a été annulée',
    help: 'Reprenez-la pour continuer là où elle s’est arrêtée.',
  },
  STEP_NOT_FOUND: { message: 'L’exécution n’a pas cette étape' },
  STEP_INTERRUPTED: {
    message: 'L’étape travaillait quand son serveur s’est arrêté : on ne sait pas si elle a agi',
    help: 'Vérifiez de l’autre côté, puis reprenez l’exécution.',
  },
  STEP_NOT_IN_DOUBT: {
    message: 'Personne ne demande ce qu’il est advenu de cette étape, ou plus de cette façon',
    help: 'Relisez l’exécution : une étape qui le demande a le champ « doubt », avec le numéro de sa question.',
  },
  STEP_ALREADY_RESOLVED: {
    message: 'Quelqu’un a déjà dit ce qu’il est advenu de cette étape',
    help: 'La première réponse compte. Les événements de l’exécution disent qui l’a donnée.',
  },
  STEP_RESOLVED_AS_FAILED: {
    message: 'L’étape a été interrompue par une panne, et quelqu’un l’a déclarée échouée',
    help: 'Reprendre l’exécution relance l’étape, avec la même clé.',
  },
  NODE_TIMEOUT: {
    message: 'Le nœud n’a pas fini dans sa durée limite',
    help: 'Augmentez la durée limite du nœud, ou laissez-le réessayer.',
  },
  NODE_OUTPUT_TOO_LARGE: {
    message: 'Le nœud a produit trop de données',
    help: 'Gardez les gros contenus dans des fichiers, ou travaillez par portions.',
  },
  NODE_OUTPUT_INVALID: {
    message: 'Le nœud a produit autre chose que des éléments',
    help: 'C’est un défaut du type de nœud : signalez-le avec les paramètres utilisés.',
  },
  NODE_VALUE_INVALID: {
    message: 'Une valeur ne peut pas être enregistrée en JSON',
    help: 'Changez l’expression ou le nœud pour obtenir du texte, des nombres, des listes ou des objets.',
  },
  NODE_PARAMETER_INVALID: {
    message: 'Un paramètre du nœud n’est pas valide',
    help: 'Corrigez les paramètres indiqués ; s’il s’agit d’une expression, voyez ce qu’elle donne pour cet élément.',
  },
  NODE_INPUT_INVALID: {
    message: 'L’entrée du nœud ne convient pas',
    help: 'Voyez les éléments qui arrivent dans ce nœud et adaptez-les avant lui.',
  },
  SUBWORKFLOW_NOT_FOUND: {
    message: 'Le workflow appelé n’existe pas ou n’est pas publié',
    help: 'Publiez ce workflow, ou choisissez-en un autre.',
  },
  SUBWORKFLOW_NO_TRIGGER: {
    message: 'Le workflow appelé n’a pas de déclencheur d’appel',
    help: 'Ajoutez-lui le déclencheur « Appelé par un workflow » et publiez-le.',
  },
  LOOP_LIMIT: {
    message: 'La boucle a fait le nombre de passages permis et sa condition en demande d’autres',
    help: 'Vérifiez que la condition peut être remplie ; s’il faut autant de passages, relevez la limite du nœud.',
  },
  LOOP_PASSES_FAILED: {
    message: 'Des passages de la boucle ont échoué',
    help: 'Regardez les étapes en échec. Une relance de l’exécution ne refait que ces passages.',
  },
  PASS_NOT_KEPT: {
    message:
      'Ce passage ne peut pas être lu ici : des passages terminés, seul le dernier d’une boucle est gardé',
    help: 'Laissez les éléments porter ce dont la suite a besoin, ou lisez la sortie « done » du nœud de boucle.',
  },
  SUBWORKFLOW_DEPTH: {
    message: 'Les workflows s’appellent les uns les autres trop profondément',
    help: 'Un workflow s’appelle sans doute lui-même sans fin ; ajoutez une condition avant l’appel.',
  },
  SUBWORKFLOW_FAILED: {
    message: 'Le workflow appelé n’a pas réussi',
    help: 'Ouvrez l’exécution appelée pour voir quelle étape a échoué.',
  },
  ARTIFACT_NOT_FOUND: {
    message: 'Ce fichier n’existe pas',
    help: 'Il a pu être supprimé avec son exécution, ou appartient à un autre projet.',
  },
  ARTIFACT_TOO_LARGE: { message: 'Le fichier est trop gros', help: 'Donnez un fichier plus petit.' },
};

/** French words for the errors that the server knows by code: every one that can reach the app. */
export const frenchErrors: Readonly<Record<string, ErrorWords>> = {
  ...access,
  ...requests,
  ...workflows,
  ...executions,
  ...frenchLimitErrors,
  ...frenchWaitErrors,
  ...frenchProgramErrors,
  ...frenchRecoveryErrors,
  ...frenchPolicyErrors,
  ...frenchSandboxErrors,
  ...frenchStorageErrors,
  ...frenchHttpErrors,
  ...frenchNodeErrors,
  ...frenchExpressionErrors,
};
