/** Texts that wait for their turn on the connection of the bus. Bounded: what has no room is refused. */
const maxWaitingBytes = 256 * 1024;

export interface AddressedText {
  address: string;
  text: string;
}

export class TextQueue {
  #waiting: AddressedText[] = [];
  #bytes = 0;

  get isEmpty(): boolean {
    return this.#waiting.length === 0;
  }

  add(address: string, text: string): boolean {
    const bytes = Buffer.byteLength(text);
    if (this.#bytes + bytes > maxWaitingBytes) return false;
    this.#waiting.push({ address, text });
    this.#bytes += bytes;
    return true;
  }

  /** The oldest, up to so many. */
  take(count: number): AddressedText[] {
    const taken = this.#waiting.splice(0, count);
    for (const { text } of taken) this.#bytes -= Buffer.byteLength(text);
    return taken;
  }

  clear(): void {
    this.#waiting = [];
    this.#bytes = 0;
  }
}
