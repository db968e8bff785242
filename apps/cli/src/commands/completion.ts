import type { Command } from '../command/command.ts';
import { createUsageError } from '../command/parse-command-line.ts';
import { renderBashCompletion } from '../completion/bash.ts';
import { renderFishCompletion } from '../completion/fish.ts';
import { renderZshCompletion } from '../completion/zsh.ts';
import { exitCodes } from '../exit-code.ts';

const renderers = new Map([
  ['bash', renderBashCompletion],
  ['zsh', renderZshCompletion],
  ['fish', renderFishCompletion],
]);

/** Needs the whole list, which it is itself part of. */
export function createCompletionCommand(listCommands: () => readonly Command[]): Command {
  return {
    words: ['completion'],
    summary: 'Print a script that completes commands and options in your shell',
    arguments: [
      { name: 'bash|zsh|fish', help: 'the shell', required: true, completion: [...renderers.keys()] },
    ],
    local: true,
    examples: [
      ['source <(navette completion bash)', 'Bash: put this line into ~/.bashrc'],
      ['source <(navette completion zsh)', 'Zsh: put this line into ~/.zshrc, after compinit'],
      ['navette completion fish > ~/.config/fish/completions/navette.fish', 'Fish: once'],
    ],
    async run({ terminal, arguments: [shell] }) {
      const render = renderers.get(shell!);
      if (!render) throw createUsageError(['completion'], `The shell is bash, zsh or fish, not "${shell}"`);
      terminal.write(render(listCommands()));
      return exitCodes.ok;
    },
  };
}
