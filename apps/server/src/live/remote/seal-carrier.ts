import type { TextCarrier } from '@navette/kit';
import { seal, unseal } from '@navette/store';

/** Nonce and tag, before the text becomes base64. */
const sealBytes = 28;

/** Texts that nobody between the processes can read or make: what was not sealed with the key is not heard. */
export function sealCarrier(carrier: TextCarrier, key: Buffer): TextCarrier {
  return {
    get isUp() {
      return carrier.isUp;
    },
    maxTextBytes: Math.floor(carrier.maxTextBytes / 4) * 3 - sealBytes,
    send: (address, text) => carrier.send(address, seal(key, Buffer.from(text), address).toString('base64')),
    listen: (address, listener) =>
      carrier.listen(address, (sealed) => {
        const text = open(key, sealed, address);
        if (text !== undefined) listener(text);
      }),
  };
}

function open(key: Buffer, sealed: string, address: string): string | undefined {
  try {
    return unseal(key, Buffer.from(sealed, 'base64'), address).toString();
  } catch {
    return undefined;
  }
}
