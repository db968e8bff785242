import { expect, test } from 'vitest';
import { toForkPoint } from './fork-points.ts';
import type { LiveRecord } from './live-record.ts';

const point = (record: object) => toForkPoint({ id: '3.1', record: record as LiveRecord });

test('what happened to a step is a point, with its event', () => {
  expect(point({ type: 'step-completed', at: 5, path: 'each#2/pay', outputCounts: {} })).toEqual({
    id: '3.1',
    at: 5,
    path: 'each#2/pay',
    label: 'again.eventCompleted',
    item: undefined,
  });
  expect(point({ type: 'item-completed', at: 6, path: 'pay', item: 4 })).toMatchObject({
    label: 'again.eventItemDone',
    item: 4,
  });
});

test('what happened to the execution, and what is not known here, is none', () => {
  expect(point({ type: 'execution-started', at: 1 })).toBeUndefined();
  expect(point({ type: 'made-by-a-newer-server', at: 1, path: 'a' })).toBeUndefined();
});
