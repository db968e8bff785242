import type { AxisScale } from './axis-scale.ts';
import { drawText } from './draw-text.ts';
import { type ChartOptions, type Frame, fontSize, padding } from './frame.ts';
import { light } from './palette.ts';
import type { ChartData } from './read-series.ts';
import { escapeXml, estimateWidth, round, shorten } from './svg-text.ts';

const maxLabelLength = 16;
/** How many labels one shown label may stand for: steps that people count in, months included. */
const labelSteps = [1, 2, 3, 4, 6, 10, 12, 20, 24, 30, 50, 60, 100, 120, 200, 250, 500, 1000];

/** The title, and under it the unit and, when there is more than one series, which colour is which. */
export function drawHeading(
  { series }: ChartData,
  { title, unit, width }: ChartOptions,
  frame: Frame,
): string[] {
  const parts: string[] = [];
  let y = padding + 14;
  if (title !== '') {
    const shown = shorten(title, Math.floor((width - 2 * padding) / 9.5));
    parts.push(
      `<text class="nvc-ink" x="${padding}" y="${y}" font-size="16" font-weight="600" fill="${light.ink}">${escapeXml(shown)}</text>`,
    );
    y += 24;
  }
  let x = padding;
  if (unit !== '') {
    parts.push(drawText(unit, { x, y: y - 2, tone: 'soft' }));
    x += estimateWidth(unit, fontSize) + 20;
  }
  if (series.length < 2) return parts;
  for (const [n, { name }] of series.entries()) {
    const shown = shorten(name, 32);
    const swatchY = y - 11;
    parts.push(
      `<rect class="nvc-fill-${n}" x="${round(x)}" y="${swatchY}" width="10" height="10" rx="2" fill="${light.series[n]}"/>`,
    );
    parts.push(drawText(shown, { x: x + 15, y: y - 2, tone: 'ink' }));
    x += 15 + estimateWidth(shown, fontSize) + 18;
    if (x > frame.right) break;
  }
  return parts;
}

export function drawValueAxis(
  { ticks }: AxisScale,
  { left, right, yOf }: Frame,
  format: (value: number) => string,
): string[] {
  return ticks.flatMap((tick) => {
    const y = round(yOf(tick));
    return [
      `<line class="nvc-grid" x1="${round(left)}" x2="${round(right)}" y1="${y}" y2="${y}" stroke="${light.grid}"/>`,
      drawText(format(tick), { x: left - 8, y: y + 4, tone: 'soft', anchor: 'end' }),
    ];
  });
}

/** Every label that has room, evenly: all, every second, and so on. */
export function drawLabels(labels: readonly string[], { left, band, bottom }: Frame): string[] {
  const shown = labels.map((label) => shorten(label, maxLabelLength));
  const widest = Math.max(...shown.map((label) => estimateWidth(label, fontSize))) + 12;
  const needed = Math.ceil(widest / band);
  const step = labelSteps.find((each) => each >= needed) ?? labels.length;
  return shown.flatMap((label, index) =>
    index % step === 0 && label !== ''
      ? [drawText(label, { x: left + (index + 0.5) * band, y: bottom + 18, tone: 'soft', anchor: 'middle' })]
      : [],
  );
}

/** A stronger line at zero, or at the bottom when zero is not in sight. */
export function drawBaseline({ min, max }: AxisScale, { left, right, yOf }: Frame): string {
  const y = round(yOf(min <= 0 && max >= 0 ? 0 : min));
  return `<line class="nvc-axis" x1="${round(left)}" x2="${round(right)}" y1="${y}" y2="${y}" stroke="${light.axis}"/>`;
}
