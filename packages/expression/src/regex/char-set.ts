/** A set of code points: ranges (pairs of bounds, both included) and tests of the Unicode tables. */
export class CharSet {
  readonly #ranges: readonly number[];
  readonly #tests: readonly ((code: number) => boolean)[];
  readonly #isNegative: boolean;
  readonly #ignoreCase: boolean;
  readonly #unicode: boolean;
  /** Answers for ASCII, worked out when first asked: 0 not yet, 1 no, 2 yes. */
  readonly #ascii = new Uint8Array(128);

  constructor(options: CharSetOptions) {
    this.#ranges = options.ranges;
    this.#tests = options.tests ?? [];
    this.#isNegative = options.isNegative ?? false;
    this.#ignoreCase = options.ignoreCase;
    this.#unicode = options.unicode;
  }

  has(code: number): boolean {
    if (code >= 128) return this.#find(code);
    const known = this.#ascii[code]!;
    if (known !== 0) return known === 2;
    const found = this.#find(code);
    this.#ascii[code] = found ? 2 : 1;
    return found;
  }

  #find(code: number): boolean {
    const found = this.#ignoreCase ? this.#findAnyCase(code) : this.#findExact(code);
    return found !== this.#isNegative;
  }

  #findAnyCase(code: number): boolean {
    if (this.#findExact(code)) return true;
    const canonical = foldCase(code, this.#unicode);
    return caseVariants(code).some(
      (variant) => foldCase(variant, this.#unicode) === canonical && this.#findExact(variant),
    );
  }

  #findExact(code: number): boolean {
    for (let i = 0; i < this.#ranges.length; i += 2) {
      if (code >= this.#ranges[i]! && code <= this.#ranges[i + 1]!) return true;
    }
    return this.#tests.some((test) => test(code));
  }
}

export interface CharSetOptions {
  /** Pairs: first and last code point. */
  ranges: readonly number[];
  tests?: readonly ((code: number) => boolean)[];
  isNegative?: boolean;
  ignoreCase: boolean;
  unicode: boolean;
}

/** The form of a character under which two that differ in case are equal (Canonicalize of ECMA-262, 22.2.2.7.3). */
export function foldCase(code: number, unicode: boolean): number {
  const text = String.fromCodePoint(code);
  if (unicode) {
    const lower = [...text.toUpperCase().toLowerCase()];
    return lower.length === 1 ? lower[0]!.codePointAt(0)! : code;
  }
  const upper = text.toUpperCase();
  if (upper.length !== text.length) return code;
  const folded = upper.codePointAt(0)!;
  return code >= 128 && folded < 128 ? code : folded;
}

function caseVariants(code: number): number[] {
  const text = String.fromCodePoint(code);
  const upper = text.toUpperCase();
  const variants = [text.toLowerCase(), upper, upper.toLowerCase()];
  if (code === 0x73 || code === 0x53) variants.push('\u017f');
  if (code === 0x6b || code === 0x4b) variants.push('\u212a');
  return variants.filter((one) => [...one].length === 1).map((one) => one.codePointAt(0)!);
}

export const lineBreaks = [0x0a, 0x0a, 0x0d, 0x0d, 0x2028, 0x2029];

/** `\d`, `\s` and `\w`, as ranges. */
export const classRanges: Readonly<Record<'d' | 's' | 'w', readonly number[]>> = {
  d: [0x30, 0x39],
  w: [0x30, 0x39, 0x41, 0x5a, 0x5f, 0x5f, 0x61, 0x7a],
  s: [
    ...[0x09, 0x0d, 0x20, 0x20, 0xa0, 0xa0, 0x1680, 0x1680, 0x2000, 0x200a, 0x2028, 0x2029, 0x202f, 0x202f],
    ...[0x205f, 0x205f, 0x3000, 0x3000, 0xfeff, 0xfeff],
  ],
};

/** Everything that the ranges leave out. */
export function invertRanges(ranges: readonly number[]): number[] {
  const inverted: number[] = [];
  let next = 0;
  for (let i = 0; i < ranges.length; i += 2) {
    if (ranges[i]! > next) inverted.push(next, ranges[i]! - 1);
    next = ranges[i + 1]! + 1;
  }
  if (next <= 0x10ffff) inverted.push(next, 0x10ffff);
  return inverted;
}
