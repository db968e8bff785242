import type { enDoubt } from './en-doubt.ts';

export const frDoubt: Readonly<Record<keyof typeof enDoubt, string>> = {
  'doubt.title': '« {name} » a été interrompue : a-t-elle agi ?',
  'doubt.text':
    'Le serveur s’est arrêté pendant que cette étape travaillait : personne ne sait si ce qu’elle fait a eu lieu. Vérifiez de l’autre côté, puis dites-le : l’exécution attend la réponse et ne répète rien d’elle-même.',
  'doubt.begun': 'Avait commencé',
  'doubt.asked': 'Demande depuis',
  'doubt.items': 'Éléments en doute',
  'doubt.key': 'Clé de la requête',
  'doubt.keyOf': 'Clé de l’élément {number}',
  'doubt.copyKey': 'Copier la clé',
  'doubt.outcome': 'Qu’en est-il advenu ?',
  'doubt.retry': 'Cela n’a pas eu lieu : la relancer',
  'doubt.retryHelp': 'Avec la même clé : un service qui connaît ces clés ne fait rien deux fois.',
  'doubt.done': 'Cela a eu lieu : continuer',
  'doubt.doneHelp': 'Rien n’est lancé. L’étape donne ce que vous indiquez ci-dessous, ou ce qui y est entré.',
  'doubt.doneItemsHelp': 'Rien n’est lancé. Ce qui est entré continue.',
  'doubt.choose': 'Choisir une réponse',
  'doubt.fail': 'La compter comme échouée',
  'doubt.failHelp': 'Sans autre essai. Les réglages du nœud décident de la suite.',
  'doubt.each': 'Répondre pour chaque élément',
  'doubt.result': 'Ce qu’elle a donné (JSON)',
  'doubt.resultHelp': 'Un objet pour un élément, une liste d’objets pour plusieurs. Vide : ce qui est entré.',
  'doubt.comment': 'Commentaire',
  'doubt.commentHelp': 'Gardé avec la réponse.',
  'doubt.send': 'Répondre',
  'doubt.sent': 'La réponse est en route vers l’étape',
  'doubt.notYours': 'Toute personne qui peut lancer ce workflow peut répondre.',
  'node.afterCrashAsk': 'Attend que quelqu’un dise ce qu’il en est advenu',
  'reason.doubt':
    'Attend depuis le {time} que quelqu’un dise ce qu’il est advenu d’une étape interrompue par une panne',
};
