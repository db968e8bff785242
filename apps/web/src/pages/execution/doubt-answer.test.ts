import { resolveRequestSchema } from '@navette/contracts';
import { expect, test } from 'vitest';
import { type DoubtChoice, toAnswer } from './doubt-answer.ts';

const base: DoubtChoice = { items: null, outcome: undefined, own: undefined, output: undefined, comment: '' };

test('nothing is sent before something was chosen', () => {
  expect(toAnswer(base)).toBeUndefined();
  expect(toAnswer({ ...base, items: [0, 2], own: new Map([[0, 'retry']]) })).toBeUndefined();
});

test('an answer is one that the server takes', () => {
  const choices: DoubtChoice[] = [
    { ...base, outcome: 'retry' },
    { ...base, outcome: 'done', output: { charge: 'c7' }, comment: 'Seen' },
    { ...base, items: [0, 2], outcome: 'fail' },
    {
      ...base,
      items: [0, 2],
      own: new Map([
        [2, 'done'],
        [0, 'fail'],
      ]),
    },
  ];
  const answers = choices.map((choice) => resolveRequestSchema.parse({ question: 1, ...toAnswer(choice) }));
  expect(answers).toEqual([
    { question: 1, outcome: 'retry', items: [], comment: '' },
    { question: 1, outcome: 'done', items: [], output: { charge: 'c7' }, comment: 'Seen' },
    { question: 1, outcome: 'fail', items: [], comment: '' },
    {
      ...{ question: 1, comment: '' },
      items: [
        { item: 0, outcome: 'fail' },
        { item: 2, outcome: 'done' },
      ],
    },
  ]);
});
