import {
  commandList,
  createStyle,
  exitCodeMeanings,
  renderCommandHelp,
  renderGroupHelp,
} from '../../apps/cli/src/index.ts';
import { renderCode, renderTable } from './markdown.ts';

/** The blocks of docs/guide/cli.md: "help" and "help run" to the help texts, "exit codes" to their table. */
export function renderHelpBlocks(): Map<string, string[]> {
  const style = createStyle(false);
  const codes = exitCodeMeanings.map(([code, meaning]) => [String(code), meaning]);
  const blocks = new Map([
    ['exit codes', renderTable(['Code', 'Meaning'], codes)],
    ['help', renderCode('text', renderGroupHelp([], commandList, style).join('\n'))],
  ]);
  for (const command of commandList) {
    blocks.set(
      `help ${command.words.join(' ')}`,
      renderCode('text', renderCommandHelp(command, style).join('\n')),
    );
  }
  return blocks;
}
