import { parseArgs } from 'node:util';
import { cliErrors } from '../errors.ts';
import { type Command, globalOptions, type OptionSpec, optionsOf } from './command.ts';
import { suggestWord } from './suggest-word.ts';

export type CommandLine =
  | {
      kind: 'command';
      command: Command;
      arguments: readonly string[];
      options: ReadonlyMap<string, string | true>;
    }
  /** Help for the commands that begin with these words. */
  | { kind: 'help'; words: readonly string[] }
  | { kind: 'version' };

/** What was typed, without the name of the program. Throws CLI_USAGE. */
export function parseCommandLine(argv: readonly string[], commands: readonly Command[]): CommandLine {
  const { words, rest, before } = splitWords(argv, commands);
  const command = commands.find((one) => one.words.join(' ') === words.join(' '));
  if (!command) return parseIncomplete(words, rest, before, commands);
  if (command.passThrough) {
    if (rest[0] === '--help' || rest[0] === '-h') return { kind: 'help', words };
    return { kind: 'command', command, arguments: rest, options: new Map() };
  }
  const { options, positionals } = parseOptions([...before, ...rest], optionsOf(command), words);
  if (options.has('help')) return { kind: 'help', words };
  assertArguments(command, positionals);
  return { kind: 'command', command, arguments: positionals, options };
}

/** The leading words that name a command or a group of them. Global options may stand before or between. */
function splitWords(
  argv: readonly string[],
  commands: readonly Command[],
): { words: string[]; before: string[]; rest: string[] } {
  const words: string[] = [];
  const before: string[] = [];
  for (let at = 0; at < argv.length; at++) {
    const token = argv[at]!;
    if (token.startsWith('-')) {
      if (commands.some((command) => command.words.join(' ') === words.join(' ')))
        return { words, before, rest: argv.slice(at) };
      before.push(token);
      const option = globalOptions.find((one) => `--${one.name}` === token);
      if (option?.value !== undefined && at + 1 < argv.length) before.push(argv[++at]!);
      continue;
    }
    if (!commands.some((command) => startsWith(command.words, [...words, token])))
      return { words, before, rest: argv.slice(at) };
    words.push(token);
  }
  return { words, before, rest: [] };
}

function startsWith(words: readonly string[], start: readonly string[]): boolean {
  return start.every((word, index) => words[index] === word);
}

/** No command, or only the first word of several. */
function parseIncomplete(
  words: readonly string[],
  rest: readonly string[],
  before: readonly string[],
  commands: readonly Command[],
): CommandLine {
  const unknown = rest[0];
  if (unknown === 'help' && words.length === 0) {
    return parseCommandLine([...rest.slice(1), '--help'], commands);
  }
  if (unknown !== undefined) throw createUnknownCommand(words, unknown, commands);
  if (words.length === 0 && (before.includes('--version') || before.includes('-v')))
    return { kind: 'version' };
  parseOptions(before, globalOptions, words);
  if (words.length > 0 && !before.includes('--help') && !before.includes('-h')) {
    const next = commands
      .filter((command) => startsWith(command.words, words))
      .map((command) => command.words[words.length]);
    throw createUsageError(words, `"navette ${words.join(' ')}" needs one more word: ${next.join(', ')}`);
  }
  return { kind: 'help', words };
}

function createUnknownCommand(words: readonly string[], unknown: string, commands: readonly Command[]) {
  const known = commands
    .filter((command) => startsWith(command.words, words))
    .map((command) => command.words[words.length]!);
  const like = suggestWord(unknown, [...new Set(known)]);
  const typed = [...words, unknown].join(' ');
  const hint = like ? `; did you mean "navette ${[...words, like].join(' ')}"?` : '';
  return createUsageError(words, `There is no command "navette ${typed}"${hint}`);
}

function parseOptions(
  argv: readonly string[],
  specs: readonly OptionSpec[],
  words: readonly string[],
): { options: Map<string, string | true>; positionals: string[] } {
  const parsed = parseArgs({
    args: [...argv],
    options: Object.fromEntries(
      specs.map((spec) => [
        spec.name,
        {
          type: spec.value === undefined ? ('boolean' as const) : ('string' as const),
          ...(spec.short === undefined ? {} : { short: spec.short }),
        },
      ]),
    ),
    allowPositionals: true,
    strict: false,
    tokens: true,
  });
  const options = new Map<string, string | true>();
  const positionals: string[] = [];
  for (const token of parsed.tokens) {
    if (token.kind === 'positional') positionals.push(token.value);
    if (token.kind !== 'option') continue;
    const spec = specs.find((one) => one.name === token.name);
    if (!spec) throw createUnknownOption(words, token.rawName, specs);
    if (spec.value === undefined && token.value !== undefined) {
      throw createUsageError(words, `The option --${spec.name} takes no value`);
    }
    const looksLikeOption = !token.inlineValue && /^-./.test(token.value ?? '');
    if (spec.value !== undefined && (token.value === undefined || looksLikeOption)) {
      throw createUsageError(words, `The option --${spec.name} needs a value: --${spec.name} ${spec.value}`);
    }
    options.set(spec.name, token.value ?? true);
  }
  return { options, positionals };
}

function createUnknownOption(words: readonly string[], rawName: string, specs: readonly OptionSpec[]) {
  const like = suggestWord(
    rawName.replace(/^-+/, ''),
    specs.map((spec) => spec.name),
  );
  return createUsageError(
    words,
    `"navette${words.map((word) => ` ${word}`).join('')}" has no option ${rawName}${like ? `; did you mean --${like}?` : ''}`,
  );
}

function assertArguments(command: Command, given: readonly string[]): void {
  const specs = command.arguments ?? [];
  const missing = specs.find((spec, index) => spec.required && given[index] === undefined);
  if (missing) {
    throw createUsageError(command.words, `"navette ${command.words.join(' ')}" needs ${missing.name}`);
  }
  const extra = given[specs.length];
  if (extra !== undefined) {
    throw createUsageError(command.words, `"navette ${command.words.join(' ')}" has no use for "${extra}"`);
  }
}

export function createUsageError(words: readonly string[], detail: string) {
  return cliErrors.create('CLI_USAGE', {
    params: { detail, command: words.map((word) => `${word} `).join('') },
  });
}
