import { createUuid } from '@navette/kit';
import { expect, test } from 'vitest';
import { encodeTicket } from '../queue-source.ts';
import { decodeTicket } from './ticket-queue.ts';

test('the id of a job is its ticket, with a suffix when it was added again', () => {
  const ticket = { id: createUuid(), generation: 12 };
  expect(decodeTicket(encodeTicket(ticket))).toEqual(ticket);
  expect(decodeTicket(`${encodeTicket(ticket)}.lx3k9`)).toEqual(ticket);
});

test.each(['', '17', 'repeat:x:1', `${createUuid()}`, `${createUuid()}.x`, `${createUuid()}.1.a.b`])(
  'anything else is no ticket: %s',
  (jobId) => {
    expect(decodeTicket(jobId)).toBeUndefined();
  },
);
