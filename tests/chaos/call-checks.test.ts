import { describe, expect, test } from 'vitest';
import { checkCalls, checkKeysApart, checkTakeovers, countRepeats } from './call-checks.ts';
import { type Call, tokenOf } from './counting-server.ts';

/** "1 2 | 2 3": steps in order, "|" for a kill. */
function createCalls(text: string, run = 'a'): Call[] {
  const calls: Call[] = [];
  let epoch = 0;
  for (const word of text.split(' ')) {
    if (word === '|') {
      epoch += 1;
      continue;
    }
    const step = Number(word);
    const token = step === 1 ? undefined : tokenOf(run, step - 1);
    calls.push({
      run,
      step,
      token,
      key: `key-${run}-${step}`,
      path: `/calls/${step}`,
      epoch,
      answered: true,
      at: calls.length,
    });
  }
  return calls;
}

describe('calls of one run', () => {
  test.each(['1 2 3', '1 2 | 2 3', '1 2 | 3', '1 | 1 | 1 2 3', '| 1 2 3', '1 2 3 | 3'])(
    '%s is fine',
    (text) => {
      expect(checkCalls('a', createCalls(text), { steps: 3 })).toEqual([]);
    },
  );

  test.each([
    ['a call too few', '1 2', ['a: 2 of 3 steps were called']],
    ['a repeat without a kill', '1 2 2 3', ['a: call 2 was repeated without a kill']],
    ['a second repeat after one kill', '1 2 | 2 2 3', ['a: call 2 was repeated without a kill']],
    [
      'a completed call',
      '1 2 | 1 2 3',
      [
        'a: call 1 came after call 2',
        'a: call 1 was repeated after later calls',
        'a: call 2 was repeated without a kill',
      ],
    ],
    ['a skipped call', '1 | 3', ['a: call 3 came after call 1']],
  ])('%s is found', (_name, text, problems) => {
    expect(checkCalls('a', createCalls(text), { steps: 3 })).toEqual(problems);
  });

  test('after a kill of the database the one repeat may come late, and only the one', () => {
    const lateEpochs = new Set([1]);
    expect(checkCalls('a', createCalls('1 | 2 2 3'), { steps: 3, lateEpochs })).toEqual([]);
    expect(checkCalls('a', createCalls('1 2 | 2 3 3'), { steps: 3, lateEpochs })).toEqual([
      'a: call 3 was repeated without a kill',
    ]);
    expect(checkCalls('a', createCalls('1 2 2 | 3'), { steps: 3, lateEpochs })).toEqual([
      'a: call 2 was repeated without a kill',
    ]);
  });

  test('a call without a key, and one whose key changes, are found', () => {
    const calls = createCalls('1 2 | 2 3');
    calls[0]!.key = undefined;
    calls[2]!.key = 'another';
    expect(checkCalls('a', calls, { steps: 3 })).toEqual([
      'a: call 1 has no key',
      'a: call 2 changed its key',
    ]);
  });

  test('a call that lost the answer of the one before is found', () => {
    const calls = createCalls('1 2 3');
    calls[2]!.token = undefined;
    expect(checkCalls('a', calls, { steps: 3 })).toEqual(['a: call 3 carried undefined, not a/2']);
  });
});

test('a key that two calls share is found, a repeat is not', () => {
  const calls = [...createCalls('1 2 | 2'), ...createCalls('1', 'b')];
  expect(checkKeysApart(calls)).toEqual([]);
  calls[3]!.key = calls[0]!.key;
  expect(checkKeysApart(calls)).toEqual(['a/1 and b/1 share the key key-a-1']);
});

test('a repeat of what the journal had completed is found, even as the last call before the kill', () => {
  const calls = createCalls('1 2 | 2 3');
  expect(checkTakeovers('a', calls, [{ epoch: 1, completed: new Set([1]) }])).toEqual([]);
  expect(checkTakeovers('a', calls, [{ epoch: 1, completed: new Set([1, 2]) }])).toEqual([
    'a: call 2 was completed before epoch 1, and repeated in 1',
  ]);
});

test('repeats are counted over runs', () => {
  expect(countRepeats([...createCalls('1 2 | 2 3'), ...createCalls('1 | 1 | 1', 'b')])).toBe(3);
});
