import type { Command } from '../command/command.ts';
import type { ExitCode } from '../exit-code.ts';
import { runServerProgram } from './server-program.ts';

export const server: Command = {
  words: ['server'],
  summary: 'Start the server of this repository, in the foreground',
  description: [
    'What follows goes to the server as it is. `npm start` does the same after installing and building what is missing.',
    'Ctrl-C stops it cleanly.',
  ].join('\n'),
  passThrough: true,
  local: true,
  examples: [
    ['navette server', 'Start the server'],
    ['navette server --role worker', 'Start a process that only runs executions'],
  ],
  async run({ arguments: args, env }) {
    return (await runServerProgram(args, env)) as ExitCode;
  },
};
