import { unwatchFile, watchFile } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { cliErrors } from '../errors.ts';

export interface FileVersion {
  text: string;
  /** Aborted when the file holds something else. */
  replaced: AbortSignal;
}

/** Editors save in many ways, on disks of many kinds: looking is what works everywhere. */
const lookMs = 200;

/**
 * The text of a file now, and again after each save that changes it, until the signal. A file that is gone is waited for.
 * @throws CLI_FILE_UNREADABLE
 */
export async function* followFile(path: string, signal: AbortSignal): AsyncGenerator<FileVersion, void> {
  let text: string | undefined;
  let replaced = new AbortController();
  const look = async ({ mtimeMs }: { mtimeMs: number }) => {
    if (mtimeMs === 0) return;
    // What cannot be read is told where it is read again.
    const now = await readFile(path, 'utf8').catch(() => undefined);
    if (now !== text) replaced.abort();
  };
  const listener = (stats: { mtimeMs: number }) => void look(stats);
  watchFile(path, { interval: lookMs }, listener);
  try {
    while (!signal.aborted) {
      replaced = new AbortController();
      text = await read(path);
      yield { text, replaced: replaced.signal };
      await untilAborted(AbortSignal.any([signal, replaced.signal]));
    }
  } finally {
    unwatchFile(path, listener);
  }
}

async function read(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const detail = (error as Error).message;
    throw cliErrors.create('CLI_FILE_UNREADABLE', { params: { path, detail }, cause: error });
  }
}

async function untilAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
