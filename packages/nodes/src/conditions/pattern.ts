import { createPatternTest, type PatternTest } from '@navette/expression';

/** What is wrong with a regular expression, in words. */
export class PatternProblem {
  readonly reason: string;

  constructor(reason: string) {
    this.reason = reason;
  }
}

const maxCached = 200;
const cache = new Map<string, PatternTest | PatternProblem>();

/**
 * Whether a text matches a regular expression, written bare ("^A\d+$") or between slashes with flags ("/^a\d+$/i").
 * Patterns are compiled once. They run on the engine of the expression language, which gives up in time on those that
 * would hold the process.
 */
export function testPattern(pattern: string, text: string): boolean | PatternProblem {
  const test = findTest(pattern);
  if (test instanceof PatternProblem) return test;
  return test(text) ?? new PatternProblem('it takes too long on this text; make it simpler');
}

/** The problem of a pattern that cannot be used with any text. */
export function findPatternProblem(pattern: string): PatternProblem | undefined {
  const test = findTest(pattern);
  return test instanceof PatternProblem ? test : undefined;
}

function findTest(pattern: string): PatternTest | PatternProblem {
  const known = cache.get(pattern);
  if (known !== undefined) return known;
  const delimited = /^\/([\s\S]+)\/([a-z]*)$/.exec(pattern);
  const made = createPatternTest(delimited?.[1] ?? pattern, delimited?.[2] ?? '');
  const entry = typeof made === 'string' ? new PatternProblem(made) : made;
  if (cache.size >= maxCached) cache.delete(cache.keys().next().value!);
  cache.set(pattern, entry);
  return entry;
}
