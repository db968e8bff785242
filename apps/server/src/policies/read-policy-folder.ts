/** The files of the folder of policies, and a mark by which a change is seen without reading them. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { PolicyReading } from '@navette/sandbox';

const maxFileBytes = 1024 * 1024;
const maxFiles = 10_000;
/** Of people, editors and version control: no policies. */
const ignored = /^\.|~$|\.(md|swp|tmp)$/i;

export interface FoundFile {
  /** Within the folder: "projects/prj_….json". */
  file: string;
  /** Changes when the file does. */
  mark: string;
}

/**
 * Undefined when there is no such folder. Throws what the file system does for one that cannot be looked at. Links are
 * followed: some installations put files into place by them.
 */
export async function listPolicyFiles(folder: string): Promise<FoundFile[] | undefined> {
  const names = await listNames(folder);
  if (names === undefined) return undefined;
  const files: FoundFile[] = [];
  for (const name of names) {
    const info = await stat(join(folder, name)).catch(() => undefined);
    if (!info?.isDirectory()) {
      files.push({ file: name, mark: toMark(info) });
      continue;
    }
    for (const inner of (await listNames(join(folder, name))) ?? []) {
      const file = `${name}/${inner}`;
      files.push({ file, mark: toMark(await stat(join(folder, file)).catch(() => undefined)) });
    }
    if (files.length > maxFiles) throw new Error(`it holds more than ${maxFiles} files`);
  }
  return files.sort((a, b) => (a.file < b.file ? -1 : 1));
}

export async function readPolicyReading(folder: string, file: string): Promise<PolicyReading> {
  try {
    const bytes = await readFile(join(folder, file));
    if (bytes.length > maxFileBytes) return { file, reason: `it is larger than ${maxFileBytes} bytes` };
    return { file, text: bytes.toString('utf8').replace(/^\uFEFF/, '') };
  } catch (error) {
    return { file, reason: `it cannot be read (${reasonOf(error)})` };
  }
}

export function reasonOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? (error as Error).message;
}

async function listNames(folder: string): Promise<string[] | undefined> {
  try {
    return (await readdir(folder)).filter((name) => !ignored.test(name)).sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function toMark(info: Awaited<ReturnType<typeof stat>> | undefined): string {
  return info ? `${info.ino}:${info.size}:${info.mtimeMs}:${info.ctimeMs}` : 'gone';
}
