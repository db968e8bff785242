/** `JSON.stringify` for values with lists so long that it would hold up everybody else in the process. */
import { setImmediate as nextTurn } from 'node:timers/promises';

/** So many elements take one to five milliseconds, unless each of them is large. */
const longList = 2_048;
/** Lists further inside are encoded with what is around them. */
const deepest = 4;

/** The same text as `JSON.stringify` gives for plain data. Others have their turn after each piece of a long list. */
export async function encodeJsonInTurns(value: unknown, longest = longList): Promise<string> {
  const parts: string[] = [];
  await new LongEncoding(parts, longest).add(value, 0);
  return parts.join('');
}

class LongEncoding {
  readonly #parts: string[];
  readonly #longest: number;

  constructor(parts: string[], longest: number) {
    this.#parts = parts;
    this.#longest = longest;
  }

  async add(value: unknown, depth: number): Promise<void> {
    if (!this.#holdsLongList(value, depth)) this.#parts.push(JSON.stringify(value) ?? 'null');
    else if (!Array.isArray(value)) await this.#addObject(value as object, depth);
    else if (value.length > this.#longest) await this.#addLongList(value);
    else await this.#addList(value, depth);
  }

  async #addObject(value: object, depth: number): Promise<void> {
    let separator = '{';
    for (const [key, field] of Object.entries(value)) {
      if (field === undefined || typeof field === 'function' || typeof field === 'symbol') continue;
      this.#parts.push(`${separator}${JSON.stringify(key)}:`);
      separator = ',';
      await this.add(field, depth + 1);
    }
    this.#parts.push(separator === '{' ? '{}' : '}');
  }

  async #addList(value: readonly unknown[], depth: number): Promise<void> {
    for (const [index, element] of value.entries()) {
      this.#parts.push(index === 0 ? '[' : ',');
      await this.add(element, depth + 1);
    }
    this.#parts.push(']');
  }

  async #addLongList(value: readonly unknown[]): Promise<void> {
    for (let from = 0; from < value.length; from += this.#longest) {
      const piece = JSON.stringify(value.slice(from, from + this.#longest));
      this.#parts.push(from === 0 ? '[' : ',', piece.slice(1, -1));
      await nextTurn();
    }
    this.#parts.push(']');
  }

  #holdsLongList(value: unknown, depth: number): boolean {
    if (typeof value !== 'object' || value === null || depth > deepest) return false;
    if ('toJSON' in value) return false;
    if (Array.isArray(value) && value.length > this.#longest) return true;
    return Object.values(value).some((field) => this.#holdsLongList(field, depth + 1));
  }
}
