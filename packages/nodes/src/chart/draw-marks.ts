import type { Frame } from './frame.ts';
import { light } from './palette.ts';
import type { ChartData } from './read-series.ts';
import { escapeXml, round } from './svg-text.ts';

export function drawBars(
  { labels, series }: ChartData,
  { left, band, yOf }: Frame,
  format: (value: number) => string,
): string[] {
  const group = band * 0.78;
  const barWidth = group / series.length;
  const zero = yOf(0);
  return series.flatMap(({ name, values }, n) =>
    values.flatMap((value, index) => {
      if (value === null) return [];
      const x = left + index * band + (band - group) / 2 + n * barWidth;
      const y = Math.min(yOf(value), zero);
      const height = Math.abs(yOf(value) - zero);
      const gap = barWidth > 4 ? 1 : 0;
      const hint = hintOf(name, labels[index]!, format(value));
      return [
        `<rect class="nvc-fill-${n}" x="${round(x)}" y="${round(y)}" width="${round(Math.max(barWidth - gap, 0.5))}" height="${round(height)}" rx="${Math.min(2, round(barWidth / 4))}" fill="${light.series[n]}">${hint}</rect>`,
      ];
    }),
  );
}

export function drawLines(
  { labels, series }: ChartData,
  { left, band, yOf }: Frame,
  format: (value: number) => string,
): string[] {
  const xOf = (index: number) => round(left + (index + 0.5) * band);
  const radius = Math.min(3.5, Math.max(1.5, round(band / 6)));
  return series.flatMap(({ name, values }, n) => {
    const path = values
      .map((value, index) => {
        if (value === null) return '';
        const isStart = index === 0 || values[index - 1] === null;
        return `${isStart ? 'M' : 'L'}${xOf(index)} ${round(yOf(value))}`;
      })
      .join('');
    const dots = values.flatMap((value, index) =>
      value === null
        ? []
        : [
            `<circle class="nvc-fill-${n}" cx="${xOf(index)}" cy="${round(yOf(value))}" r="${radius}" fill="${light.series[n]}">${hintOf(name, labels[index]!, format(value))}</circle>`,
          ],
    );
    return [
      `<path class="nvc-line-${n}" d="${path}" fill="none" stroke="${light.series[n]}" stroke-width="2" stroke-linejoin="round" stroke-linecap="round"/>`,
      ...dots,
    ];
  });
}

/** Shown by browsers while the pointer rests on the mark. */
function hintOf(name: string, label: string, value: string): string {
  return `<title>${escapeXml(`${label} · ${name}: ${value}`)}</title>`;
}
