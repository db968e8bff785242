import { PassThrough, Readable } from 'node:stream';
import type { ExitCode } from '../exit-code.ts';
import { type Environment, type OutputStream, Terminal } from '../output/terminal.ts';
import { runCli } from '../run-cli.ts';
import { createTestFolder } from './create-test-folder.ts';

export interface CliResult {
  code: ExitCode;
  stdout: string;
  stderr: string;
  /** stdout as one JSON value a line. */
  json(): unknown[];
}

export interface CliRun {
  env?: Environment;
  /** What is piped in. */
  stdin?: string;
  /** What a person at the keyboard types when a line of the output ends with the key. */
  typed?: Readonly<Record<string, string>>;
  /** Columns of a terminal; absent: no terminal. */
  columns?: number;
  signal?: AbortSignal;
  onOutput?(text: string): void;
}

/** A folder for the configuration that no other test uses, as the environment names it. */
export function createCliEnv(more: Environment = {}): Environment {
  return { XDG_CONFIG_HOME: createTestFolder(), ...more };
}

/** The command in this process, with streams of its own. */
export async function runTestCli(argv: readonly string[], options: CliRun = {}): Promise<CliResult> {
  const env = options.env ?? createCliEnv();
  const { columns } = options;
  const written = { stdout: '', stderr: '' };
  const keyboard = options.typed && Object.assign(new PassThrough(), { isTTY: true });
  const type = (text: string) => {
    const prompt = Object.keys(options.typed ?? {}).find((one) => text.endsWith(one));
    if (prompt !== undefined) setImmediate(() => keyboard!.write(options.typed![prompt]!));
  };
  const createOutput = (name: keyof typeof written): OutputStream => ({
    write(text: string) {
      written[name] += text;
      options.onOutput?.(text);
      type(written[name]);
    },
    isTTY: columns !== undefined,
    columns,
    rows: 24,
  });
  const code = await runCli({
    argv,
    env,
    signal: options.signal ?? new AbortController().signal,
    createTerminal: ({ colour }) =>
      new Terminal({
        stdin: keyboard ?? Readable.from(options.stdin === undefined ? [] : [options.stdin]),
        stdout: createOutput('stdout'),
        stderr: createOutput('stderr'),
        env,
        colour,
      }),
  });
  return {
    code,
    ...written,
    json: () =>
      written.stdout
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as unknown),
  };
}
