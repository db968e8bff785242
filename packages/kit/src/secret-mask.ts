/**
 * Takes secrets out of what comes back from elsewhere: a service may repeat the header that it was sent. Each is found as
 * it is and in the forms in which texts carry other texts; what somebody transformed in another way is not found.
 */
import { NavetteError } from './error.ts';

/** A shorter one would be found where it is none, and tear data apart. */
export const shortestMaskedSecret = 8;
const mask = '***';
const maxDepth = 200;

/**
 * The forms in which a text carries a secret: as it is, URL-encoded, as JSON, as HTML, in hexadecimal, and in Base64 at
 * any place of what was encoded. Forms shorter than `shortest` are left out.
 */
export function listSecretForms(secret: string, shortest: number): Set<string> {
  const forms = new Set<string>();
  const add = (form: string) => {
    if (form.length >= shortest) forms.add(form);
  };
  add(secret);
  const url = encodeURIComponent(secret.toWellFormed());
  const form = new URLSearchParams([['', secret]]).toString().slice(1);
  for (const each of [url, form]) {
    add(each);
    add(each.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()));
  }
  const json = JSON.stringify(secret).slice(1, -1);
  for (const each of [json, json.replaceAll('/', '\\/'), JSON.stringify(json).slice(1, -1)]) add(each);
  const html = secret.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  for (const quote of ['&#39;', '&#x27;', '&apos;']) {
    add(html.replaceAll('"', '&quot;').replaceAll("'", quote));
  }
  const bytes = Buffer.from(secret);
  add(bytes.toString('hex'));
  add(bytes.toString('hex').toUpperCase());
  add(bytes.toString('base64'));
  for (const each of listBase64Parts(bytes)) {
    add(each);
    add(each.replaceAll('+', '-').replaceAll('/', '_'));
  }
  return forms;
}

/** What of the Base64 of a longer text depends on these bytes alone, for each of the places where they may begin. */
function listBase64Parts(bytes: Buffer): string[] {
  return [0, 1, 2].map((before) => {
    const text = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
    return text.slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6));
  });
}

export class SecretMask {
  readonly #forms = new Set<string>();
  #longestFirst: readonly string[] | undefined;

  /** Also the last word of each, the token of "Bearer …". */
  add(secrets: Iterable<string>): void {
    for (const secret of secrets) {
      for (const each of new Set([secret, secret.split(' ').at(-1)!])) {
        if (each.length < shortestMaskedSecret) continue;
        for (const form of listSecretForms(each, shortestMaskedSecret)) this.#forms.add(form);
      }
    }
    this.#longestFirst = undefined;
  }

  get isEmpty(): boolean {
    return this.#forms.size === 0;
  }

  text(text: string): string {
    if (text.length < shortestMaskedSecret) return text;
    return this.#list().reduce(
      (left, form) => (left.includes(form) ? left.replaceAll(form, mask) : left),
      text,
    );
  }

  /** The same bytes where nothing was found in them. */
  bytes(bytes: Uint8Array): Uint8Array {
    let left = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let found = false;
    for (const form of this.#list()) {
      const needle = Buffer.from(form);
      const parts: Buffer[] = [];
      let from = 0;
      for (let at = left.indexOf(needle); at >= 0; at = left.indexOf(needle, from)) {
        parts.push(left.subarray(from, at), Buffer.from(mask));
        from = at + needle.length;
      }
      if (from === 0) continue;
      found = true;
      left = Buffer.concat([...parts, left.subarray(from)]);
    }
    return found ? left : bytes;
  }

  /** Texts and names of fields, as deep as JSON goes. What nothing was found in is the same object. */
  json<T>(value: T): T {
    return this.#value(value, 0) as T;
  }

  /** Message, parameters, causes and stack; the same error where nothing was found in them. */
  error(thrown: unknown): unknown {
    if (this.isEmpty) return thrown;
    if (!(thrown instanceof Error)) return this.json(thrown);
    const cause = thrown.cause === undefined ? undefined : this.error(thrown.cause);
    const stack = thrown.stack === undefined ? undefined : this.text(thrown.stack);
    const message = this.text(thrown.message);
    if (!NavetteError.is(thrown)) {
      if (cause === thrown.cause && stack === thrown.stack && message === thrown.message) return thrown;
      const masked = new Error(message, cause === undefined ? undefined : { cause });
      masked.name = thrown.name;
      if (stack !== undefined) masked.stack = stack;
      return masked;
    }
    const { code, kind, retry, status } = thrown;
    const help = this.text(thrown.help);
    const params = this.json(thrown.params);
    const issues = this.json(thrown.issues);
    const isSame =
      cause === thrown.cause &&
      stack === thrown.stack &&
      message === thrown.message &&
      help === thrown.help &&
      params === thrown.params &&
      issues === thrown.issues;
    if (isSame) return thrown;
    const options = {
      params,
      message,
      ...(issues ? { issues } : {}),
      ...(cause === undefined ? {} : { cause }),
    };
    const masked = new NavetteError(code, { kind, status, retry, message, help: '' }, options);
    Object.defineProperty(masked, 'help', { value: help, enumerable: true });
    if (stack !== undefined) masked.stack = stack;
    return masked;
  }

  #list(): readonly string[] {
    this.#longestFirst ??= [...this.#forms].sort((a, b) => b.length - a.length);
    return this.#longestFirst;
  }

  #value(value: unknown, depth: number): unknown {
    if (this.isEmpty) return value;
    if (typeof value === 'string') return this.text(value);
    if (typeof value !== 'object' || value === null || depth > maxDepth) return value;
    if (Array.isArray(value)) {
      let copy: unknown[] | undefined;
      for (let at = 0; at < value.length; at++) {
        const masked = this.#value(value[at], depth + 1);
        if (masked === value[at]) continue;
        copy ??= [...value];
        copy[at] = masked;
      }
      return copy ?? value;
    }
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype !== Object.prototype && prototype !== null) return value;
    return this.#object(value, depth);
  }

  #object(value: object, depth: number): object {
    const entries = Object.entries(value).map(
      ([key, inner]) => [this.text(key), this.#value(inner, depth + 1)] as const,
    );
    const isSame = Object.entries(value).every(
      ([key, inner], at) => entries[at]![0] === key && entries[at]![1] === inner,
    );
    if (isSame) return value;
    const copy: object = Object.create(Object.getPrototypeOf(value));
    for (const [key, inner] of entries) {
      Object.defineProperty(copy, key, {
        value: inner,
        writable: true,
        enumerable: true,
        configurable: true,
      });
    }
    return copy;
  }
}
