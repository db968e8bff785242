import { runNode } from '@navette/testing';
import { describe, expect, it } from 'vitest';
import { ifNode } from './index.ts';

const isAdult = {
  conditions: [{ left: '{{ $json.age }}', operator: { type: 'number', operation: 'gte' }, right: 18 }],
};

describe('if', () => {
  it('sends each item one way, and loses none', async () => {
    const inputs = [20, 10, 18, 17].map((age) => ({ json: { age } }));
    const { outputs } = await runNode(ifNode, { parameters: isAdult, inputs });
    expect(outputs['true']).toEqual([
      { json: { age: 20 }, pairedItem: { item: 0 } },
      { json: { age: 18 }, pairedItem: { item: 2 } },
    ]);
    expect(outputs['false']).toEqual([
      { json: { age: 10 }, pairedItem: { item: 1 } },
      { json: { age: 17 }, pairedItem: { item: 3 } },
    ]);
  });

  it('gives an empty list on the side that gets nothing', async () => {
    const { outputs } = await runNode(ifNode, { parameters: isAdult, inputs: [{ json: { age: 40 } }] });
    expect(outputs['false']).toEqual([]);
  });

  it('reads dates without a zone in that of the workflow', async () => {
    const parameters = {
      conditions: [
        {
          left: '2024-06-01T12:00:00',
          operator: { type: 'dateTime', operation: 'equals' },
          right: '2024-06-01T10:00:00Z',
        },
      ],
    };
    const paris = await runNode(ifNode, { parameters, timeZone: 'Europe/Paris' });
    const utc = await runNode(ifNode, { parameters });
    expect([paris.outputs['true']?.length, utc.outputs['true']?.length]).toEqual([1, 0]);
  });
});
