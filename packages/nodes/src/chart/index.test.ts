import { MemoryArtifacts, runNode } from '@navette/testing';
import { expect, test } from 'vitest';
import { chart } from './index.ts';

const inputs = [{ json: { month: 'Jan', rain: 10 } }, { json: { month: 'Feb', rain: 20 } }];
const parameters = {
  labelField: 'month',
  values: [{ field: 'rain', name: 'Rain' }],
  title: 'From {{ $json.month }}',
};

test('one item with the picture, the text of it only when asked for', async () => {
  const artifacts = new MemoryArtifacts();
  const { outputs } = await runNode(chart, { parameters, inputs, artifacts });
  const [item] = outputs['main']!;
  expect(item!.json).toEqual({ title: 'From Jan', points: 2, series: ['Rain'], fileName: 'chart.svg' });
  expect(item!.pairedItem).toEqual([{ item: 0 }, { item: 1 }]);
  const svg = await artifacts.readText(item!.binary!['chart']!);
  expect(svg).toMatch(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg"/);
  expect(svg).toContain('>From Jan</text>');
  const inline = await runNode(chart, { parameters: { ...parameters, inline: true }, inputs, artifacts });
  expect(inline.outputs['main']![0]!.json['svg']).toBe(svg);
});

test('nothing to draw and too much to draw', async () => {
  await expect(runNode(chart, { parameters: { ...parameters, title: '' }, inputs: [] })).rejects.toThrow(
    /no items/,
  );
  const many = Array.from({ length: 2_001 }, () => inputs[0]!);
  await expect(runNode(chart, { parameters, inputs: many })).rejects.toThrow(/2001 items are too many/);
});

test.each([
  ['no values', { ...parameters, values: [] }],
  ['seven series', { ...parameters, values: Array(7).fill({ field: 'a' }) }],
  ['a field that reaches a prototype', { ...parameters, labelField: '__proto__.x' }],
])('%s: refused', async (_name, wrong) => {
  await expect(runNode(chart, { parameters: wrong, inputs })).rejects.toMatchObject({
    code: 'NODE_PARAMETER_INVALID',
  });
});
