import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EventStreamParser, type ServerSentEvent } from './event-stream-parser.ts';

function parseAll(...pieces: string[]): ServerSentEvent[] {
  const parser = new EventStreamParser();
  return pieces.flatMap((piece) => parser.push(piece));
}

describe('the event stream', () => {
  test.each<[string, string, ServerSentEvent[]]>([
    ['one event', 'data: a\n\n', [{ type: 'message', data: 'a', id: '' }]],
    ['lines of data', 'data: a\ndata:b\ndata:  c\n\n', [{ type: 'message', data: 'a\nb\n c', id: '' }]],
    ['a name', 'event: resync\ndata: {}\n\n', [{ type: 'resync', data: '{}', id: '' }]],
    [
      'an id that stays',
      'id: 1.2\ndata: a\n\ndata: b\n\n',
      [
        { type: 'message', data: 'a', id: '1.2' },
        { type: 'message', data: 'b', id: '1.2' },
      ],
    ],
    [
      'a name that does not stay',
      'event: x\ndata: a\n\ndata: b\n\n',
      [
        { type: 'x', data: 'a', id: '' },
        { type: 'message', data: 'b', id: '' },
      ],
    ],
    ['comments', ': hi\n\n:\ndata: a\n\n', [{ type: 'message', data: 'a', id: '' }]],
    [
      'carriage returns',
      'data: a\r\rdata: b\r\n\r\n',
      [
        { type: 'message', data: 'a', id: '' },
        { type: 'message', data: 'b', id: '' },
      ],
    ],
    ['no data', 'event: x\nid: 3\n\n', []],
    ['a field alone', 'data\n\n', [{ type: 'message', data: '', id: '' }]],
    ['an unknown field', 'color: red\ndata: a\n\n', [{ type: 'message', data: 'a', id: '' }]],
    ['an id with NUL', 'id: a\0b\ndata: a\n\n', [{ type: 'message', data: 'a', id: '' }]],
    ['a byte order mark', '\uFEFFdata: a\n\n', [{ type: 'message', data: 'a', id: '' }]],
    ['an unfinished event', 'data: a\n\ndata: b\n', [{ type: 'message', data: 'a', id: '' }]],
  ])('%s', (_, text, events) => {
    expect(parseAll(text)).toEqual(events);
  });

  test('a retry is remembered, nonsense is not', () => {
    const parser = new EventStreamParser();
    parser.push('retry: 1500\n\n');
    parser.push('retry: soon\n\n');
    expect(parser.retryMs).toBe(1_500);
  });

  test('where the text is cut makes no difference', () => {
    const line = fc.constantFrom(
      'data: é',
      'data:',
      'id: 4.2',
      'event: e',
      ': c',
      '',
      '',
      'retry: 9',
      'data: x: y',
    );
    const end = fc.constantFrom('\n', '\r', '\r\n');
    const stream = fc
      .array(fc.tuple(line, end), { maxLength: 30 })
      .map((lines) => lines.map(([text, eol]) => text + eol).join(''));
    fc.assert(
      fc.property(stream, fc.array(fc.nat(200), { maxLength: 20 }), (text, cuts) => {
        const at = [0, ...cuts.map((cut) => cut % (text.length + 1)).sort((a, b) => a - b), text.length];
        const pieces = at.slice(1).map((cut, index) => text.slice(at[index], cut));
        expect(parseAll(...pieces)).toEqual(parseAll(text));
      }),
    );
  });
});
