import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeFrame, FrameDecoder, FrameError } from './frame.ts';

const decode = (decoder: FrameDecoder, chunks: readonly Buffer[]) =>
  chunks.flatMap((chunk) => [...decoder.push(chunk)]);

function cut(whole: Buffer, at: readonly number[]): Buffer[] {
  const places = [...new Set(at.map((place) => place % (whole.length + 1)))].sort((a, b) => a - b);
  return [0, ...places].map((start, index) => whole.subarray(start, places[index] ?? whole.length));
}

describe('frames', () => {
  test('come out as they went in, however the stream is cut', () => {
    const messages = fc.array(fc.jsonValue(), { maxLength: 6 });
    fc.assert(
      fc.property(messages, fc.array(fc.nat(), { maxLength: 20 }), (sent, at) => {
        const chunks = cut(Buffer.concat(sent.map(encodeFrame)), at);
        const received = decode(new FrameDecoder(() => 1_000_000), chunks);
        expect(received).toEqual(JSON.parse(JSON.stringify(sent)));
      }),
    );
  });

  test('a length above the maximum is refused with its header, before a byte of it has come', () => {
    const decoder = new FrameDecoder(() => 100);
    expect(() => decode(decoder, [Buffer.from([0xff, 0xff, 0xff, 0xff])])).toThrow(FrameError);
    expect(() => decode(new FrameDecoder(() => 100), [Buffer.from([0, 0, 0, 101])])).toThrow(/101 bytes/);
    expect(decode(new FrameDecoder(() => 100), [Buffer.from([0, 0, 0, 100])])).toEqual([]);
  });

  test('the maximum is asked for at each header', () => {
    let max = 10;
    const decoder = new FrameDecoder(() => max);
    expect(decode(decoder, [encodeFrame('x')])).toEqual(['x']);
    max = 2;
    expect(() => decode(decoder, [encodeFrame('x')])).toThrow(FrameError);
  });

  test.each([
    ['an empty frame', Buffer.from([0, 0, 0, 0])],
    ['a frame that is not JSON', Buffer.from([0, 0, 0, 2, 0x7b, 0x7b])],
    ['a frame that is not text', Buffer.from([0, 0, 0, 2, 0xff, 0xfe])],
  ])('%s is refused, and nothing after it is read', (_, bytes) => {
    const decoder = new FrameDecoder(() => 1_000);
    expect(() => decode(decoder, [bytes])).toThrow(FrameError);
    expect(decode(decoder, [encodeFrame({ type: 'done' })])).toEqual([]);
  });
});
