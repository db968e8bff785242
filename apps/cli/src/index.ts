export type { Command } from './command/command.ts';
export { parseCommandLine } from './command/parse-command-line.ts';
export { renderCommandHelp, renderGroupHelp } from './command/render-help.ts';
export { commandList } from './commands/command-list.ts';
export { exitCodeMeanings } from './exit-code.ts';
export { createStyle } from './output/style.ts';
