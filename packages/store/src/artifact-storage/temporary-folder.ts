/** The folder for files that are being written. What a process that died left there is removed after an hour. */
import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Younger files may be another process at work. */
const abandonedAfterMs = 3_600_000;

export class TemporaryFolder {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  /** The path of a new file, which is not made. */
  async claimPath(): Promise<string> {
    await mkdir(this.path, { recursive: true, mode: 0o700 });
    return join(this.path, randomUUID());
  }

  /** Resolves with how many files it removed. */
  async clean(): Promise<number> {
    await mkdir(this.path, { recursive: true, mode: 0o700 });
    let removed = 0;
    for (const name of await readdir(this.path)) {
      const path = join(this.path, name);
      const found = await stat(path).catch(ignoreMissing);
      if (found === undefined || found.mtimeMs > Date.now() - abandonedAfterMs) continue;
      await rm(path, { force: true });
      removed += 1;
    }
    return removed;
  }
}

/** Another process may have been quicker. */
function ignoreMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}
