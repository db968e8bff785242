import { writeFile } from 'node:fs/promises';
import { cliErrors } from '../errors.ts';
import type { Terminal } from './terminal.ts';

/** The text to the file, which is named on standard error, or to standard output without one. Throws CLI_FILE_UNWRITABLE. */
export async function writeOutput(text: string, path: string | undefined, terminal: Terminal): Promise<void> {
  if (path === undefined) return terminal.write(text);
  try {
    await writeFile(path, text);
  } catch (error) {
    const detail = (error as Error).message;
    throw cliErrors.create('CLI_FILE_UNWRITABLE', { params: { path, detail }, cause: error });
  }
  terminal.note(`Wrote ${path}`);
}
