/** A reproducible source of randomness (mulberry32): the same seed gives the same run of numbers. */
export interface SeededRandom {
  readonly seed: number;
  /** From 0 up to 1, without 1. */
  next(): number;
  /** A whole number from `min` to `max`, both included. */
  integer(min: number, max: number): number;
  pick<T>(values: readonly T[]): T;
  /** True in that share of cases. */
  chance(share: number): boolean;
}

/** Uses NAVETTE_TEST_SEED when it is set, so that a failed run can be repeated. Prints the seed. */
export function createSeededRandom(what: string): SeededRandom {
  const given = Number(process.env['NAVETTE_TEST_SEED']);
  const seed = Number.isInteger(given) && given > 0 ? given : (Date.now() % 0x7fffffff) + 1;
  console.log(`${what}: seed ${seed} (repeat with NAVETTE_TEST_SEED=${seed})`);
  return createRandomFrom(seed);
}

export function createRandomFrom(seed: number): SeededRandom {
  let state = seed | 0;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const integer = (min: number, max: number) => min + Math.floor(next() * (max - min + 1));
  return {
    seed,
    next,
    integer,
    pick: (values) => values[integer(0, values.length - 1)]!,
    chance: (share) => next() < share,
  };
}
