import type { Localized } from '@navette/contracts';

export const docs: Localized = {
  en: `Reads CSV into items, or writes items as a CSV file.

**CSV to items** gives one item per row.
- **Read from**: a file of the item, or a text field. Files in UTF-8, UTF-16 and Windows-1252 are recognised.
- **Delimiter**: *Automatic* chooses among comma, semicolon, tab and bar the one that splits the first rows most evenly.
- **First row is the header**: its cells name the fields. Unnamed columns become \`column_3\`, repeated names \`name_2\`. Without a header all columns are called \`column_1\`, \`column_2\` and so on.
- **Recognise types**: numbers, true, false, and empty cells as null. Numbers with leading zeros or more than 15 digits stay text, since they are codes. Off: every cell is text.
- **Skip lines**, **At most rows**: what to leave out before the header, and where to stop.
- **Forgiving**: takes rows of any length and quotes in the middle of a cell.

**Items to CSV** gives one item with the file and \`rows\`, \`columns\`, \`fileName\`, \`sizeBytes\`.
- **Columns**: which fields, in which order. Empty: every field, in order of first appearance. Lists and objects are written as JSON.
- **Guard against formulas**: text that begins with = + - @ gets an apostrophe in front, so that a spreadsheet does not run it. Plain numbers are left alone.
- **Byte order mark**: lets spreadsheets recognise UTF-8.

Errors: \`CSV_UNREADABLE\` and \`CSV_ROW_LENGTH\` name the line; \`NODE_INPUT_INVALID\` when an item has no such file or field.`,
  fr: `Lit un CSV en éléments, ou écrit les éléments dans un fichier CSV.

**CSV vers éléments** donne un élément par ligne.
- **Lire depuis** : un fichier de l’élément, ou un champ texte. Les fichiers en UTF-8, UTF-16 et Windows-1252 sont reconnus.
- **Séparateur** : *Automatique* choisit parmi virgule, point-virgule, tabulation et barre celui qui découpe le plus régulièrement les premières lignes.
- **La première ligne est l’en-tête** : ses cellules nomment les champs. Les colonnes sans nom deviennent \`column_3\`, les noms répétés \`name_2\`. Sans en-tête, les colonnes s’appellent \`column_1\`, \`column_2\`, etc.
- **Reconnaître les types** : nombres, true, false, et cellules vides comme nul. Les nombres à zéros de tête ou de plus de 15 chiffres restent du texte, car ce sont des codes. Désactivé : chaque cellule est du texte.
- **Sauter des lignes**, **Lignes au plus** : ce qu’il faut ignorer avant l’en-tête, et où s’arrêter.
- **Indulgent** : accepte des lignes de toute longueur et des guillemets au milieu d’une cellule.

**Éléments vers CSV** donne un élément avec le fichier et \`rows\`, \`columns\`, \`fileName\`, \`sizeBytes\`.
- **Colonnes** : quels champs, dans quel ordre. Vide : tous les champs, par ordre d’apparition. Les listes et objets sont écrits en JSON.
- **Protéger des formules** : un texte qui commence par = + - @ est précédé d’une apostrophe, pour qu’un tableur ne l’exécute pas. Les simples nombres ne changent pas.
- **Marque d’ordre des octets** : permet aux tableurs de reconnaître UTF-8.

Erreurs : \`CSV_UNREADABLE\` et \`CSV_ROW_LENGTH\` nomment la ligne ; \`NODE_INPUT_INVALID\` quand un élément n’a pas ce fichier ou ce champ.`,
};
