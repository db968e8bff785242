import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type ErrorSpec, toNavetteError } from '../../packages/kit/src/index.ts';

export interface ErrorEntry {
  code: string;
  spec: ErrorSpec;
  /** "packages/engine" */
  workspace: string;
}

const unexpected = toNavetteError(new Error('{detail}'));

/** Every code that a table of the product declares, by code. Throws when two tables declare the same one differently. */
export async function listErrors(root: string): Promise<ErrorEntry[]> {
  const entries = new Map<string, ErrorEntry>();
  const { code, kind, status, retry, message, help } = unexpected;
  entries.set(code, { code, spec: { kind, status, retry, message, help }, workspace: 'packages/kit' });
  for (const path of listFiles(root)) {
    const module = (await import(pathToFileURL(join(root, path)).href)) as Record<string, unknown>;
    const workspace = path.split('/').slice(0, 2).join('/');
    for (const value of Object.values(module)) {
      if (isErrorTable(value)) addTable(entries, value.specs, workspace);
    }
  }
  return [...entries.values()].sort((a, b) => (a.code < b.code ? -1 : 1));
}

/** Files of the product that declare errors; the web app only shows those of others. */
function listFiles(root: string): string[] {
  return globSync(['packages/*/src/**/*.ts', 'apps/{cli,server}/src/**/*.ts'], { cwd: root })
    .filter(
      (path) =>
        !/\.(test|bench)\.ts$|\/(simulation|testing)\/|fixture|^packages\/kit\/|^packages\/testing\//.test(
          path,
        ),
    )
    .filter((path) => /\bdefineErrors\(/.test(readFileSync(join(root, path), 'utf8')))
    .sort();
}

function addTable(
  entries: Map<string, ErrorEntry>,
  specs: Record<string, ErrorSpec>,
  workspace: string,
): void {
  for (const [code, spec] of Object.entries(specs)) {
    const known = entries.get(code);
    if (known && JSON.stringify(known.spec) !== JSON.stringify(spec)) {
      throw new Error(`${code} is declared in ${known.workspace} and, differently, in ${workspace}`);
    }
    if (!known) entries.set(code, { code, spec, workspace });
  }
}

function isErrorTable(value: unknown): value is { specs: Record<string, ErrorSpec> } {
  if (typeof value !== 'object' || value === null) return false;
  const { specs, create } = value as { specs?: unknown; create?: unknown };
  return typeof specs === 'object' && specs !== null && typeof create === 'function';
}
