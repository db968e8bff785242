/**
 * Frames on the pipes between host and runner: a big-endian uint32 with the length in bytes, then that much JSON in
 * UTF-8. Used on both sides; it imports nothing, because a runner loads as little as it can.
 *
 * Invariants
 * 1. A length above the maximum is refused when its four bytes are read, before anything is allocated for it.
 * 2. A decoder that refused once gives nothing more.
 */

const headerBytes = 4;
/** Longer inputs and outputs cross in parts: one frame of all of it would hold up the host. */
export const partChars = 512 * 1024;

export function encodeFrame(message: unknown): Buffer {
  const text = JSON.stringify(message);
  const length = Buffer.byteLength(text);
  const frame = Buffer.allocUnsafe(headerBytes + length);
  frame.writeUInt32BE(length, 0);
  frame.write(text, headerBytes);
  return frame;
}

export class FrameError extends Error {
  override readonly name = 'FrameError';
}

/** Cuts a stream into messages, not yet validated. */
export class FrameDecoder {
  readonly #maxBytes: () => number;
  #chunks: Buffer[] = [];
  #buffered = 0;
  /** Of the frame under way; undefined while its header is incomplete. */
  #length: number | undefined;
  #refused = false;

  /** `maxBytes` is asked at each header. */
  constructor(maxBytes: () => number) {
    this.#maxBytes = maxBytes;
  }

  /** Throws `FrameError` on a frame that is too long, empty or not JSON. */
  *push(chunk: Buffer): Generator<unknown> {
    if (this.#refused) return;
    this.#chunks.push(chunk);
    this.#buffered += chunk.length;
    while (this.#hasFrame()) yield this.#parse(this.#take(this.#length!));
  }

  #hasFrame(): boolean {
    if (this.#length === undefined && this.#buffered >= headerBytes) {
      const length = this.#take(headerBytes).readUInt32BE(0);
      const max = this.#maxBytes();
      if (length === 0 || length > max)
        this.#refuse(`a frame of ${length} bytes, at most ${max} are allowed`);
      this.#length = length;
    }
    return this.#length !== undefined && this.#buffered >= this.#length;
  }

  #parse(frame: Buffer): unknown {
    this.#length = undefined;
    try {
      return JSON.parse(frame.toString('utf8'));
    } catch {
      return this.#refuse('a frame that is not JSON');
    }
  }

  #take(length: number): Buffer {
    if (this.#chunks.length > 1 && this.#chunks[0]!.length < length)
      this.#chunks = [Buffer.concat(this.#chunks)];
    const first = this.#chunks[0]!;
    if (first.length === length) this.#chunks.shift();
    else this.#chunks[0] = first.subarray(length);
    this.#buffered -= length;
    return first.subarray(0, length);
  }

  #refuse(detail: string): never {
    this.#refused = true;
    this.#chunks = [];
    throw new FrameError(detail);
  }
}
