const maxEntries = 5000;
const maxCharacters = 8_000_000;
const maxEntryCharacters = 100_000;

/** Values by a text, the least recently used dropped first. Bounded in number and in characters. */
export class TextCache<T> {
  readonly #entries = new Map<string, T>();
  #characters = 0;

  find(key: string): T | undefined {
    const value = this.#entries.get(key);
    if (value === undefined) return undefined;
    // Map keeps the order of insertion: used last, dropped last.
    this.#entries.delete(key);
    this.#entries.set(key, value);
    return value;
  }

  append(key: string, value: T): void {
    if (key.length > maxEntryCharacters) return;
    this.#entries.set(key, value);
    this.#characters += key.length;
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= maxEntries && this.#characters <= maxCharacters) return;
      this.#entries.delete(oldest);
      this.#characters -= oldest.length;
    }
  }

  get size(): number {
    return this.#entries.size;
  }
}
