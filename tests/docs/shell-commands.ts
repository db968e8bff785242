/** The commands of a shell snippet: lines joined over backslashes and open quotes, comments left out. */
export function listCommands(text: string): string[] {
  const commands: string[] = [];
  let command = '';
  let quote: string | undefined;
  for (const line of text.split('\n')) {
    if (command === '' && /^\s*(#|$)/.test(line)) continue;
    command += line;
    quote = findOpenQuote(line, quote);
    if (quote === undefined && !command.endsWith('\\')) {
      commands.push(command.trim());
      command = '';
    } else {
      command = command.endsWith('\\') && quote === undefined ? command.slice(0, -1) : `${command}\n`;
    }
  }
  if (command !== '') throw new Error(`The command has no end: ${command}`);
  return commands;
}

function findOpenQuote(line: string, open: string | undefined): string | undefined {
  let quote = open;
  for (let at = 0; at < line.length; at++) {
    const character = line[at]!;
    if (quote === undefined && character === '#' && (at === 0 || /\s/.test(line[at - 1]!))) break;
    if (character === '\\' && quote !== "'") at += 1;
    else if (quote === undefined && (character === '"' || character === "'")) quote = character;
    else if (character === quote) quote = undefined;
  }
  return quote;
}
