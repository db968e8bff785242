import type { Localized } from '@navette/contracts';

export const docs: Localized = {
  en: `A workflow written as code. The program is a module with \`export default async function (ctx, input)\`; \`input\` is the JSON of the item, or a list of it when there are several. What it returns becomes the items: one for an object, one for each entry of a list.

It runs in a sandbox without files, network, secrets, clock or timers. All that it does goes through \`ctx\`, and every call is a step of its own: with attempts, waits, an effect key, and a place in the timeline. After a crash or a wait the program runs again from its beginning, and calls that have ended are answered from the journal: nothing is done twice.

**Calls**
- \`ctx.run(type, parameters, options)\`: any node of the list; gives the JSON of the items at its first output. \`ctx.outputs(…)\` gives those of every output, by port.
- \`ctx.http(url)\` or \`ctx.http(parameters)\`: **HTTP request**; gives the first item.
- \`ctx.sleep(milliseconds)\`, or a date: **Wait**, for years when need be, without memory.
- \`ctx.signal(name, { key, timeoutMs })\`: **Wait for signal**; gives what was sent, or nothing when the time was over.
- \`ctx.approve(parameters)\`: **Approval**; gives \`{ decision, … }\`.
- \`ctx.child(workflowId, input)\`: **Sub-workflow**; gives its items.
- \`ctx.files(item)\`: handles of the files that an item carries; named in an item, \`{ json, binary }\`, they go on to a call or out of the program. \`ctx.readFile(file, { maxBytes })\`: the text of one, by a call.
- \`ctx.all([…])\`: all of several calls, side by side.
- \`ctx.now()\`, \`ctx.random()\`, \`ctx.uuid()\`, \`ctx.log(…)\`. \`Date\` and \`Math.random\` are the same every time, too.

**Options** of a call: \`name\` (by which it is found again; the second call of a name is \`name:2\`), \`items\`, \`credentials\` (slot to \`{ id }\`), \`settings\` (\`retry\`, \`timeoutMs\`, \`afterCrash\`).

A call that fails throws an error with its \`code\`; what the program does not catch fails the step. Parameters are values: templates in them are not evaluated. A program must take the same course every time it gets the same answers; \`PROGRAM_CHANGED\` names the call where it did not.

**Errors**: \`PROGRAM_CHANGED\`, \`PROGRAM_STUCK\`, \`PROGRAM_CALL_INVALID\`, \`PROGRAM_CALLS_EXHAUSTED\`, \`PROGRAMS_UNAVAILABLE\`, and those of the sandbox: \`SANDBOX_SYNTAX\`, \`SANDBOX_CODE_THREW\`, \`SANDBOX_…_LIMIT\`.`,
  fr: `Un workflow écrit en code. Le programme est un module avec \`export default async function (ctx, input)\` ; \`input\` est le JSON de l’élément, ou une liste s’il y en a plusieurs. Ce qu’il rend devient les éléments : un pour un objet, un par entrée d’une liste.

Il tourne dans un bac à sable sans fichiers, réseau, secrets, horloge ni minuteries. Tout ce qu’il fait passe par \`ctx\`, et chaque appel est une étape à part entière : avec des essais, des attentes, une clé d’effet et une place dans la chronologie. Après une panne ou une attente, le programme reprend depuis son début, et le journal répond aux appels terminés : rien n’est fait deux fois.

**Appels**
- \`ctx.run(type, parameters, options)\` : tout nœud de la liste ; rend le JSON des éléments de sa première sortie. \`ctx.outputs(…)\` rend ceux de toutes les sorties, par port.
- \`ctx.http(url)\` ou \`ctx.http(parameters)\` : **Requête HTTP** ; rend le premier élément.
- \`ctx.sleep(millisecondes)\`, ou une date : **Attendre**, des années s’il le faut, sans mémoire.
- \`ctx.signal(name, { key, timeoutMs })\` : **Attendre un signal** ; rend ce qui fut envoyé, ou rien si le temps est écoulé.
- \`ctx.approve(parameters)\` : **Approbation** ; rend \`{ decision, … }\`.
- \`ctx.child(workflowId, input)\` : **Sous-workflow** ; rend ses éléments.
- \`ctx.files(item)\` : les références des fichiers qu’un élément porte ; nommées dans un élément, \`{ json, binary }\`, elles passent à un appel ou sortent du programme. \`ctx.readFile(file, { maxBytes })\` : le texte d’un fichier, par un appel.
- \`ctx.all([…])\` : plusieurs appels côte à côte.
- \`ctx.now()\`, \`ctx.random()\`, \`ctx.uuid()\`, \`ctx.log(…)\`. \`Date\` et \`Math.random\` sont, eux aussi, les mêmes chaque fois.

**Options** d’un appel : \`name\` (par lequel on le retrouve ; le deuxième appel d’un nom est \`name:2\`), \`items\`, \`credentials\` (emplacement vers \`{ id }\`), \`settings\` (\`retry\`, \`timeoutMs\`, \`afterCrash\`).

Un appel qui échoue lève une erreur avec son \`code\` ; ce que le programme n’intercepte pas fait échouer l’étape. Les paramètres sont des valeurs : les modèles n’y sont pas évalués. Un programme doit suivre chaque fois le même cours pour les mêmes réponses ; \`PROGRAM_CHANGED\` nomme l’appel où il ne l’a pas fait.

**Erreurs** : \`PROGRAM_CHANGED\`, \`PROGRAM_STUCK\`, \`PROGRAM_CALL_INVALID\`, \`PROGRAM_CALLS_EXHAUSTED\`, \`PROGRAMS_UNAVAILABLE\`, et celles du bac à sable : \`SANDBOX_SYNTAX\`, \`SANDBOX_CODE_THREW\`, \`SANDBOX_…_LIMIT\`.`,
};
