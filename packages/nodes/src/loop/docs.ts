import type { Localized } from '@navette/contracts';

export const docs: Localized = {
  en: `Runs the nodes between its output **loop** and the way back to it, pass after pass. What comes back in the end leaves by **done**.

Join **loop** to the first node that is to be repeated, and the last one back to this node. A body is entered and left through this node only; loops may stand inside of each other. Without a body the items go straight to **done**.

- **Over the items, in batches**: each pass takes the next items. **done** gives everything that came back, in order.
- **While conditions hold**: items that meet the conditions take a pass, the others leave. After each pass the items that came back are looked at again.
- **Until conditions hold**: every item takes a pass; those that meet the conditions afterwards leave, the others take another one.
- **Most passes** stops a condition that never ends with \`LOOP_LIMIT\`.

Items that come back to the input **break** end the loop after this pass; they leave by **done** with the others. A node of the body that leads nowhere runs in each pass, and its items go no further.

In the body, \`{{ $runIndex }}\` is the number of the pass, from 0, and \`$('Name')\` is what a node gave in the same pass, then what nodes around the loop gave.`,
  fr: `Exécute les nœuds situés entre sa sortie **loop** et le retour vers lui, passage après passage. Ce qui revient à la fin sort par **done**.

Reliez **loop** au premier nœud à répéter, et le dernier à ce nœud. On entre dans le corps et on en sort uniquement par ce nœud ; des boucles peuvent être imbriquées. Sans corps, les éléments vont directement à **done**.

- **Sur les éléments, par lots** : chaque passage prend les éléments suivants. **done** donne tout ce qui est revenu, dans l’ordre.
- **Tant que des conditions sont vraies** : les éléments qui remplissent les conditions font un passage, les autres sortent. Après chaque passage, les éléments revenus sont examinés à nouveau.
- **Jusqu’à ce que des conditions soient vraies** : chaque élément fait un passage ; ceux qui remplissent ensuite les conditions sortent, les autres en font un autre.
- **Passages au plus** arrête une condition sans fin avec \`LOOP_LIMIT\`.

Les éléments qui reviennent à l’entrée **break** terminent la boucle après ce passage ; ils sortent par **done** avec les autres. Un nœud du corps qui ne mène nulle part s’exécute à chaque passage, et ses éléments ne vont pas plus loin.

Dans le corps, \`{{ $runIndex }}\` est le numéro du passage, à partir de 0, et \`$('Nom')\` est ce qu’un nœud a donné dans le même passage, puis ce que les nœuds autour de la boucle ont donné.`,
};
