import { realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { EngineName } from '../port.ts';
import type { ResourceCaps, RunnerProgram } from './runner-program.ts';

export interface NodeProgramOptions {
  engine: EngineName;
  /** Relative to packages/sandbox/src, like `folders`. */
  main: string;
  folders: readonly string[];
  /** npm packages that the runner loads, with all that they load. */
  packages: readonly string[];
  flags: readonly string[];
  baseMemoryBytes: number;
  canDrop: boolean;
  caps?: ResourceCaps;
}

const sourceFolder = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '');

/** A runner on the Node that runs this process, with Node's permission model and read access to its files alone. */
export function createNodeProgram(options: NodeProgramOptions): RunnerProgram {
  const { engine, main, folders, packages, flags, baseMemoryBytes, canDrop, caps } = options;
  const packageFile = { host: realpathSync(`${sourceFolder}/../package.json`), jail: '/app/package.json' };
  const files = [
    ...folders.map((folder) => ({ host: `${sourceFolder}/${folder}`, jail: `/app/src/${folder}` })),
    ...packages.map((name) => ({ host: findPackage(name), jail: `/app/node_modules/${name}` })),
    packageFile,
  ];
  return {
    engine,
    command: { host: process.execPath, jail: '/app/bin/node' },
    files,
    args: (pathOf) => [
      '--permission',
      ...files.map(({ host }) => `--allow-fs-read=${pathOf(host)}`),
      '--disable-proto=delete',
      '--no-addons',
      '--disable-warning=ExperimentalWarning',
      ...flags,
      pathOf(`${sourceFolder}/${main}`),
    ],
    threadsOnly: true,
    baseMemoryBytes,
    canDrop,
    ...(caps ? { caps } : {}),
  };
}

/** The folder of an installed package, wherever the workspace has put it. */
function findPackage(name: string): string {
  const folder = findPackageFolder(name);
  if (!folder) throw new Error(`The package ${name} is not installed`);
  return realpathSync(folder);
}

/** Undefined when the package is not installed. */
export function findPackageFolder(name: string): string | undefined {
  return createRequire(import.meta.url)
    .resolve.paths(name)!
    .map((path) => `${path}/${name}`)
    .find(isPackage);
}

function isPackage(folder: string): boolean {
  try {
    return realpathSync(`${folder}/package.json`) !== '';
  } catch {
    return false;
  }
}
