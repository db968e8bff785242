/**
 * A bar or line chart as SVG: title, unit, legend, grid, axes, marks, in that order from top to bottom and back to front.
 * Everything that comes from data passes `escapeXml`.
 */
import { createHash } from 'node:crypto';
import { type AxisScale, createScale } from './axis-scale.ts';
import { describeChart } from './describe-chart.ts';
import { drawBaseline, drawHeading, drawLabels, drawValueAxis } from './draw-axes.ts';
import { drawBars, drawLines } from './draw-marks.ts';
import { type ChartOptions, type Frame, fontSize, padding } from './frame.ts';
import { darkStyle, light } from './palette.ts';
import type { ChartData } from './read-series.ts';
import { escapeXml, estimateWidth } from './svg-text.ts';

export function drawChart(data: ChartData, options: ChartOptions): string {
  const { kind, title, unit, language, width, height } = options;
  const values = data.series.flatMap((series) => series.values.filter((value) => value !== null));
  const scale = createScale(values, { fromZero: kind === 'bar' });
  const format = createFormat(language, scale.fractionDigits);
  const frame = createFrame(data, options, scale, format);
  const exact = createFormat(language, Math.max(2, scale.fractionDigits));
  const description = describeChart(data, { kind, unit, language, format: exact });
  const marks = kind === 'bar' ? drawBars(data, frame, exact) : drawLines(data, frame, exact);
  const id = createHash('sha256')
    .update(JSON.stringify([data, options]))
    .digest('hex')
    .slice(0, 10);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="nvc-${id}-t nvc-${id}-d" font-family="system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif" font-size="${fontSize}">`,
    `<title id="nvc-${id}-t">${escapeXml(title === '' ? describeNames(data) : title)}</title>`,
    `<desc id="nvc-${id}-d">${escapeXml(description)}</desc>`,
    `<style>${darkStyle}</style>`,
    `<rect class="nvc-background" width="${width}" height="${height}" rx="8" fill="${light.background}"/>`,
    ...drawHeading(data, options, frame),
    ...drawValueAxis(scale, frame, format),
    ...drawLabels(data.labels, frame),
    ...marks,
    drawBaseline(scale, frame),
    '</svg>',
  ].join('\n');
}

function describeNames({ series }: ChartData): string {
  return series.map(({ name }) => name).join(', ');
}

function createFormat(language: string, fractionDigits: number): (value: number) => string {
  const { format } = new Intl.NumberFormat(language, { maximumFractionDigits: Math.min(fractionDigits, 12) });
  return format;
}

function createFrame(
  { labels, series }: ChartData,
  { title, unit, width, height }: ChartOptions,
  scale: AxisScale,
  format: (value: number) => string,
): Frame {
  const tickWidth = Math.max(...scale.ticks.map((tick) => estimateWidth(format(tick), fontSize)));
  const left = padding + tickWidth + 8;
  const right = width - padding;
  const top = padding + (title === '' ? 0 : 26) + (unit === '' && series.length < 2 ? 0 : 22) + 6;
  const bottom = height - padding - 20;
  const yOf = (value: number) => bottom - ((value - scale.min) / (scale.max - scale.min)) * (bottom - top);
  return { left, right, top, bottom, band: (right - left) / labels.length, yOf };
}
