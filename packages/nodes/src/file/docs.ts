import type { Localized } from '@navette/contracts';

export const docs: Localized = {
  en: `Turns text into a file, or a file into text, item by item.

**Text to file** stores the text as an artifact and adds it to the item, which keeps its fields and other files.
- **Text**: usually a template, such as a whole HTML page. Anything but text is written as JSON.
- **Text is**: written as UTF-8, or decoded from Base64.
- **File name**, **Media type**, **File field**: how the file is called, what it is, and under which name the item carries it. A file already there under that name is replaced in the item.

**File to text** reads a file of the item into a text field.
- **File field**, **Encoding**: which file, and how its bytes are to be read. *Automatic* follows the byte order mark, takes UTF-8 without one, and Windows-1252 when it is not UTF-8.
- **Into field**: where the text goes.

Errors: \`NODE_INPUT_INVALID\` when the item has no such file, the file is not in the encoding chosen, or the text is not Base64.`,
  fr: `Transforme un texte en fichier, ou un fichier en texte, élément par élément.

**Texte vers fichier** enregistre le texte comme artefact et l’ajoute à l’élément, qui garde ses champs et ses autres fichiers.
- **Texte** : en général un modèle, par exemple une page HTML entière. Ce qui n’est pas du texte est écrit en JSON.
- **Le texte est** : écrit en UTF-8, ou décodé depuis Base64.
- **Nom du fichier**, **Type de média**, **Champ du fichier** : comment s’appelle le fichier, ce qu’il est, et sous quel nom l’élément le porte. Un fichier déjà présent sous ce nom est remplacé dans l’élément.

**Fichier vers texte** lit un fichier de l’élément dans un champ texte.
- **Champ du fichier**, **Encodage** : quel fichier, et comment lire ses octets. *Automatique* suit la marque d’ordre des octets, prend UTF-8 en son absence, et Windows-1252 si ce n’est pas de l’UTF-8.
- **Dans le champ** : où va le texte.

Erreurs : \`NODE_INPUT_INVALID\` quand l’élément n’a pas ce fichier, que le fichier n’est pas dans l’encodage choisi, ou que le texte n’est pas du Base64.`,
};
