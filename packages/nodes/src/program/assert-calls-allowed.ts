import { defineErrors } from '@navette/kit';
import { maskText } from '../code/mask-text.ts';
import { notCallable } from './not-callable.ts';

export const callErrors = defineErrors({
  PROGRAM_CALL_REFUSED: {
    kind: 'user',
    status: 422,
    retry: 'never',
    message: 'A program cannot call "{type}", line {line}',
    help: 'In a program, {advice}.',
  },
});

const calls = /\bctx\s*\.\s*(?:run|outputs)\s*\(\s*(['"`])/g;
const advice = new Map<string, string>(Object.entries(notCallable));

/** The first call, with its type written in it, of a node that means nothing in a program. Throws PROGRAM_CALL_REFUSED. */
export function assertCallsAllowed(source: string): void {
  const masked = maskText(source);
  for (const match of masked.matchAll(calls)) {
    const start = match.index + match[0].length;
    const end = masked.indexOf(match[1]!, start);
    const type = source.slice(start, end);
    const instead = end < 0 ? undefined : advice.get(type);
    if (instead === undefined) continue;
    const before = source.slice(0, start - 1).split('\n');
    const params = { type, advice: instead, line: before.length, column: before.at(-1)!.length + 1 };
    throw callErrors.create('PROGRAM_CALL_REFUSED', { params });
  }
}
