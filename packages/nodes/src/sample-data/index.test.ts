import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { MemoryArtifacts, runNode } from '@navette/testing';
import { expect, test } from 'vitest';
import { csv } from '../csv/index.ts';
import { sampleData } from './index.ts';

test('the Seattle weather table is that of the vega-datasets package, byte for byte', async () => {
  const artifacts = new MemoryArtifacts();
  const { outputs } = await runNode(sampleData, { artifacts });
  const [item] = outputs['main']!;
  const shipped = await artifacts.read(item!.binary!['data']!);
  const original = await readFile(
    new URL('../data/seattle-weather.csv', import.meta.resolve('vega-datasets')),
  );
  expect(Buffer.from(shipped).equals(original)).toBe(true);
  // The package lists files by their Git object id.
  const object = createHash('sha1').update(`blob ${shipped.byteLength}\0`).update(shipped);
  expect(object.digest('hex')).toBe('0f38b53bdc1c42c5e5d484f33b9d4d7b229e0e59');
  expect(item!.json).toMatchObject({
    dataset: 'seattle-weather',
    licence: expect.stringContaining('public domain'),
  });
});

test('it reads as 1,461 days', async () => {
  const artifacts = new MemoryArtifacts();
  const { outputs } = await runNode(sampleData, { artifacts });
  const rows = (await runNode(csv, { inputs: outputs['main']!, artifacts })).outputs['main']!;
  expect(rows).toHaveLength(1_461);
  expect(rows[0]!.json).toEqual({
    date: '2012-01-01',
    precipitation: 0,
    temp_max: 12.8,
    temp_min: 5,
    wind: 4.7,
    weather: 'drizzle',
  });
});

test('a dataset that does not ship is refused', async () => {
  await expect(runNode(sampleData, { parameters: { dataset: '../../package.json' } })).rejects.toMatchObject({
    code: 'NODE_PARAMETER_INVALID',
  });
});
