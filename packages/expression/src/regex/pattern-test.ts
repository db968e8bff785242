import { limits } from '../limits.ts';
import { Matcher } from './match.ts';
import { RegexSyntaxError } from './regex-syntax-error.ts';
import { compileRegex } from './regex-value.ts';

/** Steps that one test may take: about 30 ms. */
const maxSteps = 100_000;

/** Whether a text matches; undefined when that would take too much work, as hostile patterns do. */
export type PatternTest = (text: string) => boolean | undefined;

class TooMuchWork extends Error {}

/**
 * A regular expression for other packages to test texts with, run by the engine of this package: it can't hold the
 * process, whatever the pattern. Gives the reason as text when the pattern is not valid. The flags g and y are ignored.
 * @example createPatternTest('^a+$', 'i') // (text) => boolean | undefined
 */
export function createPatternTest(source: string, flags = ''): PatternTest | string {
  if (source.length > limits.patternLength) return `it is longer than ${limits.patternLength} characters`;
  let compiled: ReturnType<typeof compileRegex>;
  try {
    compiled = compileRegex(source, flags.replace(/[gy]/g, ''));
  } catch (error) {
    if (error instanceof RegexSyntaxError) return error.message;
    throw error;
  }
  const { program, parsed } = compiled;
  return (text) => {
    let steps = 0;
    const charge = (count: number) => {
      steps += count;
      if (steps > maxSteps) throw new TooMuchWork();
    };
    try {
      const task = { program, flags: compiled.flags, groupCount: parsed.groupCount, text, charge };
      return new Matcher(task).search(0, false);
    } catch (error) {
      if (error instanceof TooMuchWork) return undefined;
      throw error;
    }
  };
}
