import { readFileSync } from 'node:fs';
import { createApiClient } from './api/api-client.ts';
import type { Command, CommandContext } from './command/command.ts';
import { type CommandLine, parseCommandLine } from './command/parse-command-line.ts';
import { renderCommandHelp, renderGroupHelp } from './command/render-help.ts';
import { commandList } from './commands/command-list.ts';
import { loadSettings, type Settings } from './config/settings.ts';
import { type ExitCode, exitCodes, toExitCode } from './exit-code.ts';
import { Interrupted } from './interrupted.ts';
import { renderError, toErrorView } from './output/render-error.ts';
import type { Environment, Terminal } from './output/terminal.ts';

export interface CliOptions {
  /** Without the name of the program. */
  argv: readonly string[];
  env: Environment;
  /** Aborted by Ctrl-C. */
  signal: AbortSignal;
  createTerminal(options: { colour: boolean }): Terminal;
}

/** The boundary: one command line to its exit code. Everything that goes wrong is said on stderr. */
export async function runCli(options: CliOptions): Promise<ExitCode> {
  const terminal = options.createTerminal({ colour: !options.argv.includes('--no-color') });
  try {
    const line = parseCommandLine(options.argv, commandList);
    if (line.kind === 'version') {
      terminal.print(readVersion());
      return exitCodes.ok;
    }
    if (line.kind === 'help') {
      printHelp(line.words, terminal);
      return exitCodes.ok;
    }
    return await line.command.run(await createContext(line, options, terminal));
  } catch (thrown) {
    if (!(thrown instanceof Interrupted)) printError(thrown, terminal);
    return toExitCode(thrown);
  }
}

async function createContext(
  line: Extract<CommandLine, { kind: 'command' }>,
  { env, signal }: CliOptions,
  terminal: Terminal,
): Promise<CommandContext> {
  const { command, options } = line;
  const text = (name: string) => {
    const value = options.get(name);
    return typeof value === 'string' ? value : undefined;
  };
  const isLocal = typeof command.local === 'function' ? command.local(line.arguments) : command.local;
  const settings = isLocal ? undefined : await loadSettings({ url: text('url'), key: text('key'), env });
  const api = settings && createApi(settings, signal);
  const openApi = () => createApi(assertRemote(command, settings), undefined);
  return {
    arguments: line.arguments,
    option(name) {
      assertDeclared(command, name);
      return text(name);
    },
    flag(name) {
      assertDeclared(command, name);
      return options.get(name) === true;
    },
    terminal,
    env,
    get settings() {
      return assertRemote(command, settings);
    },
    get api() {
      return assertRemote(command, api);
    },
    openApi,
    signal,
  };
}

function createApi(settings: Settings, signal: AbortSignal | undefined) {
  const headers: Record<string, string> =
    settings.key === undefined ? {} : { authorization: `Bearer ${settings.key}` };
  return createApiClient({ url: settings.url, headers, signal });
}

function assertRemote<T>(command: Command, value: T | undefined): T {
  if (value === undefined) throw new Error(`The command ${command.words.join(' ')} is local`);
  return value;
}

function assertDeclared(command: Command, name: string): void {
  if (command.options?.some((option) => option.name === name)) return;
  throw new Error(`The command ${command.words.join(' ')} declares no option ${name}`);
}

function printHelp(words: readonly string[], terminal: Terminal): void {
  const command = commandList.find((one) => one.words.join(' ') === words.join(' '));
  const lines = command
    ? renderCommandHelp(command, terminal.style)
    : renderGroupHelp(words, commandList, terminal.style);
  for (const line of lines) terminal.print(line);
}

function printError(thrown: unknown, terminal: Terminal): void {
  const view = toErrorView(thrown);
  if (!view) {
    terminal.note(thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown));
    return;
  }
  for (const line of renderError(view, terminal.errorStyle)) terminal.note(line);
  if (toExitCode(thrown) === exitCodes.signedOut && view.code !== 'CLI_SIGN_IN_NEEDED') {
    terminal.note('  `navette login` signs in; a script gives a key with NAVETTE_API_KEY.');
  }
}

function readVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  return String((manifest as { version: unknown }).version);
}
