import type { Localized } from '@navette/contracts';

export const docs: Localized = {
  en: `Draws the items as a bar or line chart, in SVG. One item leaves, with the picture as a file and \`title\`, \`points\`, \`series\`, \`fileName\`.

The chart has a title and a description for screen readers, names each value when the pointer rests on it, and follows the light or dark appearance of the reader.

- **Kind**: bars start at zero; lines show the range the values are in, and break where a value is missing.
- **Title**: above the chart, and its name for screen readers.
- **Label field**: the field that names each place on the horizontal axis, such as the month. Labels without room are left out evenly.
- **Values**: up to six fields with numbers, and how each is called in the legend. Null and missing values are gaps.
- **Unit**: of the values, such as °C.
- **Language**: of the description and of the numbers.
- **Width**, **Height**: in pixels; the picture scales with its place anyway.
- **SVG as text too**: puts the picture into the field \`svg\` as well, to build it into a page.

Up to 2,000 items. Error: \`NODE_INPUT_INVALID\` when there are none, too many, or a value is not a number.`,
  fr: `Dessine les éléments en barres ou en courbes, au format SVG. Un élément sort, avec l’image comme fichier et \`title\`, \`points\`, \`series\`, \`fileName\`.

Le graphique a un titre et une description pour les lecteurs d’écran, nomme chaque valeur quand le pointeur s’y arrête, et suit l’apparence claire ou sombre du lecteur.

- **Genre** : les barres partent de zéro ; les courbes montrent l’étendue des valeurs, et s’interrompent où une valeur manque.
- **Titre** : au-dessus du graphique, et son nom pour les lecteurs d’écran.
- **Champ des étiquettes** : le champ qui nomme chaque place de l’axe horizontal, par exemple le mois. Les étiquettes sans place sont omises régulièrement.
- **Valeurs** : jusqu’à six champs de nombres, et le nom de chacun dans la légende. Les valeurs nulles ou absentes sont des trous.
- **Unité** : celle des valeurs, par exemple °C.
- **Langue** : celle de la description et des nombres.
- **Largeur**, **Hauteur** : en pixels ; l’image s’adapte de toute façon à sa place.
- **SVG aussi en texte** : met l’image aussi dans le champ \`svg\`, pour l’intégrer à une page.

Jusqu’à 2 000 éléments. Erreur : \`NODE_INPUT_INVALID\` quand il n’y en a aucun, qu’il y en a trop, ou qu’une valeur n’est pas un nombre.`,
};
