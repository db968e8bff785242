import type { Localized } from '@navette/contracts';

export const docs: Localized = {
  en: `Runs code on the items, in a process of its own that has no files, no secrets and, unless you name hosts, no network. The code is the body of a function; what it returns becomes the items.

**Parameters**
- **Language**: JavaScript, TypeScript (types are taken away, not checked; no \`enum\`), or Python.
- **Engine**: *QuickJS* runs everywhere. *V8* computes some thirty times faster; it runs where the server has a jail for it (bubblewrap), or its operator allows it without.
- **Run**: *once, with all items* returns a list; *once per item* returns one object, or null to drop the item.
- **Code**: templates in braces are not evaluated in it. Imports stand at the top.
- **Hosts that the code may call**: gives the code \`http\`, for these hosts only. Such a step counts as an effect and is journaled; without hosts it is pure.
- **Limits**: time, computing time and memory of this step, up to the bounds of the server.

**Names**, as in expressions: \`$input.all()\`, \`.first()\`, \`.last()\`, \`.item\`; \`$json\`, \`$binary\`, \`$itemIndex\`; \`$('Node').all()\`, \`.first()\`, \`.last()\`, \`.item\`, \`.itemMatching(i)\`, with the name written as a text; \`$now\`, \`$today\` (fixed for the attempt), \`DateTime\`, \`Duration\`, \`Interval\`; \`$workflow\`, \`$execution\`, \`$vars\`, \`$prevNode\`, \`$runIndex\`; \`$jmespath(value, query)\`. The older \`items\`, \`item\` and \`$node["Name"]\` work too. In Python they begin with "_": \`_input\`, \`_json\`, \`_('Node')\`, \`_now\` (a datetime).

**Libraries**: \`luxon\`, \`zod\`, \`jmespath\`, \`papaparse\`, \`collections\` (groupBy, orderBy, chunk …), \`hashes\` (sha256, hmac …). Nothing else can be imported. Python has its standard library and, where it runs on the python3 of the server, what the operator installed for that.

**Files** travel as handles in \`$binary\`. \`await $files.text(file)\` and \`.base64(file)\` read one, \`await $files.write({ fileName, mediaType, text })\` makes one.

**Result**: a list of objects, or of items \`{ json, binary, pairedItem }\`. Links to the input items are kept where the code hands items on; else they go by position.

**Console** output goes to the log of the step, and so does each request.

**Errors**: \`SANDBOX_SYNTAX\` and \`SANDBOX_CODE_THREW\` with the line, \`CODE_ITEM_FAILED\` with the item too, \`CODE_RESULT_INVALID\`, \`CODE_IMPORT_UNKNOWN\`, \`CODE_FILE_UNKNOWN\`, and one \`SANDBOX_…_LIMIT\` for each limit.`,
  fr: `Exécute du code sur les éléments, dans un processus à part qui n’a ni fichiers, ni secrets ni, à moins de nommer des hôtes, de réseau. Le code est le corps d’une fonction ; ce qu’il rend devient les éléments.

**Paramètres**
- **Langage** : JavaScript, TypeScript (les types sont retirés, non vérifiés ; pas d’\`enum\`), ou Python.
- **Moteur** : *QuickJS* tourne partout. *V8* calcule une trentaine de fois plus vite ; il tourne là où le serveur peut l’enfermer (bubblewrap), ou là où son exploitant l’autorise sans cela.
- **Exécution** : *une fois, avec tous les éléments* rend une liste ; *une fois par élément* rend un objet, ou null pour retirer l’élément.
- **Code** : les modèles entre accolades n’y sont pas évalués. Les imports se placent en tête.
- **Hôtes que le code peut appeler** : donne \`http\` au code, pour ces hôtes seulement. Une telle étape compte comme un effet et est journalisée ; sans hôte, elle est pure.
- **Limites** : durée, temps de calcul et mémoire de cette étape, jusqu’aux bornes du serveur.

**Noms**, comme dans les expressions : \`$input.all()\`, \`.first()\`, \`.last()\`, \`.item\` ; \`$json\`, \`$binary\`, \`$itemIndex\` ; \`$('Nœud').all()\`, \`.first()\`, \`.last()\`, \`.item\`, \`.itemMatching(i)\`, le nom étant écrit comme texte ; \`$now\`, \`$today\` (fixes pour l’essai), \`DateTime\`, \`Duration\`, \`Interval\` ; \`$workflow\`, \`$execution\`, \`$vars\`, \`$prevNode\`, \`$runIndex\` ; \`$jmespath(valeur, requête)\`. Les anciens \`items\`, \`item\` et \`$node["Nom"]\` marchent aussi. En Python, ils commencent par « _ » : \`_input\`, \`_json\`, \`_('Nœud')\`, \`_now\` (un datetime).

**Bibliothèques** : \`luxon\`, \`zod\`, \`jmespath\`, \`papaparse\`, \`collections\` (groupBy, orderBy, chunk…), \`hashes\` (sha256, hmac…). Rien d’autre ne peut être importé. Python a sa bibliothèque standard et, là où il tourne sur le python3 du serveur, ce que l’exploitant y a installé.

**Fichiers** : ils voyagent comme poignées dans \`$binary\`. \`await $files.text(fichier)\` et \`.base64(fichier)\` en lisent un, \`await $files.write({ fileName, mediaType, text })\` en crée un.

**Résultat** : une liste d’objets, ou d’éléments \`{ json, binary, pairedItem }\`. Les liens vers les éléments d’entrée sont gardés là où le code les transmet ; sinon ils suivent la position.

**Console** : ce qui y est écrit va dans le journal de l’étape, ainsi que chaque requête.

**Erreurs** : \`SANDBOX_SYNTAX\` et \`SANDBOX_CODE_THREW\` avec la ligne, \`CODE_ITEM_FAILED\` avec l’élément aussi, \`CODE_RESULT_INVALID\`, \`CODE_IMPORT_UNKNOWN\`, \`CODE_FILE_UNKNOWN\`, et un \`SANDBOX_…_LIMIT\` pour chaque limite.`,
};
