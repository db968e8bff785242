import type { ApiClient } from '../api/api-client.ts';
import type { Settings } from '../config/settings.ts';
import type { ExitCode } from '../exit-code.ts';
import type { Environment, Terminal } from '../output/terminal.ts';

/** What a shell may offer for a value. */
export type Completion = 'file' | 'folder' | readonly string[];

export interface ArgumentSpec {
  /** As in the usage line: "FILE|NAME". */
  name: string;
  help: string;
  required: boolean;
  completion?: Completion;
}

export interface OptionSpec {
  /** Without dashes. */
  name: string;
  /** One letter. */
  short?: string;
  /** Placeholder of the value: "JSON"; absent: a flag. */
  value?: string;
  help: string;
  completion?: Completion;
}

/** One command as a value: parsing, help, completion scripts and the guide are drawn from it. */
export interface Command {
  /** ["workflows", "list"] */
  words: readonly string[];
  /** One line, no full stop. */
  summary: string;
  /** Paragraphs below the usage. */
  description?: string;
  arguments?: readonly ArgumentSpec[];
  options?: readonly OptionSpec[];
  /** Command lines and what they do. */
  examples: readonly (readonly [line: string, purpose: string])[];
  /** Whatever follows goes as it is to the program that this starts. */
  passThrough?: boolean;
  /** Speaks to no server: works whatever the configuration holds. Of some commands their arguments say it. */
  local?: boolean | ((words: readonly string[]) => boolean);
  run(context: CommandContext): Promise<ExitCode>;
}

export interface CommandContext {
  /** Positional arguments; required ones are there. */
  readonly arguments: readonly string[];
  /** The value of an option that the command declares. */
  option(name: string): string | undefined;
  /** Whether a flag that the command declares was given. */
  flag(name: string): boolean;
  readonly terminal: Terminal;
  readonly env: Environment;
  /** Not for local commands. */
  readonly settings: Settings;
  /** Speaks to the configured server with the configured key. Not for local commands. */
  readonly api: ApiClient;
  /** As `api`, but for what has to be said after Ctrl-C. Not for local commands. */
  openApi(): ApiClient;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
}

/** Every command takes these. */
export const globalOptions: readonly OptionSpec[] = [
  { name: 'url', value: 'URL', help: 'the server; before NAVETTE_URL and the configuration' },
  { name: 'key', value: 'KEY', help: 'the API key; before NAVETTE_API_KEY and the configuration' },
  { name: 'no-color', help: 'no colours; NO_COLOR does the same' },
  { name: 'help', short: 'h', help: 'show this help' },
];

export const jsonOption: OptionSpec = { name: 'json', help: 'print JSON, for programs' };

/** Options that a command takes, the global ones included. */
export function optionsOf(command: Command): readonly OptionSpec[] {
  return [...(command.options ?? []), ...globalOptions];
}
