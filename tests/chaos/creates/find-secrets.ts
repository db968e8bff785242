/** Looks for secrets in files as they lie on disk: rows that are dead, the log of the database and all. */
import { createReadStream, type Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** More than any secret is long: what lies over the end of one piece is whole in the next. */
const overlapBytes = 256;

/** The texts that the files below the folder have, of those that the pattern matches. */
export async function findTexts(folder: string, pattern: RegExp): Promise<Set<string>> {
  const found = new Set<string>();
  for (const path of await listFiles(folder)) {
    let rest = '';
    try {
      for await (const piece of createReadStream(path, { highWaterMark: 4 * 1024 * 1024 })) {
        const text = rest + (piece as Buffer).toString('latin1');
        for (const [match] of text.matchAll(pattern)) found.add(match);
        rest = text.slice(-overlapBytes);
      }
    } catch (error) {
      ignoreGone(error);
    }
  }
  return found;
}

async function listFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error): Dirent[] => {
    ignoreGone(error);
    return [];
  });
  const paths = entries.map(async (entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return listFiles(path);
    return entry.isFile() ? [path] : [];
  });
  return (await Promise.all(paths)).flat();
}

/** A database at work removes files of its own. */
function ignoreGone(error: unknown): void {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
}
