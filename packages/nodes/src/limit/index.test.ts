import type { JsonObject } from '@navette/kit';
import { runNode } from '@navette/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { limit } from './index.ts';

async function numbers(parameters: Record<string, string | number>, count: number): Promise<unknown[]> {
  const inputs = Array.from({ length: count }, (_, n) => ({ json: { n } }));
  const { outputs } = await runNode(limit, { parameters, inputs });
  return outputs['main']!.map(({ json }) => json['n']);
}

describe('limit', () => {
  it.each([
    [{}, 3, [0]],
    [{ count: 2 }, 3, [0, 1]],
    [{ count: 9 }, 3, [0, 1, 2]],
    [{ count: 0 }, 3, []],
    [{ count: 2, from: 'last' }, 3, [1, 2]],
    [{ count: 9, from: 'last' }, 3, [0, 1, 2]],
    [{ count: 2, offset: 1 }, 4, [1, 2]],
    [{ count: 2, offset: 9 }, 4, []],
    [{ count: 2, from: 'last', offset: 1 }, 4, [1, 2]],
    [{ count: 2, from: 'last', offset: 9 }, 4, []],
    [{ count: 2, from: 'last', offset: 3 }, 4, [0]],
  ])('%j of %i items', async (parameters, count, expected) => {
    expect(await numbers(parameters as Record<string, string | number>, count)).toEqual(expected);
  });

  it('never gives more than asked, from either end', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(20), fc.nat(20), fc.nat(20), async (count, offset, size) => {
        const first = await numbers({ count, offset }, size);
        const last = await numbers({ count, offset, from: 'last' }, size);
        expect(first).toHaveLength(Math.min(count, Math.max(0, size - offset)));
        expect(last).toEqual(first.map((n) => size - 1 - (n as number)).reverse());
      }),
      { numRuns: 50 },
    );
  });

  it.each<JsonObject>([{ count: -1 }, { count: 1.5 }, { count: 'two' }, { from: 'middle' }])(
    '%j is refused',
    async (parameters) => {
      await expect(runNode(limit, { parameters })).rejects.toMatchObject({ code: 'NODE_PARAMETER_INVALID' });
    },
  );
});
