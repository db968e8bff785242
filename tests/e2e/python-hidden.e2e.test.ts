/** What runs Python, chosen as the server chooses: on this machine as it is, and with its python3 hidden. */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
// @ts-expect-error plain JavaScript that runs before anything is installed
import { hidePrograms, listInstalled } from '../../scripts/setup/hide-programs.mjs';

const fixture = fileURLToPath(new URL('python-hidden.fixture.ts', import.meta.url));
/** Where the sandbox looks for it (packages/sandbox/src/python/find-python.ts). */
const pythons: string[] = listInstalled([
  '/usr/bin/python3',
  '/usr/local/bin/python3',
  '/opt/homebrew/bin/python3',
]);
const jails: string[] = listInstalled(['/usr/bin/bwrap', '/bin/bwrap', '/usr/local/bin/bwrap']);

const noNamespace = 'this machine gives no mount namespace';

interface Outcome {
  message: string;
  outcome: unknown;
}

/** Undefined where this machine cannot hide programs. */
function look(hidden: readonly string[], settings: object = {}): Outcome | undefined {
  const args = [fixture, JSON.stringify(settings)];
  const program =
    hidden.length === 0
      ? { command: process.execPath, args }
      : (hidePrograms(hidden, process.execPath, args) as { command: string; args: string[] } | undefined);
  if (!program) return undefined;
  const text = execFileSync(program.command, program.args, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return JSON.parse(text) as Outcome;
}

describe('what runs Python', () => {
  test.runIf(pythons.length > 0 && jails.length > 0)(
    'is the python3 of the machine, where there is one',
    () => {
      const here = look([])!;
      expect(here.message).toMatch(/Python in the jail \(python3 3\.\d+\.\d+\)/);
      expect(here.outcome).toEqual(['linux', 6]);
    },
  );

  test.runIf(jails.length > 0)('is Pyodide where there is none, in the jail as well', ({ skip }) => {
    const found = look(pythons) ?? skip(noNamespace);
    expect(found.message).toMatch(/Python in the jail \(Pyodide, Python 3\.\d+\.\d+ .*standard library/);
    expect(found.outcome).toEqual(['emscripten', 6]);
  });

  test('is Pyodide without a jail where the operator chose it and allows it', ({ skip }) => {
    const found = look(jails, { python: 'pyodide', allowWithoutJail: true }) ?? skip(noNamespace);
    expect(found.message).toMatch(/Python without a jail \(Pyodide/);
    expect(found.outcome).toEqual(['emscripten', 6]);
  });

  test('is nothing without a jail, and it is said why', ({ skip }) => {
    const found = look([...pythons, ...jails]) ?? skip(noNamespace);
    expect(found.message).toMatch(/Python not available: .*only in a jail, and bubblewrap/);
    expect(found.outcome).toBe('SANDBOX_UNAVAILABLE');
  });

  test('is only the python3 of the machine where the operator wants no other', ({ skip }) => {
    const found = look(pythons, { python: 'python3' }) ?? skip(noNamespace);
    expect(found.message).toMatch(/Python not available: No python3 \(3\.9 or newer\)/);
    expect(found.outcome).toBe('SANDBOX_UNAVAILABLE');
  });
});
