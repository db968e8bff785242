import { type Command, type Completion, type OptionSpec, optionsOf } from '../command/command.ts';

/** One place on the command line, after the words that lead to it. */
export interface CompletionPlace {
  /** " workflows list"; "" at the start. Each word has a blank before it. */
  at: string;
  /** Words that go on from here, with what they are. */
  words: readonly { word: string; help: string }[];
  options: readonly OptionSpec[];
  /** What the first argument takes. */
  argument: Completion | undefined;
}

/** Every place where something can be completed; a shell script is drawn from it. */
export function listPlaces(commands: readonly Command[]): CompletionPlace[] {
  const places = new Map<string, CompletionPlace>();
  for (const command of commands) {
    for (let length = 0; length < command.words.length; length++) {
      const at = joinWords(command.words.slice(0, length));
      if (!places.has(at)) places.set(at, createGroup(at, command.words.slice(0, length), commands));
    }
    places.set(joinWords(command.words), {
      at: joinWords(command.words),
      words: [],
      options: command.passThrough ? [] : optionsOf(command),
      argument: command.arguments?.[0]?.completion,
    });
  }
  return [...places.values()];
}

function createGroup(at: string, start: readonly string[], commands: readonly Command[]): CompletionPlace {
  const words = new Map<string, string>();
  for (const command of commands) {
    if (!start.every((word, index) => command.words[index] === word)) continue;
    const word = command.words[start.length];
    if (word === undefined || words.has(word)) continue;
    words.set(word, command.words.length === start.length + 1 ? command.summary : `Commands about ${word}`);
  }
  return {
    at,
    words: [...words].map(([word, help]) => ({ word, help })),
    options: [{ name: 'help', short: 'h', help: 'show help' }],
    argument: undefined,
  };
}

function joinWords(words: readonly string[]): string {
  return words.map((word) => ` ${word}`).join('');
}

/** "--input" and "-i". */
export function spellOption(option: OptionSpec): string[] {
  return [`--${option.name}`, ...(option.short === undefined ? [] : [`-${option.short}`])];
}
