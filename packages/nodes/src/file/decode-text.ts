import { choice, nodeErrors } from '@navette/node-sdk';

export const encodingSchema = choice({
  auto: { en: 'Automatic', fr: 'Automatique' },
  'utf-8': { en: 'UTF-8', fr: 'UTF-8' },
  'utf-16le': { en: 'UTF-16', fr: 'UTF-16' },
  'windows-1252': { en: 'Windows-1252 (Western European)', fr: 'Windows-1252 (Europe de l’Ouest)' },
}).default('auto');
export type Encoding = 'auto' | 'utf-8' | 'utf-16le' | 'windows-1252';

/**
 * Text of a file, without its byte order mark. "auto" follows the mark, takes UTF-8 without one, and Windows-1252, in
 * which every byte is a character, when it is not UTF-8.
 * @throws NODE_INPUT_INVALID when the bytes are not in the encoding asked for
 */
export function decodeText(bytes: Uint8Array, encoding: Encoding): string {
  if (encoding !== 'auto') {
    const text = tryDecode(bytes, encoding);
    if (text !== undefined) return text;
    const detail = `the file is not in ${encoding}; choose another encoding`;
    throw nodeErrors.create('NODE_INPUT_INVALID', { params: { detail } });
  }
  const marked =
    bytes[0] === 0xff && bytes[1] === 0xfe
      ? 'utf-16le'
      : bytes[0] === 0xfe && bytes[1] === 0xff
        ? 'utf-16be'
        : 'utf-8';
  return tryDecode(bytes, marked) ?? new TextDecoder('windows-1252').decode(bytes);
}

function tryDecode(bytes: Uint8Array, encoding: string): string | undefined {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
