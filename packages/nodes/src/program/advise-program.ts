import { defineErrors, NavetteError } from '@navette/kit';

const advice: Readonly<Record<string, string>> = {
  files: 'A program has no files: nodes such as "file" read and write them, by ctx.run.',
  network: 'Use ctx.http, which makes each request a step.',
  time: 'Use ctx.sleep to wait, and Date, which stands still between calls.',
  modules:
    'Paste what you need into the program, or have a Code node do it, which has libraries: ctx.run("code", …).',
};
const adviceByModule = new Map<string, string>([
  ...'fs fs/promises path os stream'.split(' ').map((name) => [name, 'files'] as const),
  ...'http https net axios got node-fetch undici request'
    .split(' ')
    .map((name) => [name, 'network'] as const),
  ...'timers timers/promises'.split(' ').map((name) => [name, 'time'] as const),
]);

export const programErrors = defineErrors({
  PROGRAM_IMPORT_FORBIDDEN: {
    kind: 'user',
    status: 422,
    retry: 'never',
    message: 'The program imports "{module}", and a program can import nothing, line {line}',
    help: '{advice}',
  },
});

/** A program has no modules at all: says what to use in their place. */
export function adviseProgram(error: unknown): unknown {
  if (!NavetteError.is(error) || error.code !== 'SANDBOX_IMPORT_FORBIDDEN') return error;
  const { column, line, module } = error.params;
  const kind = adviceByModule.get(String(module).replace(/^node:/, '')) ?? 'modules';
  return programErrors.create('PROGRAM_IMPORT_FORBIDDEN', {
    params: { module, line, column, advice: advice[kind] },
    cause: error,
  });
}
