import type { Localized } from '@navette/contracts';

export const docs: Localized = {
  en: `Asks people to decide and pauses the execution until one of them has. All items go on together, through \`approved\` or \`rejected\`, each with a field \`approval\`: \`decision\`, \`by\` (who), \`comment\`, \`values\` (the fields), \`at\`.

People decide on the page **Approvals**, on the page of the execution, with \`navette approvals approve\`, or with a link that was made out to them. Nobody decides anonymously: a link names the person, counts once, and works only for somebody who may decide. The first decision counts; whoever comes second is told who was first. Each is in the audit trail.

- **Question**, **Message**: what people see. The message is Markdown.
- **Who may decide**: everybody with at least that role in the project, and the people named.
- **Fields**: what whoever decides fills in. Their values are checked.
- **Escalate**: after that time, others may decide as well.
- **Limit the time**: after that it counts as expired, approved or rejected, or the node fails with \`WAIT_TIMED_OUT\`.

To mail a link, use \`{{ $execution.links.approval('ana@example.com') }}\` in a step before this one, and only there: whoever can read the link can decide in that person’s name. With several approvals ahead, name the node as second argument.

Parameters are evaluated for the first item. Error: \`NODE_INPUT_INVALID\` when nobody could decide or a field makes no sense.`,
  fr: `Demande une décision à des personnes et suspend l’exécution jusqu’à ce que l’une d’elles ait décidé. Tous les éléments continuent ensemble, par \`approved\` ou \`rejected\`, chacun avec un champ \`approval\` : \`decision\`, \`by\` (qui), \`comment\`, \`values\` (les champs), \`at\`.

On décide sur la page **Approbations**, sur la page de l’exécution, avec \`navette approvals approve\`, ou par un lien établi à son nom. Personne ne décide anonymement : un lien nomme la personne, compte une fois, et ne sert qu’à quelqu’un qui peut décider. La première décision compte ; qui vient en second apprend qui était le premier. Chacune est dans le journal d’audit.

- **Question**, **Message** : ce que voient les personnes. Le message est en Markdown.
- **Qui peut décider** : tous ceux qui ont au moins ce rôle dans le projet, et les personnes nommées.
- **Champs** : ce que remplit la personne qui décide. Leurs valeurs sont vérifiées.
- **Escalader** : après ce temps, d’autres peuvent aussi décider.
- **Limiter le temps** : ensuite, cela compte comme expiré, approuvé ou refusé, ou bien le nœud échoue avec \`WAIT_TIMED_OUT\`.

Pour envoyer un lien par e-mail, utilisez \`{{ $execution.links.approval('ana@example.com') }}\` dans une étape précédente, et là seulement : qui peut lire le lien peut décider au nom de cette personne. S’il y a plusieurs approbations devant, nommez le nœud en second argument.

Les paramètres sont évalués pour le premier élément. Erreur : \`NODE_INPUT_INVALID\` quand personne ne pourrait décider ou qu’un champ n’a pas de sens.`,
};
