import type { Localized } from '@navette/contracts';

export const docs: Localized = {
  en: `Starts the workflow at set times. The schedule becomes live when the workflow is published.

One item leaves per run:

\`\`\`json
{ "scheduledFor": "2026-03-29T06:00:00.000Z", "timeZone": "Europe/Paris" }
\`\`\`

\`scheduledFor\` is the instant the run was due, in UTC: of a run that is being made up for, the time it was missed at.

- **Rules**: the workflow runs whenever one of them is due.
  - *minutes*, *hours*: evenly spaced; the step must divide the hour or the day.
  - *days*: every N days at a time of day, counted from the first of each month.
  - *week*: on the weekdays chosen, at a time of day.
  - *month*: on a day of the month, or the last one.
  - *cron*: five fields (minute hour day month weekday), or six with seconds first. Ranges, lists, steps, names, L, W and # are understood.
- **Time zone**: of the times above; left out, the workflow's own. In the hour that daylight saving skips, a run comes at the next instant that exists; in the hour it repeats, a run at a fixed time comes once.
- **Missed runs**: what to do after the product was down. *skip* forgets them, *run-once* makes up for all of them with one run, *run-all* makes up for each (at most 100).`,
  fr: `Démarre le workflow à des moments fixés. Le calendrier devient actif quand le workflow est publié.

Un élément sort par exécution :

\`\`\`json
{ "scheduledFor": "2026-03-29T06:00:00.000Z", "timeZone": "Europe/Paris" }
\`\`\`

\`scheduledFor\` est l’instant prévu, en UTC : pour une exécution rattrapée, celui où elle a été manquée.

- **Règles** : le workflow s’exécute dès que l’une d’elles arrive à échéance.
  - *minutes*, *hours* : à intervalles réguliers ; le pas doit diviser l’heure ou le jour.
  - *days* : tous les N jours à une heure donnée, comptés depuis le premier de chaque mois.
  - *week* : les jours de la semaine choisis, à une heure donnée.
  - *month* : un jour du mois, ou le dernier.
  - *cron* : cinq champs (minute heure jour mois jour-de-semaine), ou six avec les secondes en tête. Plages, listes, pas, noms, L, W et # sont compris.
- **Fuseau horaire** : celui des heures ci-dessus ; absent, celui du workflow. Dans l’heure que saute le passage à l’heure d’été, l’exécution a lieu au premier instant qui existe ; dans l’heure répétée, une exécution à heure fixe a lieu une fois.
- **Exécutions manquées** : que faire après un arrêt du produit. *skip* les oublie, *run-once* les rattrape toutes par une seule exécution, *run-all* les rattrape une à une (au plus 100).`,
};
