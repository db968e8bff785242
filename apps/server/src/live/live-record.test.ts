import { expect, it } from 'vitest';
import { toLiveRecord } from './live-record.ts';

it('says that a program made a call, and nothing of what it asked', () => {
  const call = { nodeType: 'http-request', digest: 'ab', asked: { parameters: { body: 'canary' } } };
  const live = toLiveRecord({ type: 'call-made', at: 1, path: 'program/@charge', call });
  expect(live).toEqual({
    type: 'call-made',
    at: 1,
    path: 'program/@charge',
    call: { nodeType: 'http-request', digest: 'ab' },
  });
});

it('counts items in place of their data', () => {
  const outputs = { main: [{ json: { secret: 'canary' } }] };
  const live = toLiveRecord({
    type: 'step-completed',
    at: 2,
    path: 'a',
    startedAt: 1,
    attempts: 1,
    outputs,
  });
  expect(live).toMatchObject({ outputCounts: { main: 1 } });
  expect(JSON.stringify(live)).not.toContain('canary');
});
