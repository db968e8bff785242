import { type Command, jsonOption } from '../command/command.ts';
import { exitCodes } from '../exit-code.ts';
import { checkProgram } from '../program/check-program.ts';
import { requireLanguage } from '../program/program-file.ts';
import { renderIssues } from '../program/render-issues.ts';
import { readSource } from './read-json.ts';

export const check: Command = {
  words: ['check'],
  summary: 'Check the types of a coded workflow before it runs',
  description: [
    'Node types, their parameters and everything else of `ctx` are checked with the types that `navette types` writes. The',
    'parameters (ctx, input) need no types of their own. Nothing is run, sent or written. Exit code 1: there are mistakes.',
  ].join('\n'),
  arguments: [{ name: 'FILE', help: 'a coded workflow (.ts, .js)', required: true, completion: 'file' }],
  options: [jsonOption],
  local: true,
  examples: [
    ['navette check ./order-intake.ts', 'Check a program'],
    ['navette check ./order-intake.ts --json', 'The same for a script: {"issues": […]}'],
  ],
  async run({ terminal, signal, flag, arguments: [path] }) {
    const language = requireLanguage(path!);
    const source = await readSource(path!, terminal.stdin);
    const issues = await checkProgram({ source, language, signal });
    if (flag('json')) terminal.printJson({ issues });
    else if (issues.length === 0) terminal.note(`${path}: no mistakes`);
    else for (const line of renderIssues(path!, issues, terminal.style)) terminal.print(line);
    return issues.length === 0 ? exitCodes.ok : exitCodes.failed;
  },
};
