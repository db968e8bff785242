import { createUuid } from '@navette/kit';
import { expect, test } from 'vitest';
import { decodeBusPayload, encodeBusBatch, missedPayload } from './bus-payload.ts';
import type { BusMessage } from './process-bus.ts';

const [projectId, workflowId] = [createUuid(), createUuid()];
const createCommit = () =>
  ({ kind: 'committed', projectId, workflowId, executionId: createUuid(), status: 'succeeded' }) as const;

test('says the same on the other side', () => {
  const commits = [
    createCommit(),
    { ...createCommit(), workflowId: createUuid(), status: 'running' as const },
  ];
  const queued = [createUuid(), createUuid()];
  const workflows = [{ kind: 'workflow-changed', projectId, workflowId, change: 'published' }] as const;
  const texts = encodeBusBatch({ commits, queued, workflows }, 4);
  expect(texts).toHaveLength(1);
  const expected: BusMessage[] = [...commits, { kind: 'queued', executionIds: queued }, ...workflows];
  expect(decodeBusPayload(texts[0]!)).toEqual(expected);
});

test('a large batch is cut into texts that Postgres takes, and a larger one says that something was missed', () => {
  const commits = Array.from({ length: 500 }, createCommit);
  const batch = { commits, queued: [], workflows: [] };
  const texts = encodeBusBatch(batch, 4);
  expect(texts.length).toBeGreaterThan(1);
  for (const text of texts) expect(Buffer.byteLength(text)).toBeLessThan(8_000);
  expect(texts.flatMap(decodeBusPayload)).toEqual(commits);
  expect(encodeBusBatch(batch, 2)).toEqual([missedPayload]);
  expect(decodeBusPayload(missedPayload)).toEqual([{ kind: 'missed' }]);
});

test('workflows of their own each stay below the limit as well', () => {
  const commits = Array.from({ length: 150 }, () => ({ ...createCommit(), workflowId: createUuid() }));
  const texts = encodeBusBatch({ commits, queued: [], workflows: [] }, 10);
  for (const text of texts) expect(Buffer.byteLength(text)).toBeLessThan(8_000);
  expect(texts.flatMap(decodeBusPayload)).toEqual(commits);
});

test.each(['', 'x', '[]', '{"c":[["a","b",[]]]}', '{"c":7}', '{"q":["short"]}', 'null'])(
  'what cannot be read counts as missed: %s',
  (text) => expect(decodeBusPayload(text)).toEqual([{ kind: 'missed' }]),
);

test('keys of a later version are skipped', () => {
  expect(decodeBusPayload('{"z":1,"m":1}')).toEqual([{ kind: 'missed' }]);
  expect(decodeBusPayload('{"z":1}')).toEqual([]);
});
