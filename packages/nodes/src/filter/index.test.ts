import { runNode } from '@navette/testing';
import { describe, expect, it } from 'vitest';
import { filter } from './index.ts';

const file = {
  artifactId: `art_${'0'.repeat(32)}`,
  fileName: 'a.txt',
  mediaType: 'text/plain',
  sizeBytes: 1,
  sha256: '0'.repeat(64),
};

function greaterThan(right: number) {
  return { conditions: [{ left: '{{ $json.n }}', operator: { type: 'number', operation: 'gt' }, right }] };
}

describe('filter', () => {
  it('keeps items that pass, in order, with their files and links', async () => {
    const inputs = [{ json: { n: 3 } }, { json: { n: 1 } }, { json: { n: 5 }, binary: { doc: file } }];
    const { outputs } = await runNode(filter, { parameters: greaterThan(2), inputs });
    expect(outputs).toEqual({
      main: [
        { json: { n: 3 }, pairedItem: { item: 0 } },
        { json: { n: 5 }, binary: { doc: file }, pairedItem: { item: 2 } },
      ],
    });
  });

  it('names the item whose value has the wrong type', async () => {
    const inputs = [{ json: { n: 3 } }, { json: { n: 'many' } }];
    await expect(runNode(filter, { parameters: greaterThan(2), inputs })).rejects.toMatchObject({
      code: 'NODE_CONDITION_TYPE',
      params: { item: 1, condition: 0, side: 'left' },
    });
  });

  it('takes a missing field as not passing', async () => {
    const { outputs } = await runNode(filter, { parameters: greaterThan(2), inputs: [{ json: {} }] });
    expect(outputs).toEqual({ main: [] });
  });

  it('refuses parameters without conditions', async () => {
    await expect(runNode(filter, { parameters: { conditions: [] } })).rejects.toMatchObject({
      code: 'NODE_PARAMETER_INVALID',
      issues: [{ path: '/conditions', message: 'must hold at least one condition' }],
    });
  });

  it('refuses unknown fields by name', async () => {
    await expect(
      runNode(filter, { parameters: { ...greaterThan(2), combine: 'any' } }),
    ).rejects.toMatchObject({ code: 'NODE_PARAMETER_INVALID' });
  });
});
