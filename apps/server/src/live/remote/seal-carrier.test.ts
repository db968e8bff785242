import { randomBytes } from 'node:crypto';
import type { TextCarrier } from '@navette/kit';
import { expect, test } from 'vitest';
import { sealCarrier } from './seal-carrier.ts';

function createCarrier() {
  const sent: string[] = [];
  let listener: (text: string) => void = () => {};
  const carrier: TextCarrier = {
    isUp: true,
    maxTextBytes: 1_000,
    send: (_, text) => sent.push(text) > 0,
    listen: (_, heard) => {
      listener = heard;
      return () => {};
    },
  };
  return { carrier, sent, deliver: (text: string) => listener(text) };
}

test('a text is read with the key and under its address only, and as long as the carrier takes', () => {
  const key = randomBytes(32);
  const { carrier, deliver, sent } = createCarrier();
  const sealed = sealCarrier(carrier, key);
  const heard: string[] = [];
  const long = 'é'.repeat(sealed.maxTextBytes / 2);
  for (const text of ['a secret plan', long]) sealed.send('one', text);
  for (const text of sent) expect(Buffer.byteLength(text)).toBeLessThanOrEqual(carrier.maxTextBytes);
  expect(sent[0]).not.toContain('plan');
  sealed.listen('one', (text) => heard.push(text));
  for (const text of [...sent, 'a secret plan', '', sent[0]!.replace(/^./, '!')]) deliver(text);
  expect(heard).toEqual(['a secret plan', long]);
  for (const [other, address] of [
    [sealCarrier(carrier, randomBytes(32)), 'one'],
    [sealed, 'two'],
  ] as const) {
    other.listen(address, (text) => heard.push(text));
    deliver(sent[0]!);
  }
  expect(heard).toHaveLength(2);
});
