import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { text as readAll } from 'node:stream/consumers';
import { cliErrors } from '../errors.ts';
import { Interrupted } from '../interrupted.ts';
import type { Terminal } from './terminal.ts';

export interface Question {
  /** "Password" */
  text: string;
  /** What is typed is not shown. */
  hidden?: boolean;
  /** What to give where nobody can be asked: "--email". */
  option: string;
  signal: AbortSignal;
}

/** Asks on the terminal. Throws CLI_SIGN_IN_NEEDED where there is none, Interrupted on Ctrl-C. */
export async function ask(
  terminal: Terminal,
  { text, hidden = false, option, signal }: Question,
): Promise<string> {
  if (!terminal.isInteractive) {
    throw cliErrors.create('CLI_SIGN_IN_NEEDED', { params: { what: text.toLowerCase(), option } });
  }
  // Readline echoes what is typed to its output: the hidden one goes nowhere.
  const output = new Writable({
    write(chunk: Buffer, _encoding, done) {
      if (!hidden) terminal.writeError(String(chunk));
      done();
    },
  });
  const lines = createInterface({ input: terminal.stdin, output, terminal: true, historySize: 0 });
  const stop = new AbortController();
  lines.on('SIGINT', () => stop.abort());
  lines.on('close', () => stop.abort());
  if (hidden) terminal.writeError(`${text}: `);
  try {
    const answer = await lines.question(`${text}: `, { signal: AbortSignal.any([stop.signal, signal]) });
    return hidden ? answer : answer.trim();
  } catch (error) {
    if (stop.signal.aborted || signal.aborted) throw new Interrupted();
    throw error;
  } finally {
    lines.close();
    if (hidden) terminal.writeError('\n');
  }
}

/** The first line of standard input, for secrets that must not stand on a command line. */
export async function readSecret(terminal: Terminal): Promise<string> {
  const [line = ''] = (await readAll(terminal.stdin)).split(/\r?\n/, 1);
  return line;
}
