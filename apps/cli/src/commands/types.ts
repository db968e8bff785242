import { writeFile } from 'node:fs/promises';
import type { Command } from '../command/command.ts';
import { cliErrors } from '../errors.ts';
import { exitCodes } from '../exit-code.ts';
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
    const text = await readProgramTypes();
    const path = option('out');
    if (path === undefined) {
      terminal.write(text);
      return exitCodes.ok;
    }
    try {
      await writeFile(path, text);
    } catch (error) {
      const detail = (error as Error).message;
      throw cliErrors.create('CLI_FILE_UNWRITABLE', { params: { path, detail }, cause: error });
    }
    terminal.note(`Wrote ${path}`);
    return exitCodes.ok;
  },
};
