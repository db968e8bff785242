import { execFile } from 'node:child_process';
import { accessSync, existsSync } from 'node:fs';
import { promisify } from 'node:util';

const execute = promisify(execFile);
const probeTimeoutMs = 10_000;
const oldestMinor = 9;

/** Where Python is looked for: never in the PATH, which others may have set. */
const usualPlaces = ['/usr/bin/python3', '/usr/local/bin/python3', '/opt/homebrew/bin/python3'];

export interface FoundPython {
  /** The interpreter itself: no link, and no script that chooses one. */
  command: string;
  /** "3.11.7" */
  version: string;
  /** Folders that it needs, or that programs may import from. */
  folders: string[];
  /** Of `folders`, those with installed packages. */
  packages: string[];
}

const probe = `
import json, os, sys, sysconfig
paths = sysconfig.get_paths()
print(json.dumps({
  'command': os.path.realpath(getattr(sys, '_base_executable', None) or sys.executable),
  'prefix': sys.base_prefix,
  'version': sys.version_info[:3],
  'standard': [paths['stdlib'], paths['platstdlib']],
  'multiarch': sysconfig.get_config_var('MULTIARCH'),
}))`;

interface ProbeResult {
  command: string;
  prefix: string;
  version: [major: number, minor: number, micro: number];
  standard: string[];
  multiarch: string | null;
}

/** Undefined: there is none, or none that is new enough (3.9). `interpreter`: the operator's choice, tried alone. */
export async function findPython(interpreter?: string): Promise<FoundPython | undefined> {
  for (const path of interpreter === undefined ? usualPlaces : [interpreter]) {
    const result = await ask(path);
    if (result && result.version[1] >= oldestMinor) return describe(result);
  }
  return undefined;
}

/** A `python3` may be a script that starts another: only the interpreter itself knows what it is. */
async function ask(path: string): Promise<ProbeResult | undefined> {
  if (!existsSync(path)) return undefined;
  try {
    const { stdout } = await execute(path, ['-I', '-S', '-c', probe], { timeout: probeTimeoutMs });
    const result = JSON.parse(stdout) as ProbeResult;
    accessSync(result.command);
    return result;
  } catch {
    return undefined;
  }
}

function describe({ command, prefix, standard, multiarch, version }: ProbeResult): FoundPython {
  // The system's package manager installs beside the standard library.
  const packages =
    prefix === '/usr' ? ['/usr/lib/python3/dist-packages'].filter((path) => existsSync(path)) : [];
  const libraries = multiarch ? [`/lib/${multiarch}`, `/usr/lib/${multiarch}`] : ['/lib64', '/usr/lib64'];
  // Which of several variants a library is, and what time it is elsewhere.
  const data = ['/etc/alternatives', '/etc/ld.so.cache', '/usr/share/zoneinfo'];
  const folders = [...libraries, ...data, ...standard, ...packages].filter((path) => existsSync(path));
  return { command, version: version.join('.'), folders: [...new Set(folders)], packages };
}
