import type { ChartData } from './read-series.ts';

interface ChartText {
  kind: 'bar' | 'line';
  unit: string;
  language: 'en' | 'fr';
  format(value: number): string;
}

/** What a person who can't see the chart should know of it. */
export function describeChart(
  { labels, series }: ChartData,
  { kind, unit, language, format }: ChartText,
): string {
  const isFrench = language === 'fr';
  const from = labels[0] ?? '';
  const to = labels.at(-1) ?? '';
  const what = isFrench
    ? `${kind === 'bar' ? 'Diagramme en barres' : 'Courbe'} de ${labels.length} points, de ${from} à ${to}.`
    : `${kind === 'bar' ? 'Bar chart' : 'Line chart'} with ${labels.length} points, from ${from} to ${to}.`;
  const extremes = series.map(({ name, values }) => {
    const heading = unit === '' ? name : `${name} (${unit})`;
    const [lowest, highest] = findExtremes(values);
    if (lowest === undefined || highest === undefined)
      return isFrench ? `${heading} : aucune valeur.` : `${heading}: no values.`;
    const low = `${format(values[lowest]!)} (${labels[lowest]})`;
    const high = `${format(values[highest]!)} (${labels[highest]})`;
    return isFrench
      ? `${heading} : minimum ${low}, maximum ${high}.`
      : `${heading}: lowest ${low}, highest ${high}.`;
  });
  return [what, ...extremes].join(' ');
}

/** Positions of the smallest and the largest value. */
function findExtremes(values: readonly (number | null)[]): [number | undefined, number | undefined] {
  let lowest: number | undefined;
  let highest: number | undefined;
  for (const [index, value] of values.entries()) {
    if (value === null) continue;
    if (lowest === undefined || value < values[lowest]!) lowest = index;
    if (highest === undefined || value > values[highest]!) highest = index;
  }
  return [lowest, highest];
}
