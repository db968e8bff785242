import type { Item } from '@navette/contracts';
import { describe, expect, test } from 'vitest';
import { createScale } from './axis-scale.ts';
import { drawChart } from './draw-chart.ts';
import type { ChartOptions } from './frame.ts';
import { dark, light, type Palette } from './palette.ts';
import { type ChartData, readSeries } from './read-series.ts';

const options: ChartOptions = {
  kind: 'bar',
  title: 'Rain',
  unit: 'mm',
  language: 'en',
  width: 400,
  height: 300,
};
const months: ChartData = {
  labels: ['Jan', 'Feb', 'Mar'],
  series: [{ name: 'Rain', values: [10, null, 40] }],
};

/** The marks of a chart: attributes of each element with that name. */
function listMarks(svg: string, element: string): Record<string, string>[] {
  const matches = svg.matchAll(new RegExp(`<${element} ([^>]*)>`, 'g'));
  return [...matches].map((match) =>
    Object.fromEntries([...match[1]!.matchAll(/([\w-]+)="([^"]*)"/g)].map((pair) => [pair[1], pair[2]])),
  );
}

const listBars = (svg: string) =>
  listMarks(svg, 'rect').filter((mark) => mark['class'] === 'nvc-fill-0' && mark['width'] !== '10');

describe('bars', () => {
  test('stand on zero, in proportion; missing values have none', () => {
    const bars = listBars(drawChart(months, options));
    expect(bars).toHaveLength(2);
    const [small, large] = bars.map((bar) => Number(bar['height']));
    expect(large! / small!).toBeCloseTo(4, 1);
    const feet = bars.map((bar) => Number(bar['y']) + Number(bar['height']));
    expect(feet[0]).toBeCloseTo(feet[1]!, 0);
  });

  test('negative ones hang below zero', () => {
    const data = { labels: ['a', 'b'], series: [{ name: 'x', values: [-5, 5] }] };
    const [down, up] = listBars(drawChart(data, options));
    expect(Number(down!['y'])).toBeCloseTo(Number(up!['y']) + Number(up!['height']), 1);
  });

  test('all marks stay inside the picture', () => {
    const svg = drawChart({ labels: ['a'], series: [{ name: 'x', values: [123_456_789] }] }, options);
    for (const bar of listBars(svg)) {
      expect(Number(bar['x'])).toBeGreaterThan(0);
      expect(Number(bar['x']) + Number(bar['width'])).toBeLessThan(400);
      expect(Number(bar['y']) + Number(bar['height'])).toBeLessThan(300);
    }
  });
});

test('lines break where a value is missing', () => {
  const data = { labels: ['a', 'b', 'c', 'd'], series: [{ name: 'x', values: [1, 2, null, 4] }] };
  const svg = drawChart(data, { ...options, kind: 'line' });
  const [path] = listMarks(svg, 'path');
  expect(path!['d']!.match(/[ML]/g)).toEqual(['M', 'L', 'M']);
  expect(listMarks(svg, 'circle')).toHaveLength(3);
});

describe('for those who can’t see it', () => {
  test('the picture has a name and a description with the extremes', () => {
    const svg = drawChart(months, options);
    expect(svg).toContain('role="img"');
    const [, title, description] = /aria-labelledby="(\S+) (\S+)"/.exec(svg)!;
    expect(svg).toContain(`<title id="${title}">Rain</title>`);
    expect(svg).toContain(
      `<desc id="${description}">Bar chart with 3 points, from Jan to Mar. Rain (mm): lowest 10 (Jan), highest 40 (Mar).</desc>`,
    );
  });

  test('in French, numbers too', () => {
    const data = { labels: ['a', 'b'], series: [{ name: 'Pluie', values: [0.5, 1234.5] }] };
    expect(drawChart(data, { ...options, kind: 'line', unit: '', language: 'fr' })).toContain(
      'Courbe de 2 points, de a à b. Pluie : minimum 0,5 (a), maximum 1\u202f234,5 (b).',
    );
  });

  test('a series without values says so, and two charts in one page have different ids', () => {
    const empty = { labels: ['a'], series: [{ name: 'x', values: [null] }] };
    expect(drawChart(empty, options)).toContain('x (mm): no values.');
    const idOf = (svg: string) => /aria-labelledby="(\S+)/.exec(svg)![1];
    expect(idOf(drawChart(empty, options))).not.toBe(idOf(drawChart(months, options)));
  });

  function contrast(a: string, b: string): number {
    const luminance = (hex: string) => {
      const [r, g, bl] = [1, 3, 5].map((at) => {
        const channel = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
        return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * r! + 0.7152 * g! + 0.0722 * bl!;
    };
    const [lighter, darker] = [luminance(a), luminance(b)].sort((x, y) => y - x);
    return (lighter! + 0.05) / (darker! + 0.05);
  }

  test.each<[string, Palette]>([
    ['light', light],
    ['dark', dark],
  ])('the %s colours have the contrast of WCAG', (_name, palette) => {
    for (const text of [palette.ink, palette.soft])
      expect(contrast(text, palette.background)).toBeGreaterThanOrEqual(4.5);
    for (const colour of palette.series)
      expect(contrast(colour, palette.background)).toBeGreaterThanOrEqual(3);
    expect(new Set(palette.series).size).toBe(6);
  });
});

test('what comes from data can’t leave its text', () => {
  const evil = '"><script>alert(1)</script>\u0000\ud800&';
  const data = {
    labels: [evil],
    series: [
      { name: evil, values: [1] },
      { name: 'b', values: [2] },
    ],
  };
  const svg = drawChart(data, { ...options, title: evil, unit: evil });
  expect(svg).not.toContain('<script');
  expect(svg).not.toContain('\u0000');
  expect(svg.isWellFormed()).toBe(true);
  const names = new Set([...svg.matchAll(/<([a-z]+)/g)].map((match) => match[1]));
  expect([...names].sort()).toEqual(['desc', 'line', 'rect', 'style', 'svg', 'text', 'title']);
});

test('labels without room are left out evenly', () => {
  const labels = Array.from({ length: 48 }, (_, index) => `2012-${index}`);
  const data = { labels, series: [{ name: 'x', values: labels.map(() => 1) }] };
  const shown = [...drawChart(data, options).matchAll(/>2012-(\d+)<\/text>/g)].map((match) =>
    Number(match[1]),
  );
  expect(shown).toEqual([0, 10, 20, 30, 40]);
});

describe('createScale', () => {
  test.each([
    [[0.5, 283.6], true, [0, 100, 200, 300]],
    [[1.2, 28.1], false, [0, 10, 20, 30]],
    [[100.1, 100.4], false, [100.1, 100.2, 100.3, 100.4]],
    [[-3, 7], true, [-4, -2, 0, 2, 4, 6, 8]],
    [[5], true, [0, 1, 2, 3, 4, 5]],
    [[], true, [0, 0.2, 0.4, 0.6, 0.8, 1]],
    [[0, 0], false, [0, 0.2, 0.4, 0.6, 0.8, 1]],
  ])('%j from zero: %j', (values, fromZero, ticks) => {
    const scale = createScale(values, { fromZero });
    expect(scale.ticks).toEqual(ticks);
    expect(scale.min).toBeLessThanOrEqual(Math.min(...values, scale.min));
    expect(scale.max).toBeGreaterThanOrEqual(Math.max(...values, scale.min));
    expect(scale.min).toBeLessThan(scale.max);
  });

  test('ticks have no rests of floating point, and know their digits', () => {
    const scale = createScale([0.1, 0.7], { fromZero: true });
    expect(scale.ticks).toEqual([0, 0.2, 0.4, 0.6, 0.8]);
    expect(scale.fractionDigits).toBe(1);
  });
});

describe('readSeries', () => {
  test('reads numbers, numbers as text, gaps and nested fields', () => {
    const items: Item[] = [
      { json: { m: 1, v: { a: '2.5' } } },
      { json: { m: null, v: { a: '' } } },
      { json: { m: 'x' } },
    ];
    expect(readSeries(items, 'm', [{ field: 'v.a', name: '' }])).toEqual({
      labels: ['1', '', 'x'],
      series: [{ name: 'v.a', values: [2.5, null, null] }],
    });
  });

  test('refuses what is no number', () => {
    expect(() =>
      readSeries([{ json: { v: 1 } }, { json: { v: 'many' } }], 'm', [{ field: 'v', name: '' }]),
    ).toThrow(
      expect.objectContaining({
        code: 'NODE_INPUT_INVALID',
        message: expect.stringContaining('"v" of item 1'),
      }),
    );
  });
});
