import type { JournalRecord } from '@navette/contracts';
import { expect, test } from 'vitest';
import { checkJournal, type StoredChunk, type StoredExecution } from './journal-checks.ts';

const execution: StoredExecution = {
  id: 'x',
  status: 'succeeded',
  fence: 2,
  owner: null,
  finishedAt: new Date(0),
  recoveries: 1,
};
const completed = (path: string): JournalRecord => ({
  type: 'step-completed',
  at: 0,
  path,
  startedAt: 0,
  attempts: 1,
  outputs: {},
});
const failedAttempt = (attempt: number): JournalRecord => ({
  type: 'attempt-failed',
  at: 0,
  path: 'a',
  attempt,
  error: { code: 'X', message: 'x', kind: 'operational', retryable: true },
  retryAt: 0,
});
const finished: JournalRecord = { type: 'execution-finished', at: 0, status: 'succeeded' };

/** One chunk per list; the last two under fence 2. */
function createChunks(...lists: JournalRecord[][]): StoredChunk[] {
  return lists.map((records, index) => ({
    executionId: 'x',
    seq: index + 1,
    fence: index < lists.length - 2 ? 1 : 2,
    records,
  }));
}

const sound = () =>
  createChunks([completed('start')], [failedAttempt(1)], [failedAttempt(2), completed('a')], [finished]);

test('a sound journal has no problem', () => {
  expect(checkJournal(execution, sound())).toEqual([]);
});

test.each<[string, Partial<StoredExecution>, (chunks: StoredChunk[]) => void, string[]]>([
  [
    'an execution that goes on',
    { status: 'running', owner: 'w', finishedAt: null },
    () => {},
    [
      'x: it is running, not at its end',
      'x: it still has an owner',
      'x: it has no end time',
      'x: its journal says succeeded, its row running',
    ],
  ],
  ['no end', {}, (chunks) => chunks.pop(), ['x: it has 0 ends', 'x: something was written after its end']],
  ['two ends', {}, (chunks) => chunks[1]!.records.push(finished), ['x: it has 2 ends']],
  [
    'something after the end',
    {},
    (chunks) => chunks[3]!.records.push(completed('b')),
    ['x: something was written after its end'],
  ],
  [
    'a gap in the sequence',
    {},
    (chunks) => {
      chunks[3]!.seq = 5;
    },
    ['x: chunk 5 is in place 4'],
  ],
  [
    'a falling fence',
    {},
    (chunks) => {
      chunks[0]!.fence = 2;
    },
    ['x: the fence falls from 2 to 1 at chunk 2'],
  ],
  [
    'a fence of nobody',
    {},
    (chunks) => {
      chunks[3]!.fence = 3;
    },
    ["x: chunk 4 has a fence above the execution's"],
  ],
  [
    'a path completed twice',
    {},
    (chunks) => chunks[1]!.records.push(completed('start')),
    ['x: start: step-completed, then step-completed'],
  ],
  [
    'a path skipped and completed',
    {},
    (chunks) => chunks[1]!.records.push({ type: 'step-skipped', at: 0, path: 'a' }),
    ['x: a: step-skipped, then step-completed'],
  ],
  [
    'an attempt counted twice',
    {},
    (chunks) => {
      chunks[2]!.records[0] = failedAttempt(1);
    },
    ['x: a: failed attempt 1 where 2 was due'],
  ],
])('%s is found', (_name, changes, damage, problems) => {
  const chunks = sound();
  damage(chunks);
  expect(checkJournal({ ...execution, ...changes }, chunks)).toEqual(problems);
});
