import { DateTime, Duration } from 'luxon';
import { limits } from '../limits.ts';
import { createBudgetError } from './budget-error.ts';
import { toKey } from './convert.ts';
import type { Evaluation } from './evaluation.ts';
import { createTypeFault } from './thrown.ts';
import { Callable, ErrorValue, isPlainObject, View } from './values.ts';

export interface JsonOptions {
  /** White space per level. */
  indent?: string;
  /** A list of field names to keep, or a function of key and value. */
  replacer?: Callable | readonly string[] | undefined;
}

/** `JSON.stringify` of the language; '' for a value that has no JSON at the top, which callers turn into undefined. */
export function encodeJson(evaluation: Evaluation, value: unknown, options: JsonOptions = {}): string {
  const writer = new JsonWriter(evaluation, options);
  writer.write('', value, '');
  return evaluation.text(writer.text);
}

class JsonWriter {
  text = '';
  readonly #evaluation: Evaluation;
  readonly #indent: string;
  readonly #replacer: Callable | undefined;
  readonly #keep: ReadonlySet<string> | undefined;
  #depth = 0;

  constructor(evaluation: Evaluation, { indent = '', replacer }: JsonOptions) {
    this.#evaluation = evaluation;
    this.#indent = indent;
    this.#replacer = replacer instanceof Callable ? replacer : undefined;
    this.#keep = replacer && !(replacer instanceof Callable) ? new Set(replacer) : undefined;
  }

  /** Appends the value; false when it has no JSON. */
  write(key: string, given: unknown, margin: string): boolean {
    this.#evaluation.step();
    const replaced = this.#replacer ? this.#replacer.call(this.#evaluation, [key, given]) : given;
    const value = toJsonValue(replaced);
    if (value === undefined) return false;
    if (typeof value === 'object' && value !== null) this.#writeNested(value, margin);
    else this.#append(typeof value === 'number' && !Number.isFinite(value) ? 'null' : JSON.stringify(value));
    return true;
  }

  #append(text: string): void {
    this.text += text;
    if (this.text.length > limits.textLength)
      throw createBudgetError(limits.textLength, 'characters in one text');
  }

  #writeNested(value: object, margin: string): void {
    this.#depth += 1;
    if (this.#depth > limits.valueDepth)
      throw createTypeFault('the value refers to itself, or is nested too deeply');
    if (Array.isArray(value)) this.#writeList(value, margin);
    else this.#writeObject(value as Record<string, unknown>, margin);
    this.#depth -= 1;
  }

  #writeList(list: readonly unknown[], margin: string): void {
    const inner = margin + this.#indent;
    this.#append('[');
    for (let i = 0; i < list.length; i++) {
      this.#startElement(i === 0, inner);
      if (!this.write(String(i), list[i], inner)) this.#append('null');
    }
    this.#end(list.length === 0, margin, ']');
  }

  #writeObject(object: Record<string, unknown>, margin: string): void {
    const inner = margin + this.#indent;
    this.#append('{');
    let isEmpty = true;
    for (const key of Object.keys(object)) {
      if (this.#keep && !this.#keep.has(key)) continue;
      const before = this.text;
      this.#startElement(isEmpty, inner);
      this.#append(`${JSON.stringify(key)}:${this.#indent === '' ? '' : ' '}`);
      if (this.write(key, object[key], inner)) isEmpty = false;
      else this.text = before;
    }
    this.#end(isEmpty, margin, '}');
  }

  #startElement(isFirst: boolean, margin: string): void {
    if (!isFirst) this.#append(',');
    if (this.#indent !== '') this.#append(`\n${margin}`);
  }

  #end(isEmpty: boolean, margin: string, close: string): void {
    this.#append(this.#indent === '' || isEmpty ? close : `\n${margin}${close}`);
  }
}

/** What stands for a value in JSON: undefined when nothing does. */
function toJsonValue(value: unknown): unknown {
  if (typeof value === 'bigint')
    throw createTypeFault('a bigint has no JSON; convert it to a text or a number');
  if (typeof value !== 'object' || value === null || Array.isArray(value) || isPlainObject(value))
    return value;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (value instanceof DateTime || value instanceof Duration) return value.toISO();
  if (value instanceof ErrorValue) return value.toJSON();
  if (value instanceof Callable || value instanceof View) return undefined;
  return {};
}

/** The third argument of `JSON.stringify`: a number of blanks, or a text. */
export function toIndent(evaluation: Evaluation, value: unknown): string {
  if (typeof value === 'number') return ' '.repeat(Math.max(0, Math.min(10, Math.trunc(value) || 0)));
  return value === undefined || value === null ? '' : toKey(evaluation, value).slice(0, 10);
}
