import { NavetteError } from '@navette/kit';

/**
 * What broke inside a step, without its words: the message of an error that nobody expected may repeat the item it
 * broke on ("canary" is not valid JSON). The words are with the step, for those who may see its data.
 */
export function encodeStepError(error: unknown): unknown {
  if (!(error instanceof Error)) return { name: typeof error };
  const { name } = error;
  const { code } = error as NodeJS.ErrnoException;
  const known = NavetteError.is(error) || (typeof code === 'string' && /^[A-Z][A-Z0-9_]*$/.test(code));
  const cause = error.cause === undefined ? {} : { cause: encodeStepError(error.cause) };
  return { name, ...(known ? { code } : {}), frames: listFrames(error), ...cause };
}

function listFrames({ message, stack = '' }: Error): string[] {
  const at = stack.indexOf(message);
  const rest = message !== '' && at >= 0 ? stack.slice(at + message.length) : stack;
  // A message that was changed after the error was made is still at the top of its stack.
  return rest.split('\n').flatMap((line) => /^ {4}at (.*:\d+:\d+\)?)$/.exec(line)?.[1] ?? []);
}
