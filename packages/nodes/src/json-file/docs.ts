import type { Localized } from '@navette/contracts';

export const docs: Localized = {
  en: `Reads JSON into items, or writes items as a JSON file.

**JSON to items**
- **Read from**: a file of the item, or a text field.
- **Format**: *JSON* is one document; *JSON Lines* has one value per line; *Automatic* finds out.
- **Path**: where the items are inside, for example \`data.results\`. A list gives one item per element, an object gives one item; other values are put under \`value\`.

**Items to JSON** gives one item with the file and \`items\`, \`fileName\`, \`sizeBytes\`.
- **Write**: a list of all items, one item per line, or the first item alone.
- **Indent**: easier to read, larger.

Errors: \`JSON_FILE_UNREADABLE\` names the line where it can be told; \`NODE_INPUT_INVALID\` when there is no such file or field, or nothing at the path.`,
  fr: `Lit du JSON en éléments, ou écrit les éléments dans un fichier JSON.

**JSON vers éléments**
- **Lire depuis** : un fichier de l’élément, ou un champ texte.
- **Format** : *JSON* est un seul document ; *JSON Lines* a une valeur par ligne ; *Automatique* le devine.
- **Chemin** : où sont les éléments à l’intérieur, par exemple \`data.results\`. Une liste donne un élément par membre, un objet donne un élément ; les autres valeurs sont placées sous \`value\`.

**Éléments vers JSON** donne un élément avec le fichier et \`items\`, \`fileName\`, \`sizeBytes\`.
- **Écrire** : une liste de tous les éléments, un élément par ligne, ou le premier élément seul.
- **Indenter** : plus lisible, plus gros.

Erreurs : \`JSON_FILE_UNREADABLE\` nomme la ligne quand elle est connue ; \`NODE_INPUT_INVALID\` quand le fichier ou le champ n’existe pas, ou qu’il n’y a rien à ce chemin.`,
};
