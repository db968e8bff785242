import { createUuid } from '@navette/kit';
import { expect, test } from 'vitest';
import { decodePart, encodePart, type LinePart } from './line-messages.ts';

const part: LinePart = {
  executionId: createUuid(),
  path: 'code',
  list: 'list-1',
  from: 3,
  lines: [
    { at: 1, message: 'plain' },
    { at: 2, message: 'warned', level: 'warn' },
    { at: 3, message: 'again', attempt: 2 },
    { at: 4, message: 'bare', level: 'warn', notice: 'without-jail' },
    { at: 5, message: 'bare again', level: 'warn', attempt: 2, notice: 'without-jail' },
  ],
  isOver: false,
};

test('lines come as they were sent, with what the host says of them', () => {
  expect(decodePart(encodePart(part))).toEqual(part);
});

test('a notice of a later version is left out, and its line is not', () => {
  const text = encodePart(part).replaceAll('without-jail', 'of-tomorrow');
  expect(decodePart(text)?.lines.map(({ message, notice }) => [message, notice])).toEqual(
    part.lines.map(({ message }) => [message, undefined]),
  );
});
