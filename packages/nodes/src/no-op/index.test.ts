import type { Item } from '@navette/contracts';
import { runNode } from '@navette/testing';
import { expect, it } from 'vitest';
import { noOp } from './index.ts';

it('passes items on unchanged, and knows no parameters', async () => {
  const inputs: Item[] = [{ json: { a: [1] } }, { json: {} }];
  const { outputs } = await runNode(noOp, { inputs });
  expect(outputs).toEqual({
    main: [
      { json: { a: [1] }, pairedItem: { item: 0 } },
      { json: {}, pairedItem: { item: 1 } },
    ],
  });
  await expect(runNode(noOp, { parameters: { a: 1 } })).rejects.toMatchObject({
    code: 'NODE_PARAMETER_INVALID',
  });
});
