/** The words of a simple command line: quotes are taken off, pipes, redirections and comments end it or are left out. */
export function splitShellWords(line: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote: string | undefined;
  for (let at = 0; at < line.length; at++) {
    const character = line[at]!;
    if (quote !== undefined) {
      if (character === quote) quote = undefined;
      else if (character === '\\' && quote === '"') word += line[++at] ?? '';
      else word += character;
    } else if (character === '"' || character === "'") {
      quote = character;
      word ??= '';
    } else if (/\s/.test(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if (character === '#' && word === undefined) {
      break;
    } else {
      word = (word ?? '') + character;
    }
  }
  if (word !== undefined) words.push(word);
  return dropRedirections(words);
}

/** The command that runs navette, when there are several in a pipe or inside <( … ). */
function dropRedirections(words: readonly string[]): string[] {
  const start = words.findIndex((word) => word === 'navette' || word === '<(navette');
  const kept: string[] = [];
  for (let at = Math.max(0, start); at < words.length; at++) {
    const word = words[at]!;
    if (word === '|' || word === '&&' || word === '&' || word === ';') break;
    if (word === '<' || word === '>' || word === '>>') at += 1;
    else kept.push(start >= 0 && words[start] === '<(navette' ? word.replace(/^<\(|\)$/g, '') : word);
  }
  return kept;
}
