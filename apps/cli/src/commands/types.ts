import type { Command } from '../command/command.ts';
import { exitCodes } from '../exit-code.ts';
import { writeOutput } from '../output/write-output.ts';
import { readProgramTypes } from '../program/program-types.ts';

export const types: Command = {
  words: ['types'],
  summary: 'Write the types of `ctx` for coded workflows, for your editor',
  description: [
    'They are drawn from the node catalogue: a wrong parameter or node type is an error in the editor. A file beside the',
    'program, named in its first line as /// <reference path="./navette.d.ts" />, is enough.',
  ].join('\n'),
  options: [
    {
      name: 'out',
      short: 'o',
      value: 'FILE',
      help: 'where to write (default: standard output)',
      completion: 'file',
    },
  ],
  local: true,
  examples: [['navette types --out navette.d.ts', 'Beside your programs']],
  async run({ terminal, option }) {
    await writeOutput(await readProgramTypes(), option('out'), terminal);
    return exitCodes.ok;
  },
};
