import { createUuid } from '@navette/kit';
import { expect, test } from 'vitest';
import {
  createSpanId,
  createTraceId,
  deriveSpanId,
  deriveTraceId,
  encodeTraceParent,
  isSampled,
  parseTraceParent,
} from './trace-context.ts';

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const spanId = '00f067aa0ba902b7';

test('a traceparent is read and written as the W3C has it', () => {
  const text = `00-${traceId}-${spanId}-01`;
  expect(parseTraceParent(text)).toEqual({ traceId, spanId, sampled: true });
  expect(parseTraceParent(`00-${traceId}-${spanId}-00`)?.sampled).toBe(false);
  expect(parseTraceParent(`00-${traceId}-${spanId}-03`)?.sampled).toBe(true);
  // A later version may say more, which is not ours to understand.
  expect(parseTraceParent(`01-${traceId}-${spanId}-01-what-will-be`)).toEqual({
    traceId,
    spanId,
    sampled: true,
  });
  expect(encodeTraceParent({ traceId, spanId, sampled: true })).toBe(text);
  expect(encodeTraceParent({ traceId, spanId, sampled: false })).toBe(`00-${traceId}-${spanId}-00`);
});

test('a malformed one counts as none', () => {
  for (const text of [
    '',
    'x',
    `00-${traceId}-${spanId}`,
    `00-${traceId}-${spanId}-01-more`,
    `ff-${traceId}-${spanId}-01`,
    `00-${traceId.toUpperCase()}-${spanId}-01`,
    `00-${'0'.repeat(32)}-${spanId}-01`,
    `00-${traceId}-${'0'.repeat(16)}-01`,
    `00-${traceId}-${spanId}-1`,
    ` 00-${traceId}-${spanId}-01`,
  ])
    expect(parseTraceParent(text), text).toBeUndefined();
});

test('ids that follow from others are the same in every process, and differ where the others do', () => {
  const rootId = createUuid();
  expect(deriveTraceId({ rootId })).toMatch(/^[0-9a-f]{32}$/);
  expect(deriveSpanId(rootId, 'a')).toMatch(/^[0-9a-f]{16}$/);
  expect(deriveSpanId('exe', 'a', 1)).toBe(deriveSpanId('exe', 'a', 1));
  const ids = [
    deriveSpanId('exe'),
    deriveSpanId('exe', 'a'),
    deriveSpanId('exea'),
    deriveSpanId('exe', 'a', 1),
  ];
  expect(new Set(ids).size).toBe(4);
  expect(createTraceId()).toMatch(/^[0-9a-f]{32}$/);
  expect(createSpanId()).toMatch(/^[0-9a-f]{16}$/);
});

test('a share of traces is sampled, the same ones everywhere, also when their ids begin with the time', () => {
  const ids = Array.from({ length: 4_000 }, (_, at) =>
    at % 2 ? createTraceId() : createUuid().replaceAll('-', ''),
  );
  const sampled = ids.filter((id) => isSampled(id, 0.25));
  // Six standard deviations around the 1,000 that are to be expected.
  expect(Math.abs(sampled.length - 1_000)).toBeLessThan(165);
  for (const id of sampled) expect(isSampled(id, 0.5)).toBe(true);
  expect(ids.filter((id) => isSampled(id, 0))).toEqual([]);
  expect(ids.filter((id) => !isSampled(id, 1))).toEqual([]);
});
