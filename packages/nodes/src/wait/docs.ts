import type { Localized } from '@navette/contracts';

export const docs: Localized = {
  en: `Pauses the execution. While it waits it is a row in the database: it holds no worker, no memory and no timer, and survives restarts. Waits of months are fine. All items go on together.

- **Wait**: for some time, or until a date and time.
- **How long**, **Unit**: the length, from the moment this node runs. Zero goes on at once.
- **Date and time**: in ISO 8601 form. Without an offset it is read in the time zone of the workflow. A moment in the past goes on at once.

Both are evaluated for the first item. Waits of more than ten years are refused with \`NODE_INPUT_INVALID\`, as are dates that can't be read.`,
  fr: `Suspend l’exécution. Pendant l’attente, elle n’est qu’une ligne dans la base de données : elle n’occupe ni worker, ni mémoire, ni minuterie, et survit aux redémarrages. Des attentes de plusieurs mois sont possibles. Tous les éléments repartent ensemble.

- **Attendre** : pendant un certain temps, ou jusqu’à une date et une heure.
- **Durée**, **Unité** : la longueur, à partir du moment où ce nœud s’exécute. Zéro continue tout de suite.
- **Date et heure** : au format ISO 8601. Sans décalage, elle est lue dans le fuseau horaire du workflow. Un moment passé continue tout de suite.

Les deux sont évaluées pour le premier élément. Les attentes de plus de dix ans sont refusées avec \`NODE_INPUT_INVALID\`, de même que les dates illisibles.`,
};
