import type { Item, JournalRecord, PortItems } from '@navette/contracts';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hollowParts, joinParts, listParts } from './join-parts.ts';
import { holdsLongList, isOverLimit, journalLimitBytes, offloadRecords } from './offload-records.ts';

function completed(outputs: PortItems, more: object = {}): JournalRecord {
  return { type: 'step-completed', at: 1, path: 'n', startedAt: 1, attempts: 1, outputs, ...more };
}

/** Out of the journal, through JSON as the database keeps it, and back. */
async function roundTrip(records: readonly JournalRecord[]) {
  const { records: stored, parts } = await offloadRecords(records);
  const chunk = { seq: 1, records: JSON.parse(JSON.stringify(stored)) };
  expect(listParts([chunk]).toSorted()).toEqual([...parts.keys()].toSorted());
  const [joined] = joinParts([chunk], (part) => JSON.parse(parts.get(part)!));
  return { joined: joined!.records, hollow: hollowParts([chunk])[0]!.records, stored, parts };
}

const item = (index: number, bytes: number): Item => ({
  json: { index, text: 'x'.repeat(bytes) },
  pairedItem: { item: index },
});

test('any records come back as they were', async () => {
  const items = fc.array(fc.record({ json: fc.dictionary(fc.string(), fc.jsonValue()) }), { maxLength: 5 });
  const outputs = fc.dictionary(fc.stringMatching(/^[a-z]{1,6}$/), items, { maxKeys: 3 });
  const filler = fc.constantFrom(0, 0, 3_000, 6_000, 6_000, 600_000);
  const record = fc.tuple(outputs, filler).map(([ports, bytes]) => {
    const whole = bytes === 0 ? ports : { ...ports, filler: [item(0, bytes), item(1, 10)] };
    return completed(
      whole as PortItems,
      bytes === 6_000 ? { response: { status: 200, body: 'y'.repeat(5_000) } } : {},
    );
  });
  await fc.assert(
    fc.asyncProperty(fc.array(record, { maxLength: 4 }), async (records) => {
      const plain = JSON.parse(JSON.stringify(records));
      expect((await roundTrip(plain)).joined).toEqual(plain);
    }),
    { numRuns: 100 },
  );
});

test('large outputs leave, with the counts of their items; small ones and other records stay', async () => {
  const small = completed({ main: [item(0, 10)] });
  const large = completed({ main: [item(0, 20_000), item(1, 20_000)], other: [] });
  const started: JournalRecord = { type: 'step-started', at: 1, path: 'n', attempt: 1 };
  const { stored, parts, hollow } = await roundTrip([started, small, large]);
  expect(stored.slice(0, 2)).toEqual([started, small]);
  expect(stored[2]).not.toHaveProperty('outputs');
  expect(stored[2]!.outputsAt).toMatchObject({ counts: { main: 2, other: 0 } });
  expect(stored[2]!.outputsAt!.sizeBytes).toBeGreaterThan(40_000);
  expect(parts.size).toBe(1);
  expect(JSON.stringify(stored).length).toBeLessThan(1_000);
  const lists = (hollow[2] as { outputs: PortItems }).outputs;
  expect(Object.entries(lists).map(([port, list]) => [port, list.length])).toEqual([
    ['main', 2],
    ['other', 0],
  ]);
});

test('outputs of a waiting step, of an item and a response leave as well', async () => {
  const outputs = { main: [item(0, 10_000)] };
  const records: JournalRecord[] = [
    { type: 'step-waiting', at: 1, path: 'w', startedAt: 1, attempt: 1, wakeAt: 5, outputs },
    { type: 'item-completed', at: 1, path: 'i', item: 3, attempts: 1, outputs: { main: [item(3, 10_000)] } },
    completed(
      { main: [] },
      { response: { status: 200, headers: {}, body: { kind: 'json', value: 'z'.repeat(9_000) } } },
    ),
  ];
  const { stored, joined, hollow, parts } = await roundTrip(records);
  expect(parts.size).toBe(3);
  expect(JSON.stringify(stored).length).toBeLessThan(1_200);
  expect(joined).toEqual(records);
  expect(hollow[2]).not.toHaveProperty('response');
});

test('inputs that were given leave with their paths', async () => {
  const records: JournalRecord[] = [
    {
      type: 'execution-prepared',
      at: 1,
      inputs: [
        { path: 'a', inputs: { main: [item(0, 10_000)], other: [] } },
        { path: 'b', inputs: { main: [item(1, 1)] } },
      ],
    },
  ];
  const { stored, joined, hollow } = await roundTrip(records);
  expect(JSON.stringify(stored).length).toBeLessThan(500);
  expect(joined).toEqual(records);
  expect(hollow).toMatchObject([
    { inputs: [{ path: 'a', inputs: { main: [{ json: {} }], other: [] } }, { path: 'b' }] },
  ]);
});

test('a long list is cut into parts of about a megabyte, the same value is kept once', async () => {
  const outputs = {
    main: Array.from({ length: 3_000 }, (_, index) => item(index, 2_000)),
    done: [item(0, 5)],
  };
  const { stored, parts, joined } = await roundTrip([completed(outputs), completed(outputs)]);
  expect(stored[0]!.outputsAt!.parts).toHaveLength(6);
  expect(stored[1]!.outputsAt).toEqual(stored[0]!.outputsAt);
  expect(parts.size).toBe(6);
  for (const text of parts.values()) expect(text.length).toBeLessThan(1_052_000);
  expect(joined[0]).toEqual(completed(outputs));
});

test('the limit counts bytes, not characters', () => {
  expect(isOverLimit('a'.repeat(journalLimitBytes))).toBe(false);
  expect(isOverLimit('a'.repeat(journalLimitBytes + 1))).toBe(true);
  expect(isOverLimit('é'.repeat(journalLimitBytes / 2))).toBe(false);
  expect(isOverLimit('é'.repeat(journalLimitBytes / 2 + 1))).toBe(true);
});

test('a list is long when its JSON is more than the journal takes, however many items it has', () => {
  const list = (count: number, bytes: number) =>
    completed({ other: [], main: Array.from({ length: count }, (_, index) => item(index, bytes)) });
  expect(holdsLongList([list(200, 1_000)])).toBe(true);
  expect(holdsLongList([list(20, 1_000), list(200, 1_000)])).toBe(true);
  expect(holdsLongList([list(200, 10)])).toBe(false);
  expect(holdsLongList([{ type: 'step-started', at: 1, path: 'n', attempt: 1 }])).toBe(false);
});

test('others have their turn while a long list is cut', async () => {
  let turns = 0;
  const count = () => {
    turns += 1;
    timer = setImmediate(count);
  };
  let timer = setImmediate(count);
  const outputs = { main: Array.from({ length: 5_000 }, (_, index) => item(index, 1_000)) };
  const { parts } = await offloadRecords([completed(outputs)]);
  clearImmediate(timer);
  expect(turns).toBeGreaterThanOrEqual(parts.size - 1);
});
