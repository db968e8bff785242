/**
 * One-dimensional arrays in the binary format of Postgres, as parameters of the hot statements: the driver sends a Buffer
 * as it is, and Postgres copies instead of parsing. Format: array_recv in the source of Postgres; five int32 of header
 * (dimensions, has nulls, element type, length, lower bound), then length and bytes of each element.
 */
const headerBytes = 20;

/** Object ids of the element types, from pg_type. */
const elementTypes = { int: 23, text: 25, float: 701, uuid: 2950 } as const;

function startArray(type: keyof typeof elementTypes, length: number, elementBytes: number): Buffer {
  const array = Buffer.allocUnsafe(headerBytes + length * 4 + elementBytes);
  writeHeader(array, 0, type, length);
  return array;
}

function writeHeader(target: Buffer, at: number, type: keyof typeof elementTypes, length: number): void {
  target.writeInt32BE(1, at);
  target.writeInt32BE(0, at + 4);
  target.writeInt32BE(elementTypes[type], at + 8);
  target.writeInt32BE(length, at + 12);
  target.writeInt32BE(1, at + 16);
}

/** Where the two digits of each byte stand in the text of a UUID. */
const digitPlaces = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34] as const;

/** Of "0" to "9" and "a" to "f". */
function digitOf(code: number): number {
  return code < 58 ? code - 48 : code - 87;
}

/** Written by hand: hex decoding of the text without its dashes took three times as long. */
function writeUuid(target: Buffer, at: number, id: string): void {
  for (let byte = 0; byte < 16; byte++) {
    const place = digitPlaces[byte]!;
    target[at + byte] = (digitOf(id.charCodeAt(place)) << 4) | digitOf(id.charCodeAt(place + 1));
  }
}

/** One, not in an array. */
export function encodeUuid(id: string): Buffer {
  const uuid = Buffer.allocUnsafe(16);
  writeUuid(uuid, 0, id);
  return uuid;
}

export function encodeUuids(ids: readonly string[]): Buffer {
  const array = startArray('uuid', ids.length, ids.length * 16);
  let at = headerBytes;
  for (const id of ids) {
    array.writeInt32BE(16, at);
    writeUuid(array, at + 4, id);
    at += 20;
  }
  return array;
}

export function encodeInts(values: readonly number[]): Buffer {
  const array = startArray('int', values.length, values.length * 4);
  let at = headerBytes;
  for (const value of values) {
    array.writeInt32BE(4, at);
    array.writeInt32BE(value, at + 4);
    at += 8;
  }
  return array;
}

export function encodeFloats(values: readonly number[]): Buffer {
  const array = startArray('float', values.length, values.length * 8);
  let at = headerBytes;
  for (const value of values) {
    array.writeInt32BE(8, at);
    array.writeDoubleBE(value, at + 4);
    at += 12;
  }
  return array;
}

/** An array of texts that writes itself where it is wanted: long ones need no buffer of their own. */
export class TextArray {
  /** In bytes. */
  readonly length: number;
  readonly #values: readonly string[];

  constructor(values: readonly string[]) {
    this.#values = values;
    this.length = headerBytes;
    for (const value of values) this.length += 4 + Buffer.byteLength(value);
  }

  /** As a Buffer copies itself. Gives how many bytes it wrote. */
  copy(target: Buffer, start: number): number {
    writeHeader(target, start, 'text', this.#values.length);
    let at = start + headerBytes;
    for (const value of this.#values) {
      const written = target.write(value, at + 4);
      target.writeInt32BE(written, at);
      at += 4 + written;
    }
    return this.length;
  }
}
