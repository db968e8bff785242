import { runNode } from '@navette/testing';
import { describe, expect, it } from 'vitest';
import { stopWithError } from './index.ts';

describe('stop with error', () => {
  it('fails with the message, never to be retried', async () => {
    await expect(runNode(stopWithError, { parameters: { message: 'No lines' } })).rejects.toMatchObject({
      code: 'NODE_STOPPED',
      kind: 'user',
      retry: 'never',
      message: 'No lines',
    });
  });

  it('evaluates the message for the first item, and fills nothing into it twice', async () => {
    const run = runNode(stopWithError, {
      parameters: { message: 'Order {{ $json.id }}' },
      inputs: [{ json: { id: '{detail}' } }, { json: { id: 2 } }],
    });
    await expect(run).rejects.toMatchObject({ message: 'Order {detail}' });
  });

  it('does nothing without items, and needs a message', async () => {
    expect((await runNode(stopWithError, { parameters: { message: 'x' }, inputs: [] })).outputs).toEqual({
      main: [],
    });
    await expect(runNode(stopWithError, { parameters: { message: '  ' } })).rejects.toMatchObject({
      code: 'NODE_PARAMETER_INVALID',
    });
  });
});
